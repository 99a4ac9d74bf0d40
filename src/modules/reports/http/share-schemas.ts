import { t } from "elysia";
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
  wholeNumber,
} from "#platform/http/schemas";

/** As the domain has them. */
const maxShareDays = 30;
const maxFormats = 7;
const maxCurrencies = 10_000;

/** UTF-16 units: 128 characters may be twice as many. */
const maxPasswordUnits = 256;
const maxTokenUnits = 256;
const maxLabelUnits = 100;
const maxNameUnits = 200;
const maxAddressUnits = 320;

const format = oneOf(["pdf", "docx", "xlsx", "xml", "md", "csv", "datev"], {
  examples: ["xlsx"],
});
const language = oneOf(["en-US", "de-DE", "tr-TR"], { examples: ["de-DE"] });
const hash = (description: string) =>
  t.String({
    description,
    examples: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
  });

export const reportParams = t.Object({ id: id({ description: "Of the report." }) });
export const shareParams = t.Object({ id: id({ description: "Of the link." }) });
export const sharesQuery = t.Object({ limit: pageLimit, cursor });

export const createShareBody = t.Object({
  label: t.Optional(
    text(maxLabelUnits, {
      minLength: 1,
      description: "For whom, in your own words. Nobody else sees it.",
      examples: ["Our accountant"],
    }),
  ),
  language: t.Optional(
    oneOf(["en-US", "de-DE", "tr-TR"], {
      description: "Of the page, and of the mail; the report's own when left out.",
      examples: ["de-DE"],
    }),
  ),
  expiresInDays: t.Optional(
    wholeNumber({
      minimum: 1,
      maximum: maxShareDays,
      description: "14 when left out; never longer than the report's files are kept.",
      examples: [14],
    }),
  ),
  password: t.Optional(
    text(maxPasswordUnits, {
      minLength: 1,
      description: "8 to 128 characters. Tell it to whom it is for by another way than the link.",
      examples: ["quiet harbour 1923"],
    }),
  ),
  recipient: t.Optional(
    t.Object(
      {
        name: text(maxNameUnits, { minLength: 1, examples: ["Ayşe Demir"] }),
        address: text(maxAddressUnits, { minLength: 3, examples: ["ayse@example.org"] }),
      },
      {
        description:
          "Is mailed the link, with your name. You may have at most 20 links a day mailed.",
      },
    ),
  ),
});

const shareFields = {
  id: id(),
  reportId: id(),
  label: t.Union([t.String({ examples: ["Our accountant"] }), t.Null()]),
  language,
  hasPassword: t.Boolean(),
  state: oneOf(["open", "revoked", "expired"], { examples: ["open"] }),
  openings: t.Integer({
    description: "How often its page and its files were opened.",
    examples: [3],
  }),
  lastOpenedAt: t.Union([instant(), t.Null()]),
  createdAt: instant(),
  expiresAt: instant(),
  revokedAt: t.Union([instant(), t.Null()]),
};
export const createdShare = t.Object({
  ...shareFields,
  url: t.String({
    description: "What opens the report. Told this once: only its hash is kept.",
    examples: ["https://fintrack.example/shared-report#token=mF_9B5f-41JqM6hQx0sZ3k"],
  }),
});
export const sharePage = pageOf(t.Object(shareFields));

export const openingPage = pageOf(
  t.Object({
    openedAt: instant(),
    what: t.String({
      description: "`page`, `file:` and its format, or `wrong_password`.",
      examples: ["file:xlsx"],
    }),
    client: t.String({
      description: "The same for the same client of this link; says nothing else of it.",
      examples: ["5f2c1b9a0d3e"],
    }),
  }),
);

const key = {
  token: text(maxTokenUnits, {
    minLength: 1,
    description: "What stands after `#token=` in the link.",
    examples: ["mF_9B5f-41JqM6hQx0sZ3k"],
  }),
  password: t.Optional(
    text(maxPasswordUnits, {
      minLength: 1,
      description: "Of links that have one.",
      examples: ["quiet harbour 1923"],
    }),
  ),
};
export const openShareBody = t.Object(key);
export const fetchSharedFileBody = t.Object({ ...key, format });

export const sharedReport = t.Object({
  reportId: id(),
  type: oneOf(
    [
      ...(["transactions", "account_statement", "budgets"] as const),
      ...(["income_statement", "cash_flow", "net_worth", "year"] as const),
    ],
    { examples: ["transactions"] },
  ),
  from: localDate({ examples: ["2026-09-01"] }),
  to: localDate({ examples: ["2026-09-30"] }),
  currency: currencyCode(),
  language,
  timeZone: t.String({ examples: ["Europe/Istanbul"] }),
  sharedBy: t.String({ examples: ["Deniz Aydın"] }),
  asOf: instant({ description: "When the figures were read: nothing later is in the report." }),
  fingerprint: hash("SHA-256 of the report's model, as printed in every file."),
  files: t.Array(
    t.Object({
      format,
      fileName: t.String({ examples: ["2026-09_Yilmaz_EUR.xlsx"] }),
      sizeBytes: t.Integer({ examples: [18_345] }),
      sha256: hash("Of the file."),
    }),
    { maxItems: maxFormats },
  ),
  standing: oneOf(["stands", "superseded", "unchecked"], {
    description: "Whether the figures are still those of the book.",
    examples: ["stands"],
  }),
  supersession: t.Union([
    t.Object({
      at: instant({ description: "When a change was first noticed." }),
      transactions: t.Union([t.Integer({ examples: [2] }), t.Null()], {
        description: "Transactions that were added, changed or voided; null = not counted yet.",
      }),
      differences: t.Union([t.Array(money(), { maxItems: maxCurrencies }), t.Null()], {
        description:
          "What the covered accounts have more or less now, per currency; null = not counted yet.",
      }),
    }),
    t.Null(),
  ]),
  expiresAt: instant({ description: "The link works until then." }),
});
