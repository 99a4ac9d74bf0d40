import { t } from "elysia";
import {
  countryCode,
  currencyCode,
  cursor,
  decimal,
  instant,
  localDate,
  money,
  oneOf,
  orNull,
  pageLimit,
  pageOf,
  text,
  wholeNumberParameter,
  yesNoParameter,
} from "#platform/http/schemas";

/** How many conversions one request may hold. */
export const maxBatchConversions = 500;

const record = <P extends Parameters<typeof t.Object>[0]>(properties: P, description?: string) =>
  t.Object(properties, {
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  });

/** A code as people type it: the catalogue folds case and aliases ("eur", "xbt"). */
const code = (description: string, example = "EUR") =>
  text(12, { minLength: 2, description, examples: [example] });
const source = t.Optional(
  oneOf(["market", "ecb", "tcmb"], {
    description:
      "`market` (default): the best feed for each currency. `ecb`, `tcmb`: the official rates of the European Central Bank and of the Central Bank of Türkiye alone.",
    examples: ["market"],
  }),
);
const at = t.Optional(
  instant({
    description:
      "The rate in force at that instant; the last observation carries forward. Default: now.",
    examples: ["2026-09-17T12:00:00Z"],
  }),
);

export const currencyParams = record({ code: code("Code or alias, in any case.") });

export const listCurrenciesQuery = t.Object({
  search: t.Optional(
    text(100, { description: "Words of the code, name, symbol or country.", examples: ["lira"] }),
  ),
  kind: t.Optional(oneOf(["fiat", "crypto", "metal", "other"])),
  country: t.Optional(
    countryCode({ description: "ISO 3166 alpha-2: all currencies in use there." }),
  ),
  quoted: t.Optional(
    yesNoParameter({ description: "Only those with (true) or without (false) a market rate." }),
  ),
  cursor,
  limit: pageLimit,
});

export const currency = record(
  {
    code: currencyCode(),
    name: t.String({ examples: ["Euro"] }),
    otherNames: t.Array(t.String()),
    kind: oneOf(["fiat", "crypto", "metal", "other"]),
    minorUnits: t.Integer({ description: "Decimals that amounts are rounded to.", examples: [2] }),
    symbol: orNull(t.String({ examples: ["€"] })),
    numeric: orNull(t.String({ description: "ISO 4217 numeric code.", examples: ["978"] })),
    countries: t.Array(t.String(), {
      description: "ISO 3166 alpha-2 codes of the countries that use it now.",
      examples: [["DE", "FR"]],
    }),
    validFrom: orNull(localDate()),
    validUntil: orNull(localDate({ description: "The last day it was money; null while it is." })),
    aliases: t.Array(t.String(), { description: "Other codes of the same currency." }),
    sources: t.Array(t.String(), { description: "Where the facts come from; the first decided." }),
    disputed: t.Record(t.String(), t.Record(t.String(), t.String()), {
      description: "What sources say differently, by field, the chosen one first.",
    }),
    quoted: t.Boolean({ description: "Whether it has a market rate now." }),
  },
  "A currency of the catalogue.",
);
export const currencyPage = pageOf(currency);

const age = {
  ageSeconds: t.Integer({ description: "From observedAt to the asked instant.", examples: [42] }),
  stale: t.Boolean({
    description:
      "Not seen for three polling intervals of its provider; for 36 hours where it publishes once a day.",
    examples: [false],
  }),
};
const leg = record(
  {
    currency: currencyCode(),
    pivot: currencyCode({ examples: ["USD"] }),
    direction: oneOf(["per_pivot", "in_pivot"], {
      description:
        "per_pivot: units of the currency for one of the pivot. in_pivot: units of the pivot for one of the currency.",
    }),
    rate: decimal({ description: "Exactly as quoted.", examples: ["0.92"] }),
    provider: t.String({ examples: ["coinbase"] }),
    observedAt: instant({ description: "When the provider was last seen quoting it." }),
    asOf: orNull(instant({ description: "The provider's own time of its quotes." })),
    ...age,
  },
  "One observed rate against the pivot of the source.",
);
const provenance = {
  source: oneOf(["market", "ecb", "tcmb"]),
  observedAt: orNull(instant({ description: "Of the older leg." })),
  ...age,
  legs: t.Array(leg, { maxItems: 2 }),
};
const rateValue = decimal({
  description:
    "Units of the quote for one unit of the base: exact, or 20 significant digits; at most 30 decimals.",
  examples: ["1.0869565217391304348"],
});

export const pairRate = record(
  {
    base: currencyCode(),
    quote: currencyCode({ examples: ["USD"] }),
    rate: rateValue,
    ...provenance,
  },
  "What one unit of the base is worth.",
);

export const listRatesQuery = t.Object({
  base: t.Optional(code("Default: the pivot of the source.")),
  symbols: t.Optional(
    text(2600, {
      description: "Up to 200 codes, comma-separated. Default: all.",
      examples: ["USD,TRY,BTC"],
    }),
  ),
  at,
  source,
  cursor,
  limit: pageLimit,
});
export const rateList = record({
  base: currencyCode(),
  source: oneOf(["market", "ecb", "tcmb"]),
  at: instant(),
  items: t.Array(pairRate, { maxItems: 200 }),
  unavailable: t.Array(currencyCode(), {
    description: "Asked for in `symbols`, but without a rate at that instant.",
  }),
  nextCursor: orNull(t.String()),
});

export const historyQuery = t.Object({
  base: code("What is valued."),
  quote: code("In what it is valued.", "USD"),
  from: t.Optional(
    localDate({
      description: "First day (UTC). Default: 29 days before `to`.",
      examples: ["2026-08-09"],
    }),
  ),
  to: t.Optional(
    localDate({
      description: "Last day (UTC), included. Default: today.",
      examples: ["2026-09-17"],
    }),
  ),
  interval: t.Optional(
    oneOf(["day", "raw"], {
      description:
        "`day` (default): open, high, low, close per UTC day. `raw`: every significant change, paged.",
      examples: ["day"],
    }),
  ),
  source,
  cursor,
  limit: wholeNumberParameter({
    minimum: 1,
    maximum: 200,
    default: 200,
    description: "For `raw`: how many changes at most.",
    examples: [200],
  }),
});
const percent = t.String({
  pattern: "^-?(0|[1-9][0-9]*)\\.[0-9]{4}$",
  description: "In per cent, with four decimals.",
  examples: ["-0.1104"],
});
const point = record({ at: instant(), rate: rateValue });
export const rateHistory = record({
  base: currencyCode(),
  quote: currencyCode({ examples: ["USD"] }),
  source: oneOf(["market", "ecb", "tcmb"]),
  interval: oneOf(["day", "raw"]),
  from: localDate(),
  to: localDate(),
  current: pairRate,
  changes: t.Array(
    record({
      period: oneOf(["24h", "7d", "30d", "1y"]),
      since: instant(),
      rate: orNull(rateValue),
      change: orNull(decimal({ examples: ["-0.0012"] })),
      changePercent: orNull(percent),
    }),
    { description: "How the pair moved up to now; null where it had no rate at the start." },
  ),
  opening: orNull(point),
  points: t.Array(point, { description: "For `raw`." }),
  days: t.Array(
    record({
      day: localDate(),
      open: rateValue,
      high: rateValue,
      low: rateValue,
      close: rateValue,
      carried: t.Boolean({
        description: "Nobody quoted the pair that day; the last rate was carried on.",
      }),
    }),
    { description: "For `day`." },
  ),
  nextCursor: orNull(t.String()),
});

export const conversionQuery = t.Object({
  from: code("The currency of the amount."),
  to: code("The currency wanted.", "USD"),
  amount: decimal({ description: "With no more decimals than the currency has." }),
  at,
  source,
});
export const conversion = record(
  { from: money(), to: money(), rate: rateValue, ...provenance },
  "`to.amount` is `from.amount` times `rate`, rounded half-even once to the decimals of the target.",
);
export const conversionsBody = t.Object({
  source,
  conversions: t.Array(
    t.Object({
      amount: decimal(),
      from: code("The currency of the amount."),
      to: code("The currency wanted.", "USD"),
      at,
    }),
    {
      minItems: 1,
      maxItems: maxBatchConversions,
      examples: [[{ amount: "12.34", from: "EUR", to: "USD" }]],
    },
  ),
});
export const conversionList = record({
  items: t.Array(conversion, { maxItems: maxBatchConversions, description: "In the order asked." }),
});

export const providerList = record({
  items: t.Array(
    record({
      name: t.String({ examples: ["coinbase"] }),
      source: oneOf(["market", "ecb", "tcmb"]),
      rank: t.Integer({ description: "1 decides first.", examples: [1] }),
      status: oneOf(["ok", "failing", "stale", "waiting"]),
      intervalSeconds: t.Integer({ examples: [600] }),
      lastAttemptAt: orNull(instant()),
      lastSuccessAt: orNull(instant()),
      lastFailureAt: orNull(instant()),
      lastFailureReason: orNull(t.String({ examples: ["timeout"] })),
      consecutiveFailures: t.Integer({ examples: [0] }),
      nextDueAt: orNull(instant()),
      quotes: t.Integer({ description: "Recognised in the last answer.", examples: [341] }),
      quarantined: t.Integer({ description: "Of these refused.", examples: [0] }),
      monthlyQuota: orNull(t.Integer({ examples: [1000] })),
      requestsThisMonth: t.Integer({ examples: [12] }),
    }),
  ),
});
