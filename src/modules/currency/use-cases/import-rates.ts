import type { RequestContext } from "#platform/kernel/context";
import type { CurrencyCode } from "#platform/kernel/money";
import { type LocalDate, startOfUtcDay } from "#platform/kernel/time";
import type { CurrencyDeps, PollOrigin } from "../deps.ts";
import type { Poll } from "../domain/apply-poll.ts";
import { recogniseQuotes } from "../domain/recognise-quotes.ts";
import { pivotOf } from "../domain/stored-rate.ts";
import { storePoll } from "./store-poll.ts";

type Deps = Pick<CurrencyDeps, "db" | "catalogue" | "latest" | "rates" | "rules">;

/** One day of history as a file holds it. */
export type RateDay = {
  readonly date: LocalDate;
  readonly quotes: readonly { readonly code: CurrencyCode; readonly rate: string }[];
};

export type ImportedDay = {
  readonly date: LocalDate;
  /** "present": that day of that provider was stored before, by an import or by a poll at that very moment. */
  readonly outcome: "stored" | "present";
  readonly inserted: number;
  readonly unchanged: number;
  readonly quarantined: number;
  readonly unknown: number;
};

/**
 * Loads daily history of market rates (per 1 USD) through the same rule as live polls, a day in a transaction: what
 * was reported is stored, a run that was cut off is completed by running it again, and twice is once. The days must
 * ascend. Jumps are believed: whoever imports a file vouches for it.
 */
export async function* importRates(
  deps: Deps,
  ctx: RequestContext,
  input: {
    readonly provider: string;
    readonly origin: Exclude<PollOrigin, "poll">;
    readonly days: AsyncIterable<RateDay> | Iterable<RateDay>;
  },
): AsyncGenerator<ImportedDay> {
  for await (const { date, quotes: published } of input.days) {
    const pivot = pivotOf.market;
    const { quotes, unknown } = recogniseQuotes(deps.catalogue, input.provider, pivot, published);
    const seenAt = startOfUtcDay(date);
    const poll: Poll = {
      provider: input.provider,
      source: "market",
      direction: "per_pivot",
      seenAt,
      asOf: seenAt,
      quotes,
    };
    yield await deps.db.transact(ctx, async (tx): Promise<ImportedDay> => {
      await deps.rates.lockForWriting(tx);
      if (await deps.rates.hasPoll(tx, poll.provider, seenAt))
        return { date, outcome: "present", inserted: 0, unchanged: 0, quarantined: 0, unknown };
      const outcome = await storePoll(deps, tx, poll, {
        origin: input.origin,
        trusted: true,
        others: [],
      });
      await deps.rates.announce(tx, seenAt);
      return {
        date,
        outcome: "stored",
        inserted: outcome.inserts.length,
        unchanged: outcome.extensions.length,
        quarantined: outcome.quarantined.length,
        unknown,
      };
    });
  }
  await deps.latest.reload();
}
