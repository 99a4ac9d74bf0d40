import { sql } from "drizzle-orm";
import { check, integer, pgSchema, primaryKey, text } from "drizzle-orm/pg-core";
import { decimal, instant } from "#platform/db/columns";
import type { ModuleSchema } from "#platform/db/database";
import type { CurrencyCode } from "#platform/kernel/money";
import type { QuoteDirection, RateSource } from "../contract.ts";
import type { QuarantineReason } from "../domain/apply-poll.ts";

export const currencySchema = pgSchema("currency");

/** History: one row per significant change. See domain/stored-rate.ts. */
export const rates = currencySchema.table(
  "rates",
  {
    source: text("source").$type<RateSource>().notNull(),
    code: text("code").$type<CurrencyCode>().notNull(),
    firstSeen: instant("first_seen").notNull(),
    lastSeen: instant("last_seen").notNull(),
    asOf: instant("as_of"),
    multiplier: integer("multiplier").notNull(),
    provider: text("provider").notNull(),
    direction: text("direction").$type<QuoteDirection>().notNull(),
    rate: decimal("rate").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.source, table.code, table.firstSeen] }),
    check("rates_rate_positive", sql`${table.rate} > 0`),
    check("rates_seen_in_order", sql`${table.firstSeen} <= ${table.lastSeen}`),
    check("rates_multiplier_positive", sql`${table.multiplier} > 0`),
  ],
);

/** Every poll and every imported day: tells a hole from "unchanged", and a repeated import from a new one. */
export const polls = currencySchema.table(
  "polls",
  {
    provider: text("provider").notNull(),
    seenAt: instant("seen_at").notNull(),
    source: text("source").$type<RateSource>().notNull(),
    asOf: instant("as_of"),
    origin: text("origin").$type<"poll" | "import" | "seed">().notNull(),
    quotes: integer("quotes").notNull(),
    inserted: integer("inserted").notNull(),
    extended: integer("extended").notNull(),
    quarantined: integer("quarantined").notNull(),
  },
  (table) => [primaryKey({ columns: [table.provider, table.seenAt] })],
);

/** The last refused quote of each provider for each currency, until the provider quotes a believable one. */
export const quarantine = currencySchema.table(
  "quarantine",
  {
    provider: text("provider").notNull(),
    code: text("code").$type<CurrencyCode>().notNull(),
    /** Text: it may be no number at all. */
    rate: text("rate").notNull(),
    direction: text("direction").$type<QuoteDirection>().notNull(),
    reason: text("reason").$type<QuarantineReason>().notNull(),
    asOf: instant("as_of"),
    seenAt: instant("seen_at").notNull(),
    times: integer("times").notNull(),
  },
  (table) => [primaryKey({ columns: [table.provider, table.code] })],
);

/** When each provider was asked, what came of it, and when it is asked again. */
export const providerStates = currencySchema.table("provider_states", {
  provider: text("provider").primaryKey(),
  /** A node that claimed the provider is fetching until then; a crash frees it by time. */
  claimedUntil: instant("claimed_until"),
  nextDueAt: instant("next_due_at").notNull(),
  lastAttemptAt: instant("last_attempt_at"),
  lastSuccessAt: instant("last_success_at"),
  lastFailureAt: instant("last_failure_at"),
  lastFailureReason: text("last_failure_reason"),
  consecutiveFailures: integer("consecutive_failures").notNull(),
  /** "2026-11": the calendar month (UTC) that requestsUsed counts. */
  quotaMonth: text("quota_month").notNull(),
  requestsUsed: integer("requests_used").notNull(),
  quotes: integer("quotes").notNull(),
  quarantined: integer("quarantined").notNull(),
});

/** Rates carry their own provenance; of the providers' counters the trail need only know that they moved. */
export const currencyTables: ModuleSchema = {
  name: "currency",
  tables: { rates: "none", polls: "none", quarantine: "none", provider_states: "keys" },
};
