import type { RequestContext } from "#platform/kernel/context";
import { addSeconds, type Instant } from "#platform/kernel/time";
import type { CurrencyDeps, ProviderPlan, ProviderQuotes } from "../deps.ts";
import type { Poll, PollOutcome } from "../domain/apply-poll.ts";
import { ProviderFailure } from "../domain/provider-failure.ts";
import { recogniseQuotes } from "../domain/recognise-quotes.ts";
import { pivotOf } from "../domain/stored-rate.ts";
import { storePoll } from "./store-poll.ts";

/** A claim outlives the slowest answer; a node that dies frees its providers after this long. */
const claimSeconds = 90;
const firstRetrySeconds = 60;
/** Asking again soon changes nothing about a wrong key or a spent plan. */
const refusedRetrySeconds = 3600;
const refusals: readonly string[] = ["unauthorized", "plan", "forbidden", "quota"];

type Deps = Pick<
  CurrencyDeps,
  | "db"
  | "clock"
  | "catalogue"
  | "latest"
  | "rates"
  | "providerStates"
  | "plans"
  | "rules"
  | "meters"
>;
type Claimed = ProviderPlan & { readonly consecutiveFailures: number };
type Answer = { readonly plan: Claimed; readonly quotes: ProviderQuotes };
type Failure = {
  readonly plan: Claimed;
  readonly reason: string;
  readonly retryAfterSeconds: number;
};

/**
 * Asks every provider whose time has come and stores what they quote. One node at a time asks a provider; the network
 * is spoken to outside any transaction. A provider that fails is asked again later while the others go on. Rejects
 * only when the database fails.
 */
export async function refreshRates(
  deps: Deps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const due = await claimDue(deps, ctx);
  if (due.length === 0) return;
  const results = await Promise.all(due.map((plan) => ask(deps, plan, signal)));
  const answers = results.filter((result): result is Answer => "quotes" in result);
  const failures = results.filter((result): result is Failure => "reason" in result);

  const seenAt = deps.clock.now();
  const polls = answers.map(({ plan, quotes }) => toPoll(deps, plan, quotes, seenAt));
  const outcomes = await deps.db.transact(ctx, async (tx) => {
    await deps.rates.lockForWriting(tx);
    const stored: PollOutcome[] = [];
    // In rank order: a worse provider is measured against what a better one has just said.
    for (const [index, poll] of polls.entries()) {
      const others = polls.filter((other) => other !== poll);
      const outcome = await storePoll(deps, tx, poll, { origin: "poll", trusted: false, others });
      await deps.providerStates.recordSuccess(tx, poll.provider, {
        at: seenAt,
        nextDueAt: addSeconds(seenAt, answers[index]?.plan.intervalSeconds ?? 0),
        quotes: poll.quotes.length,
        quarantined: outcome.quarantined.length,
      });
      stored.push(outcome);
    }
    for (const failure of failures)
      await deps.providerStates.recordFailure(tx, failure.plan.provider.name, {
        at: seenAt,
        nextDueAt: addSeconds(seenAt, failure.retryAfterSeconds),
        reason: failure.reason,
      });
    if (stored.length > 0) await deps.rates.announce(tx, seenAt);
    return stored;
  });
  for (const [index, poll] of polls.entries()) count(deps, poll, outcomes[index]);
  for (const failure of failures) deps.meters.polled(failure.plan.provider.name, failure.reason);
  if (polls.length > 0) await deps.latest.reload();
}

async function claimDue(deps: Deps, ctx: RequestContext): Promise<Claimed[]> {
  const now = deps.clock.now();
  const wanted = deps.plans.map(({ provider, monthlyQuota }) => ({
    provider: provider.name,
    monthlyQuota,
  }));
  const claimed = await deps.db.transact(ctx, (tx) =>
    deps.providerStates.claimDue(tx, wanted, {
      now,
      claimedUntil: addSeconds(now, claimSeconds),
      month: now.slice(0, 7),
    }),
  );
  const failuresOf = new Map(claimed.map((row) => [row.provider, row.consecutiveFailures]));
  return deps.plans.flatMap((plan) => {
    const consecutiveFailures = failuresOf.get(plan.provider.name);
    return consecutiveFailures === undefined ? [] : [{ ...plan, consecutiveFailures }];
  });
}

async function ask(deps: Deps, plan: Claimed, signal: AbortSignal): Promise<Answer | Failure> {
  try {
    return { plan, quotes: await plan.provider.fetchLatest(signal) };
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof ProviderFailure)
      return { plan, reason: error.reason, retryAfterSeconds: retryDelay(plan, error) };
    // A defect in one gateway must not cost the others their round.
    deps.meters.unexpected(plan.provider.name, error);
    return { plan, reason: "unexpected", retryAfterSeconds: plan.intervalSeconds };
  }
}

/** Doubling from a minute up to the provider's own interval; at once an hour or what it asks for when it refuses us. */
function retryDelay(plan: Claimed, failure: ProviderFailure): number {
  if (refusals.includes(failure.reason))
    return Math.max(plan.intervalSeconds, failure.retryAfterSeconds ?? refusedRetrySeconds);
  const doubled = firstRetrySeconds * 2 ** Math.min(plan.consecutiveFailures, 20);
  return Math.max(failure.retryAfterSeconds ?? 0, Math.min(plan.intervalSeconds, doubled));
}

function toPoll(deps: Deps, plan: Claimed, answer: ProviderQuotes, seenAt: Instant): Poll {
  const { name, source } = plan.provider;
  if (answer.pivot !== pivotOf[source])
    throw new Error(`${name} quotes in ${answer.pivot}, but ${source} in ${pivotOf[source]}`);
  const { quotes } = recogniseQuotes(deps.catalogue, name, answer.pivot, answer.quotes);
  return { provider: name, source, direction: answer.direction, seenAt, asOf: answer.asOf, quotes };
}

function count(deps: Deps, poll: Poll, outcome: PollOutcome | undefined): void {
  deps.meters.polled(poll.provider, "ok");
  deps.meters.stored(poll.provider, "new", outcome?.inserts.length ?? 0);
  deps.meters.stored(poll.provider, "unchanged", outcome?.extensions.length ?? 0);
  for (const { reason } of outcome?.quarantined ?? [])
    deps.meters.quarantined(poll.provider, reason, 1);
}
