import { type TSchema, t } from "elysia";
import {
  currencyCode,
  cursor,
  id,
  instant,
  localDate,
  money,
  oneOf,
  pageLimit,
  pageOf,
  text,
  version,
  wholeNumber,
} from "#platform/http/schemas";
import type { ReportFormat } from "../contract.ts";

/** As domain/report-scope.ts and domain/datev-settings.ts have them. */
const maxAccounts = 200;
const maxFormats = 7;
const maxTimeZoneLength = 50;
const maxCurrencies = 1_000;
const accountLengths = { minimum: 4, maximum: 8 };

export const orNull = <T extends TSchema>(schema: T) => t.Union([schema, t.Null()]);
export const record = <P extends Parameters<typeof t.Object>[0]>(properties: P) =>
  t.Object(properties, { additionalProperties: false });

/** What each file is sent as; a test holds it to what renderers make. */
export const fileTypes: Readonly<Record<ReportFormat, string>> = {
  pdf: "application/pdf",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  xml: "application/xml",
  md: "text/markdown",
  csv: "text/csv",
  datev: "text/csv",
};

export const reportType = oneOf(
  [
    "transactions",
    "account_statement",
    "budgets",
    "income_statement",
    "cash_flow",
    "net_worth",
    "year",
  ],
  { examples: ["transactions"] },
);
export const reportState = oneOf(["queued", "running", "ready", "failed", "cancelled", "expired"], {
  description: "`ready` = a file can be fetched; `expired` = its files were deleted.",
  examples: ["ready"],
});
const format = oneOf(["pdf", "docx", "xlsx", "xml", "md", "csv", "datev"], {
  description: "`datev` = an EXTF Buchungsstapel, of transactions only.",
  examples: ["xlsx"],
});

const datev = {
  consultantNumber: text(7, { minLength: 4, description: "1001 to 9999999.", examples: ["29098"] }),
  clientNumber: text(5, { minLength: 1, description: "1 to 99999.", examples: ["55003"] }),
  fiscalYearStart: localDate({
    description: "The first day of a month. The period lies within the year that begins with it.",
    examples: ["2026-01-01"],
  }),
  accountLength: wholeNumber({
    ...accountLengths,
    description: "Digits of general-ledger account numbers.",
    examples: [4],
  }),
};
const datevAccount = (description: string, example: string) =>
  orNull(
    text(accountLengths.maximum, {
      minLength: accountLengths.minimum,
      description: `${description} Of \`accountLength\` digits; null = what needs it is listed and left out.`,
      examples: [example],
    }),
  );
const datevAccounts = {
  openingBalanceAccount: datevAccount("What opening balances are booked against.", "9000"),
  transitAccount: datevAccount(
    "What transfers between two currencies pass through when neither is the report's.",
    "1460",
  ),
};

const scope = {
  type: reportType,
  accountIds: orNull(
    t.Array(id(), {
      minItems: 1,
      maxItems: maxAccounts,
      description:
        "Null = all accounts of the book. Of an account statement exactly one; of budgets all.",
    }),
  ),
  currency: currencyCode({ description: "What unlike currencies are converted into." }),
  rateSource: oneOf(["market", "ecb", "tcmb"], { description: "Whose rates convert." }),
  language: oneOf(["en-US", "de-DE", "tr-TR"], { examples: ["de-DE"] }),
  timeZone: text(maxTimeZoneLength, {
    minLength: 1,
    description: "IANA name.",
    examples: ["Europe/Istanbul"],
  }),
  formats: t.Array(format, { minItems: 1, maxItems: maxFormats, description: "Each once." }),
};

const { type, formats, ...choices } = scope;

/** What may be left out of it comes from the book and from its user's settings. */
export const scopeInput = {
  type,
  formats,
  ...t.Partial(t.Object(choices)).properties,
  datev: t.Optional(
    orNull(
      t.Object(
        { ...datev, ...t.Partial(t.Object(datevAccounts)).properties },
        { description: "With the format `datev`, and only then." },
      ),
    ),
  ),
};
export const scopeFields = { ...scope, datev: orNull(record({ ...datev, ...datevAccounts })) };

export const bookIdInput = t.Optional(id({ description: "Your default book when left out." }));

const days = {
  from: localDate({ description: "The first day.", examples: ["2026-09-01"] }),
  to: localDate({
    description: "The last day: within five years; of a year the last of its twelfth month.",
    examples: ["2026-09-30"],
  }),
};

export const requestBody = t.Object({ bookId: bookIdInput, ...days, ...scopeInput });

export const reportParams = t.Object({ id: id() });
export const fileParams = t.Object({ id: id(), format });
export const reportsQuery = t.Object({
  bookId: t.Optional(id()),
  type: t.Optional(reportType),
  state: t.Optional(reportState),
  scheduleId: t.Optional(id({ description: "Those that this schedule has made." })),
  limit: pageLimit,
  cursor,
});

export const failure = record({
  code: t.String({ examples: ["reports.too_many_rows"] }),
  detail: t.String({ description: "What it was, and what helps." }),
});
const sha256 = (description: string) =>
  t.String({
    description,
    examples: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
  });

const file = record({
  format,
  state: oneOf(["ready", "failed"], { examples: ["ready"] }),
  fileName: t.String({ examples: ["2026-09_Yilmaz_EUR.xlsx"] }),
  sizeBytes: orNull(t.Integer({ examples: [20_480] })),
  sha256: orNull(sha256("Of the file's bytes, hex.")),
  failure: orNull(failure),
  warning: orNull(failure),
});

const supersession = record({
  at: instant({ description: "When it was first noticed." }),
  transactions: orNull(
    t.Integer({
      description: "Added, changed or voided since; null = not counted yet.",
      examples: [2],
    }),
  ),
  differences: orNull(
    t.Array(money(), {
      maxItems: maxCurrencies,
      description: "What the covered accounts have more now, per currency; null = not counted yet.",
    }),
  ),
});

const fields = {
  id: id(),
  bookId: id(),
  ...days,
  ...scopeFields,
  state: reportState,
  progress: wholeNumber({ minimum: 0, maximum: 100, description: "Percent.", examples: [100] }),
  fingerprint: orNull(
    sha256("SHA-256 of the report's model, hex, as every file prints it; null until it is ready."),
  ),
  asOf: orNull(instant({ description: "When the figures were read." })),
  bookRevision: orNull(t.Integer({ examples: [42] })),
  files: t.Array(file, { maxItems: maxFormats }),
  failure: orNull(failure),
  standing: orNull(
    oneOf(["stands", "superseded", "unchecked"], {
      description:
        "Whether its figures are still those of the book; null until it is ready. `unchecked` = the book was changed since that was last looked at: get the report itself.",
      examples: ["stands"],
    }),
  ),
  supersession: orNull(supersession),
  scheduleId: orNull(id()),
  createdBy: id(),
  createdAt: instant(),
  finishedAt: orNull(instant()),
  expiresAt: orNull(instant({ description: "Its files are deleted then." })),
};

/** A report in an answer. */
export const report = record({ ...fields, version });
export const reportsPage = pageOf(report);
