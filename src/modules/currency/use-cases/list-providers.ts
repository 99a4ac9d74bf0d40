import type { RequestContext } from "#platform/kernel/context";
import { addSeconds, type Instant } from "#platform/kernel/time";
import type { RateSource } from "../contract.ts";
import type { CurrencyDeps, ProviderState } from "../deps.ts";

type Deps = Pick<CurrencyDeps, "db" | "clock" | "providerStates" | "plans" | "rules">;

/** How a provider of rates is doing. `lastFailureReason` as in domain/provider-failure.ts. */
export type ProviderView = {
  readonly name: string;
  readonly source: RateSource;
  /** 1 decides first what the market rate of a currency is. */
  readonly rank: number;
  /** waiting: not asked yet; failing: the last answer was a failure; stale: no success for as long as makes its rates stale. */
  readonly status: "ok" | "failing" | "stale" | "waiting";
  readonly intervalSeconds: number;
  readonly lastAttemptAt: Instant | null;
  readonly lastSuccessAt: Instant | null;
  readonly lastFailureAt: Instant | null;
  readonly lastFailureReason: string | null;
  readonly consecutiveFailures: number;
  readonly nextDueAt: Instant | null;
  /** Recognised quotes in the last answer, and how many of them were refused. */
  readonly quotes: number;
  readonly quarantined: number;
  readonly monthlyQuota: number | null;
  readonly requestsThisMonth: number;
};

export async function listProviders(
  deps: Deps,
  _ctx: RequestContext,
): Promise<readonly ProviderView[]> {
  const states = await deps.providerStates.list(deps.db.read);
  const stateOf = new Map(states.map((state) => [state.provider, state]));
  const now = deps.clock.now();
  return deps.plans.map(({ provider, intervalSeconds, monthlyQuota }, index) => {
    const state = stateOf.get(provider.name);
    return {
      name: provider.name,
      source: provider.source,
      rank: index + 1,
      status: statusOf(state, now, deps.rules.staleAfterSeconds(provider.name)),
      intervalSeconds,
      lastAttemptAt: state?.lastAttemptAt ?? null,
      lastSuccessAt: state?.lastSuccessAt ?? null,
      lastFailureAt: state?.lastFailureAt ?? null,
      lastFailureReason: state?.lastFailureReason ?? null,
      consecutiveFailures: state?.consecutiveFailures ?? 0,
      nextDueAt: state?.nextDueAt ?? null,
      quotes: state?.quotes ?? 0,
      quarantined: state?.quarantined ?? 0,
      monthlyQuota,
      requestsThisMonth: state?.quotaMonth === now.slice(0, 7) ? state.requestsUsed : 0,
    };
  });
}

function statusOf(
  state: ProviderState | undefined,
  now: Instant,
  staleAfterSeconds: number,
): ProviderView["status"] {
  if (!state || (state.lastSuccessAt === null && state.lastFailureAt === null)) return "waiting";
  if (state.consecutiveFailures > 0) return "failing";
  const { lastSuccessAt } = state;
  const old = lastSuccessAt === null || addSeconds(lastSuccessAt, staleAfterSeconds) < now;
  return old ? "stale" : "ok";
}
