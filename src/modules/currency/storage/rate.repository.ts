import { and, desc, eq, gte, inArray, lt, sql } from "drizzle-orm";
import { decimalFromPostgres, instantFromPostgres } from "#platform/db/columns";
import type { Reader, Tx } from "#platform/db/database";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { QuoteDirection, RateSource } from "../contract.ts";
import type { Poll, PollOutcome, QuarantinedRate } from "../domain/apply-poll.ts";
import type { DirectedRate } from "../domain/jump.ts";
import type { StoredRate } from "../domain/stored-rate.ts";
import { polls, quarantine, rates } from "./tables.ts";

export type PollOrigin = (typeof polls.$inferSelect)["origin"];

/** A rate in quarantine as a witness: who saw it, and when. */
export type PendingJump = DirectedRate & {
  readonly code: CurrencyCode;
  readonly provider: string;
  readonly asOf: Instant | null;
};

export type RateRepository = ReturnType<typeof createRateRepository>;

export function createRateRepository() {
  return {
    /** For each code the row in force at `at`: one index probe a code, whatever the length of the history. */
    async inForce(
      reader: Reader,
      query: { source: RateSource; codes: readonly CurrencyCode[]; at: Instant },
    ): Promise<StoredRate[]> {
      if (query.codes.length === 0) return [];
      const rows = await reader.execute<RateRow>(sql`
        select r.* from jsonb_array_elements_text(${JSON.stringify(query.codes)}::jsonb) as wanted(code)
        cross join lateral (
          select * from ${rates} where source = ${query.source} and code = wanted.code
            and first_seen <= ${query.at}::timestamptz
          order by first_seen desc limit 1
        ) r`);
      return rows.map(toStoredRate);
    },

    /** Like inForce for pairs of code and instant, in one statement; answers in the order of the keys. */
    async inForceAt(
      reader: Reader,
      source: RateSource,
      keys: readonly { readonly code: CurrencyCode; readonly at: Instant }[],
    ): Promise<(StoredRate | undefined)[]> {
      if (keys.length === 0) return [];
      const rows = await reader.execute<RateRow & { position: number }>(sql`
        select wanted.position::int as position, r.* from rows from (
          jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as (code text, at timestamptz)
        ) with ordinality as wanted(code, at, position)
        cross join lateral (
          select * from ${rates} where source = ${source} and code = wanted.code
            and first_seen <= wanted.at
          order by first_seen desc limit 1
        ) r`);
      const found = new Map(rows.map((row) => [row.position, toStoredRate(row)]));
      return keys.map((_, index) => found.get(index + 1));
    },

    /** The provider's last poll before `before`; null = none. */
    async previousPollAt(
      reader: Reader,
      provider: string,
      before: Instant,
    ): Promise<Instant | null> {
      const [row] = await reader
        .select({ seenAt: polls.seenAt })
        .from(polls)
        .where(and(eq(polls.provider, provider), lt(polls.seenAt, before)))
        .orderBy(desc(polls.seenAt))
        .limit(1);
      return row?.seenAt ?? null;
    },

    async hasPoll(reader: Reader, provider: string, seenAt: Instant): Promise<boolean> {
      const rows = await reader
        .select({ seenAt: polls.seenAt })
        .from(polls)
        .where(and(eq(polls.provider, provider), eq(polls.seenAt, seenAt)));
      return rows.length > 0;
    },

    async hasAnyPoll(reader: Reader): Promise<boolean> {
      return (await reader.select({ seenAt: polls.seenAt }).from(polls).limit(1)).length > 0;
    },

    /** Jumps of this source refused since `since`: a second look may confirm them. */
    async pendingJumps(
      reader: Reader,
      query: { source: RateSource; codes: readonly CurrencyCode[]; since: Instant },
    ): Promise<PendingJump[]> {
      if (query.codes.length === 0) return [];
      const rows = await reader
        .select({
          code: quarantine.code,
          provider: quarantine.provider,
          rate: quarantine.rate,
          direction: quarantine.direction,
          asOf: quarantine.asOf,
        })
        .from(quarantine)
        // Whose source it was stands with the poll: other sources have other pivots, their numbers mean other things.
        .innerJoin(
          polls,
          and(eq(polls.provider, quarantine.provider), eq(polls.seenAt, quarantine.seenAt)),
        )
        .where(
          and(
            eq(polls.source, query.source),
            eq(quarantine.reason, "jump"),
            gte(quarantine.seenAt, query.since),
            inArray(quarantine.code, [...query.codes]),
          ),
        );
      return rows.map((row) => ({ ...row, rate: decimalFromPostgres(row.rate) }));
    },

    /** Only one transaction at a time writes rates; held to its end. */
    async lockForWriting(tx: Tx): Promise<void> {
      await tx.execute(sql`select pg_advisory_xact_lock(hashtext('currency.rates'))`);
    },

    /** Stores what a poll changed and that it took place. Two statements for the rates, whatever their number. */
    async savePoll(tx: Tx, poll: Poll, origin: PollOrigin, outcome: PollOutcome): Promise<void> {
      await tx.insert(polls).values({
        provider: poll.provider,
        seenAt: poll.seenAt,
        source: poll.source,
        asOf: poll.asOf,
        origin,
        quotes: poll.quotes.length,
        inserted: outcome.inserts.length,
        extended: outcome.extensions.length,
        quarantined: outcome.quarantined.length,
      });
      if (outcome.inserts.length > 0)
        await tx.execute(sql`
          insert into ${rates} (source, code, first_seen, last_seen, as_of, multiplier, provider, direction, rate)
          select source, code, "firstSeen", "lastSeen", "asOf", multiplier, provider, direction, rate
          from jsonb_to_recordset(${JSON.stringify(outcome.inserts)}::jsonb) as r(source text, code text,
            "firstSeen" timestamptz, "lastSeen" timestamptz, "asOf" timestamptz, multiplier int,
            provider text, direction text, rate numeric)`);
      if (outcome.extensions.length > 0)
        await tx.execute(sql`
          update ${rates} set last_seen = r."lastSeen", as_of = r."asOf", multiplier = r.multiplier
          from jsonb_to_recordset(${JSON.stringify(outcome.extensions)}::jsonb) as r(source text, code text,
            "firstSeen" timestamptz, "lastSeen" timestamptz, "asOf" timestamptz, multiplier int)
          where ${rates}.source = r.source and ${rates}.code = r.code and ${rates}.first_seen = r."firstSeen"`);
    },

    /** Replaces the provider's quarantine by what this poll refused; what it quoted believably leaves it. */
    async saveQuarantine(tx: Tx, poll: Poll, refused: readonly QuarantinedRate[]): Promise<void> {
      const quoted = poll.quotes.map((quote) => quote.code);
      const kept = new Set(refused.map((entry) => entry.code));
      const released = quoted.filter((code) => !kept.has(code));
      await tx.execute(sql`
        delete from ${quarantine} where provider = ${poll.provider} and code in (
          select jsonb_array_elements_text(${JSON.stringify(released)}::jsonb))`);
      if (refused.length === 0) return;
      await tx.execute(sql`
        insert into ${quarantine} (provider, code, rate, direction, reason, as_of, seen_at, times)
        select ${poll.provider}, code, left(rate, 64), ${poll.direction}, reason, ${poll.asOf}::timestamptz,
          ${poll.seenAt}::timestamptz, 1
        from jsonb_to_recordset(${JSON.stringify(refused)}::jsonb) as r(code text, rate text, reason text)
        on conflict (provider, code) do update set rate = excluded.rate, direction = excluded.direction,
          reason = excluded.reason, as_of = excluded.as_of, seen_at = excluded.seen_at, times = ${quarantine}.times + 1`);
    },

    /** Wakes every node to read the latest rates; delivered on commit. */
    async announce(tx: Tx, seenAt: Instant): Promise<void> {
      await tx.execute(sql`select pg_notify(${ratesChannel}, ${seenAt})`);
    },
  };
}

/** LISTEN channel that wakes the nodes after rates have changed; the payload says nothing that matters. */
export const ratesChannel = "currency_rates";

type RateRow = {
  source: RateSource;
  code: CurrencyCode;
  first_seen: string;
  last_seen: string;
  as_of: string | null;
  multiplier: number;
  provider: string;
  direction: QuoteDirection;
  rate: string;
};

const toStoredRate = (row: RateRow): StoredRate => ({
  source: row.source,
  code: row.code,
  provider: row.provider,
  direction: row.direction,
  rate: decimalFromPostgres(row.rate),
  firstSeen: instantFromPostgres(row.first_seen),
  lastSeen: instantFromPostgres(row.last_seen),
  asOf: row.as_of === null ? null : instantFromPostgres(row.as_of),
  multiplier: row.multiplier,
});
