import type { Tx } from "#platform/db/database";
import { isDecimal, signOf } from "#platform/kernel/decimal";
import type { CurrencyCode } from "#platform/kernel/money";
import { addSeconds, type Instant, secondsBetween } from "#platform/kernel/time";
import type { CurrencyDeps, PollOrigin } from "../deps.ts";
import { applyPoll, type Poll, type PollOutcome, type PollRules } from "../domain/apply-poll.ts";
import type { DirectedRate } from "../domain/jump.ts";

/** A jump seen this long ago may still be confirmed by a second look: two polls of the slowest, daily provider. */
const confirmableSeconds = 2 * 86_400;

type Deps = Pick<CurrencyDeps, "rates" | "rules">;

/** Applies one poll inside `tx`, which must hold the writers' lock. Jumps are believed when `trusted`. */
export async function storePoll(
  deps: Deps,
  tx: Tx,
  poll: Poll,
  options: {
    readonly origin: PollOrigin;
    readonly trusted: boolean;
    /** What other providers quoted in the same round. */
    readonly others: readonly Poll[];
  },
): Promise<PollOutcome> {
  const codes = poll.quotes.map((quote) => quote.code);
  const [inForce, lastPollAt, pending] = await Promise.all([
    deps.rates.inForce(tx, { source: poll.source, codes, at: poll.seenAt }),
    deps.rates.previousPollAt(tx, poll.provider, poll.seenAt),
    options.trusted
      ? []
      : deps.rates.pendingJumps(tx, {
          source: poll.source,
          codes,
          since: addSeconds(poll.seenAt, -confirmableSeconds),
        }),
  ]);
  const witnesses = new Map<CurrencyCode, DirectedRate[]>();
  const witness = (code: CurrencyCode, rate: DirectedRate) =>
    void witnesses.set(code, [...(witnesses.get(code) ?? []), rate]);
  // The same publication read twice is one opinion, not two.
  for (const jump of pending)
    if (jump.provider !== poll.provider || jump.asOf === null || jump.asOf !== poll.asOf)
      witness(jump.code, jump);
  for (const other of options.others)
    if (other.source === poll.source)
      for (const { code, rate } of other.quotes)
        if (isDecimal(rate) && signOf(rate) > 0)
          witness(code, { rate, direction: other.direction });

  const rules = options.trusted ? { ...deps.rules, maxJump: null } : deps.rules;
  const outcome = applyPoll(
    poll,
    {
      inForce: new Map(inForce.map((row) => [row.code, row])),
      previousPollAt: options.trusted ? lastPollAt : previousPollOf(poll, lastPollAt, rules),
      witnesses,
    },
    rules,
  );
  await deps.rates.savePoll(tx, poll, options.origin, outcome);
  // Old history says nothing about what a provider quotes today.
  if (options.origin === "poll") await deps.rates.saveQuarantine(tx, poll, outcome.quarantined);
  return outcome;
}

/**
 * The poll that this one continues. After a silence that made the provider's rates stale, nobody knows what it quoted
 * meanwhile: that is a hole in all its rows.
 */
function previousPollOf(poll: Poll, last: Instant | null, rules: PollRules): Instant | null {
  if (last === null) return null;
  const silentSeconds = secondsBetween(last, poll.seenAt);
  return silentSeconds <= rules.staleAfterSeconds(poll.provider) ? last : null;
}
