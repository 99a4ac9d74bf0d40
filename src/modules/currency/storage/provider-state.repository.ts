import { eq, sql } from "drizzle-orm";
import type { ReadPool, Tx } from "#platform/db/database";
import { preparedRead } from "#platform/db/prepared-read";
import type { Instant } from "#platform/kernel/time";
import { providerStates } from "./tables.ts";

export type ProviderState = typeof providerStates.$inferSelect;

export type ProviderStateRepository = ReturnType<typeof createProviderStateRepository>;

const listStates = preparedRead("currency_provider_states", (read, name) =>
  read.select().from(providerStates).limit(100).prepare(name),
);

export function createProviderStateRepository() {
  return {
    /** Of every provider that was ever asked; there are a handful. */
    list: (read: ReadPool): Promise<ProviderState[]> => listStates(read, {}),

    /**
     * Takes the providers whose time has come, whom no other node is fetching and whose quota of the month is not
     * used up; counts the request. Nobody else gets them before `claimedUntil`.
     */
    async claimDue(
      tx: Tx,
      wanted: readonly { readonly provider: string; readonly monthlyQuota: number | null }[],
      times: { readonly now: Instant; readonly claimedUntil: Instant; readonly month: string },
    ): Promise<{ provider: string; consecutiveFailures: number }[]> {
      const { now, claimedUntil, month } = times;
      const list = JSON.stringify(wanted);
      await tx.execute(sql`
        insert into ${providerStates}
          (provider, next_due_at, consecutive_failures, quota_month, requests_used, quotes, quarantined)
        select provider, ${now}::timestamptz, 0, ${month}, 0, 0, 0
        from jsonb_to_recordset(${list}::jsonb) as r(provider text)
        on conflict do nothing`);
      const rows = await tx.execute<{ provider: string; failures: number }>(sql`
        update ${providerStates} as state
        set claimed_until = ${claimedUntil}::timestamptz, last_attempt_at = ${now}::timestamptz, quota_month = ${month},
          requests_used = 1 + case when state.quota_month = ${month} then state.requests_used else 0 end
        from jsonb_to_recordset(${list}::jsonb) as r(provider text, "monthlyQuota" int)
        where state.provider = r.provider and state.next_due_at <= ${now}::timestamptz
          and (state.claimed_until is null or state.claimed_until <= ${now}::timestamptz)
          and (r."monthlyQuota" is null or state.quota_month <> ${month} or state.requests_used < r."monthlyQuota")
        returning state.provider, state.consecutive_failures as failures`);
      return rows.map((row) => ({
        provider: row.provider,
        consecutiveFailures: row.failures,
      }));
    },

    async recordSuccess(
      tx: Tx,
      provider: string,
      result: {
        readonly at: Instant;
        readonly nextDueAt: Instant;
        readonly quotes: number;
        readonly quarantined: number;
      },
    ): Promise<void> {
      await tx
        .update(providerStates)
        .set({
          claimedUntil: null,
          lastSuccessAt: result.at,
          nextDueAt: result.nextDueAt,
          consecutiveFailures: 0,
          quotes: result.quotes,
          quarantined: result.quarantined,
        })
        .where(eq(providerStates.provider, provider));
    },

    async recordFailure(
      tx: Tx,
      provider: string,
      failure: { readonly at: Instant; readonly nextDueAt: Instant; readonly reason: string },
    ): Promise<void> {
      await tx
        .update(providerStates)
        .set({
          claimedUntil: null,
          lastFailureAt: failure.at,
          lastFailureReason: failure.reason,
          nextDueAt: failure.nextDueAt,
          consecutiveFailures: sql`${providerStates.consecutiveFailures} + 1`,
        })
        .where(eq(providerStates.provider, provider));
    },
  };
}
