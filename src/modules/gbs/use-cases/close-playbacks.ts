import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { maxViewedRanges } from "../bounds.ts";
import type { EndedPlayback, GbsDeps, OpenPlayback } from "../deps.ts";
import type { CustodyStep } from "../domain/custody.ts";
import { joinNearest } from "../domain/viewed-ranges.ts";
import { findPeople } from "./people.ts";
import { type RecordOnDebtDeps, recordOnDebt } from "./record-on-debt.ts";

export const endPlaybacksJob = "gbs.end_playbacks";

const playbacksAtOnce = 500;

/**
 * Ends playbacks of a recording (all, or these), and gives what is to stand in the debt's log of all that have ended:
 * what was watched. To be called with the debt's row locked, and its entries recorded in the same transaction: each view
 * is recorded once, and before whatever ended it.
 */
export async function closePlaybacks(
  { playbacks }: Pick<GbsDeps, "playbacks">,
  tx: Tx,
  which: { readonly evidenceId: Id; readonly only?: readonly Id[] },
  now: Instant,
): Promise<readonly CustodyStep[]> {
  await playbacks.end(tx, which, now);
  const ended = await playbacks.takeEnded(tx, which.evidenceId, now);
  return ended.map((playback) => viewOf(which.evidenceId, playback));
}

/** Ranges are pairs of bytes, both included; what is sent is said to be watched. */
const viewOf = (evidenceId: Id, { id, userId, reviewId, ranges }: EndedPlayback): CustodyStep => ({
  kind: "evidence_viewed",
  actor: { role: reviewId === null ? "lender" : "operator", id: userId },
  data: {
    ...{ evidence: evidenceId, playback: id },
    ranges: joinNearest(ranges, maxViewedRanges).map(({ first, last }) => [first, last]),
  },
});

type Deps = RecordOnDebtDeps & Pick<GbsDeps, "db" | "identity" | "playbacks">;

/**
 * Ends playbacks whose time or session is over, and records what was watched in all that have ended. Each recording in a
 * transaction of its own. Throws when there were such that could not be ended, after all others.
 */
export async function endPlaybacks(
  deps: Deps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const failures: unknown[] = [];
  for (const find of [overPlaybacks, orphanedPlaybacks]) {
    let after: Id | undefined;
    while (!signal.aborted) {
      const { found, last } = await find(deps, ctx, after);
      for (const [evidenceId, chosen] of Map.groupBy(found, (one) => one.evidenceId)) {
        if (signal.aborted) break;
        await closeThese(deps, ctx, evidenceId, chosen).catch((error) => failures.push(error));
      }
      if (last === undefined) break;
      after = last;
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `playbacks of ${failures.length} recordings go on`);
}

type Found = {
  readonly found: readonly OpenPlayback[];
  /** Where to go on; undefined = that was all. */
  readonly last: Id | undefined;
};
const nextOf = (page: readonly OpenPlayback[]) =>
  page.length < playbacksAtOnce ? undefined : page.at(-1)?.id;

async function overPlaybacks(deps: Deps, _ctx: RequestContext, after?: Id): Promise<Found> {
  const page = { after, limit: playbacksAtOnce };
  const found = await deps.playbacks.over(deps.db.read, deps.clock.now(), page);
  return { found, last: nextOf(found) };
}

async function orphanedPlaybacks(deps: Deps, ctx: RequestContext, after?: Id): Promise<Found> {
  const page = { after, limit: playbacksAtOnce };
  const running = await deps.playbacks.running(deps.db.read, deps.clock.now(), page);
  const sessionIds = [...new Set(running.flatMap(({ sessionId }) => sessionId ?? []))];
  const live = await deps.identity.liveSessions(ctx, { sessionIds });
  const living = new Set(live.map(({ sessionId }) => sessionId));
  return {
    found: running.filter(({ sessionId }) => sessionId === null || !living.has(sessionId)),
    last: nextOf(running),
  };
}

async function closeThese(
  deps: Deps,
  ctx: RequestContext,
  evidenceId: Id,
  chosen: readonly OpenPlayback[],
): Promise<void> {
  const [one] = chosen;
  const debt = one && (await deps.debts.find(deps.db.read, one.debtId));
  if (!debt) return;
  const people = (await findPeople(deps, ctx, [debt]))(debt);
  const only = chosen.map(({ id }) => id);
  await deps.db.transact(ctx, (tx) =>
    recordOnDebt(deps, tx, { debtId: debt.id, people }, async ({ debt: locked, now }) => {
      const custody = await closePlaybacks(deps, tx, { evidenceId, only }, now);
      return custody.length === 0 ? null : { debt: locked, custody };
    }),
  );
}
