import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";

export type ReportType =
  | "transactions"
  | "account_statement"
  | "budgets"
  | "income_statement"
  | "cash_flow"
  | "net_worth"
  | "year";

/** `datev`: an EXTF Buchungsstapel, of transactions only. */
export type ReportFormat = "pdf" | "docx" | "xlsx" | "xml" | "md" | "csv" | "datev";

/** How numbers and days are written, and the language of all words. */
export type ReportLanguage = "en-US" | "de-DE" | "tr-TR";

/**
 * `ready`: at least one file can be fetched; `failed`: none can, and `failure` says why; `expired`: it was ready, and its
 * files are deleted.
 */
export type ReportState = "queued" | "running" | "ready" | "failed" | "cancelled" | "expired";

/**
 * Whether the figures of a report are still those of the book. `unchecked`: the book was changed since that was last
 * looked at, and asking for the one report tells; in answers about one report only while the book never stands still.
 */
export type ReportStanding = "stands" | "superseded" | "unchecked";

/** Whose rates convert; see the currency module. */
export type ReportRateSource = "market" | "ecb" | "tcmb";

/** What an EXTF file needs besides bookings. */
export type DatevSettings = {
  /** 1001 to 9999999. */
  readonly consultantNumber: string;
  /** 1 to 99999. */
  readonly clientNumber: string;
  /** First day of the fiscal year. */
  readonly fiscalYearStart: LocalDate;
  /** Digits of general-ledger account numbers: 4 to 8. */
  readonly accountLength: number;
  /** Of that many digits; opening balances are booked against it. Null = they are listed and left out. */
  readonly openingBalanceAccount: string | null;
  /**
   * Of that many digits; transfers between two currencies that are not the books' pass through it. Null = they are listed
   * and left out.
   */
  readonly transitAccount: string | null;
};

/** What is asked for. */
export type ReportScope = {
  readonly bookId: Id;
  readonly type: ReportType;
  /** Both days are part of it. */
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** Null = all accounts of the book. An account statement has exactly one. */
  readonly accountIds: readonly Id[] | null;
  /** What unlike currencies are converted into, each at its own day. */
  readonly currency: CurrencyCode;
  readonly rateSource: ReportRateSource;
  readonly language: ReportLanguage;
  /** IANA name; instants in the report are shown in it. */
  readonly timeZone: string;
  readonly formats: readonly ReportFormat[];
  /** With the format `datev` only. */
  readonly datev: DatevSettings | null;
};

/** Why something could not be made, for its owner: a stable code and a sentence. */
export type ReportFailure = {
  readonly code: string;
  readonly detail: string;
};

export type ReportFile = {
  readonly format: ReportFormat;
  readonly state: "ready" | "failed";
  /** "2026-09_Yilmaz_EUR.xlsx": ASCII letters, digits, "-", "_" and one dot. */
  readonly fileName: string;
  /** Null while failed. */
  readonly sizeBytes: number | null;
  /** SHA-256 of the file's bytes, hex; null while failed. */
  readonly sha256: string | null;
  readonly failure: ReportFailure | null;
  /** What a file that is ready does not have, and why: transactions that a format cannot hold. */
  readonly warning: ReportFailure | null;
};

/** What was changed of what a report covers, since it was made. */
export type Supersession = {
  /** When it was first noticed. */
  readonly at: Instant;
  /** Transactions that were added, changed or voided; null = not counted yet. */
  readonly transactions: number | null;
  /** What the covered accounts have more (or less) now than in the report, per currency; null = not counted yet. */
  readonly differences: readonly Money[] | null;
};

export type Report = ReportScope & {
  readonly id: Id;
  readonly state: ReportState;
  /** Whole percent. */
  readonly progress: number;
  /** SHA-256 of the report's model, hex, as printed in every file; null until it is ready. */
  readonly fingerprint: string | null;
  /** When the figures were read: nothing later is in the report. */
  readonly asOf: Instant | null;
  /** The book's revision at that instant. */
  readonly bookRevision: number | null;
  readonly files: readonly ReportFile[];
  readonly failure: ReportFailure | null;
  /** Null until it is ready. */
  readonly standing: ReportStanding | null;
  /** Null unless it is superseded. */
  readonly supersession: Supersession | null;
  readonly scheduleId: Id | null;
  readonly createdBy: Id;
  readonly createdAt: Instant;
  readonly finishedAt: Instant | null;
  /** Its files are deleted then. */
  readonly expiresAt: Instant | null;
  readonly version: number;
};

/** `weekly`: on Mondays, of the seven days before; `monthly`: on the first, of the month before. */
export type ScheduleRhythm = "weekly" | "monthly";

/** What each report of a schedule is asked for with; the days come from its rhythm. */
export type ScheduleScope = Omit<ReportScope, "from" | "to">;

/** Reports that come by themselves. */
export type ReportSchedule = ScheduleScope & {
  readonly id: Id;
  readonly name: string;
  readonly rhythm: ScheduleRhythm;
  readonly state: "active" | "paused";
  /** Why it was paused by itself; null when its owner did, and while it is active. */
  readonly pausedFor: ReportFailure | null;
  /** The day, in its zone, that its next report is made at the beginning of; null while it is paused. */
  readonly nextOn: LocalDate | null;
  /** What that report will cover. */
  readonly nextPeriod: { readonly from: LocalDate; readonly to: LocalDate } | null;
  readonly createdBy: Id;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly version: number;
};

/** A link that opens a report for whoever has it. */
export type ReportShare = {
  readonly id: Id;
  readonly reportId: Id;
  /** For whom, in the owner's words. */
  readonly label: string | null;
  /** Of the page. */
  readonly language: ReportLanguage;
  readonly hasPassword: boolean;
  readonly state: "open" | "revoked" | "expired";
  /** How often its page and files were opened; wrong passwords are not counted. */
  readonly openings: number;
  readonly lastOpenedAt: Instant | null;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly revokedAt: Instant | null;
};

/** A new link, and the one time that its address is told. */
export type CreatedShare = ReportShare & { readonly url: string };

export type ShareOpening = {
  readonly openedAt: Instant;
  /** `page`, `wrong_password`, or `file:` and its format. */
  readonly what: string;
  /** The same for the same client of this link; says nothing else of it. */
  readonly client: string;
};

/** What whoever has a link sees of a report. */
export type SharedReport = {
  readonly reportId: Id;
  readonly type: ReportType;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly currency: CurrencyCode;
  readonly language: ReportLanguage;
  readonly timeZone: string;
  /** Who shared it. */
  readonly sharedBy: string;
  readonly asOf: Instant;
  readonly fingerprint: string;
  readonly files: readonly {
    readonly format: ReportFormat;
    readonly fileName: string;
    readonly sizeBytes: number;
    readonly sha256: string;
  }[];
  readonly standing: ReportStanding;
  readonly supersession: Supersession | null;
  /** The link works until then. */
  readonly expiresAt: Instant;
};

/** Nobody asks this module for anything yet. */
export type ReportsApi = Readonly<Record<never, never>>;
