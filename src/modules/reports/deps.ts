import type { BillingApi } from "#modules/billing/contract";
import type { CurrencyApi, CurrencyScales } from "#modules/currency/contract";
import type { IdentityApi } from "#modules/identity/contract";
import type { LedgerApi } from "#modules/ledger/contract";
import type { Attempts } from "#platform/attempts/attempts";
import type { Database } from "#platform/db/database";
import type { DocumentFormat } from "#platform/documents/formats";
import type { ModelWriter } from "#platform/documents/model-file";
import type { RenderOrder } from "#platform/documents/renderer";
import type { Rendered } from "#platform/documents/rendering";
import type { Jobs } from "#platform/jobs/jobs";
import type { Clock } from "#platform/kernel/clock";
import type { Id, Ids } from "#platform/kernel/ids";
import type { Notify } from "#platform/notify/notifications";
import type { Logger } from "#platform/observability/logger";
import type { PasswordHasher } from "#platform/password-hasher";
import type { ObjectStore } from "#platform/storage/object-store";
import type { ScratchSpace } from "#platform/storage/scratch";
import type { reportsNotifications } from "./notifications.ts";
import type { ReportRepository } from "./storage/report.repository.ts";
import type { ReportTurnRepository } from "./storage/report-turn.repository.ts";
import type { RetentionRepository } from "./storage/retention.repository.ts";
import type { ScheduleRepository } from "./storage/schedule.repository.ts";
import type { ShareRepository } from "./storage/share.repository.ts";
import type { StandingRepository } from "./storage/standing.repository.ts";

export type { ReportPosition, StoredFile, StoredReport } from "./storage/report.repository.ts";
export type { ReportRun } from "./storage/report-turn.repository.ts";
export type { StoredSchedule } from "./storage/schedule.repository.ts";
export type { OpenedShare, OpeningSummary, StoredShare } from "./storage/share.repository.ts";

/** `defect`: no file can be made of this model, however often it is tried; `trace` holds nothing that users wrote. */
export type RenderResult =
  | { readonly outcome: "made"; readonly rendered: Rendered }
  | { readonly outcome: "defect"; readonly trace: string };

/** Models and what is made of them, in files. What the disk refuses is `storage.full` or `storage.unavailable`. */
export type DocumentFiles = {
  openModel(path: string): Promise<ModelWriter>;
  /** In a thread of its own. Throws the signal's reason when it is aborted. */
  render(
    order: RenderOrder,
    options: { readonly signal: AbortSignal; readonly onProgress: (rows: number) => void },
  ): Promise<RenderResult>;
  /** Rows of all tables together, beyond which a format is refused. */
  readonly maxRows: Readonly<Record<DocumentFormat, number>>;
  readonly mediaTypes: Readonly<Record<DocumentFormat, string>>;
};

/** Values as JSON, a line each, and back. */
export type JsonLines = {
  encode(values: AsyncIterable<unknown>): AsyncIterable<Uint8Array>;
  /** Throws on what was cut off. */
  decode(chunks: AsyncIterable<Uint8Array>): AsyncIterable<unknown>;
};

/** What a shared link is made of and told by. */
export type ShareSecrets = {
  /** 128 random bits, base64url. */
  newToken(): string;
  newSalt(): Uint8Array;
  /** SHA-256: a token is too long to be guessed. */
  hashOf(token: string): Uint8Array;
  /** The same for the same client and salt; says nothing of the client. */
  markOf(client: string, salt: Uint8Array): string;
};

/** Somebody without an account here whom a mail is to go to; null for what a mail cannot bear. */
export type Recipients = {
  /** One line of at most 40 characters that no mail program makes a link of. */
  nameOf(text: string): string | null;
  /** One address of the internet (RFC 6531). */
  addressOf(text: string): string | null;
};

/** What the module needs from outside, and its own repositories. */
export type ReportsDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly jobs: Jobs;
  readonly identity: Pick<IdentityApi, "usersById">;
  readonly billing: Pick<BillingApi, "entitlementsOf">;
  readonly currency: Pick<CurrencyApi, "ratesAt">;
  readonly ledger: LedgerApi;
  /** Which currencies exist, and their decimals. */
  readonly scales: CurrencyScales;
  readonly objects: ObjectStore;
  readonly scratch: ScratchSpace;
  readonly documents: DocumentFiles;
  readonly jsonLines: JsonLines;
  readonly notify: Notify<typeof reportsNotifications>;
  /** Addresses that people open from a message. */
  readonly links: {
    report(id: Id): string;
    schedule(id: Id): string;
    /** The page that opens a shared report; the token stands in the fragment, which no server sees. */
    share(token: string): string;
  };
  readonly attempts: Attempts;
  readonly passwords: Pick<PasswordHasher, "hash" | "verify">;
  readonly shareSecrets: ShareSecrets;
  readonly recipients: Recipients;
  readonly shares: ShareRepository;
  readonly logger: Logger;
  readonly reports: ReportRepository;
  readonly turns: ReportTurnRepository;
  readonly standing: StandingRepository;
  readonly retention: RetentionRepository;
  readonly schedules: ScheduleRepository;
};
