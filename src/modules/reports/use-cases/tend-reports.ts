import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { addSeconds, utcDayOf } from "#platform/kernel/time";
import type { ReportsDeps, StoredReport } from "../deps.ts";
import { keptSeconds, rememberedSeconds } from "../domain/allowance.ts";
import { deleteObjects } from "./delete-objects.ts";
import { type EndReportDeps, endFailed } from "./end-report.ts";
import { givenUp } from "./make-report.ts";
import { reportOfKey, reportsPrefix } from "./object-keys.ts";

/** Longer than a job is tried, with all that it waits in between. */
const silentSeconds = 6 * 3_600;
const batchSize = 200;
const listedAtOnce = 500;

type ExpireDeps = EndReportDeps & Pick<ReportsDeps, "retention" | "objects" | "ids" | "logger">;

/** Deletes the files of reports whose time is over, and gives up those that no job works on any more. */
export async function expireReports(
  deps: ExpireDeps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const { db, clock, retention } = deps;
  for (let due: readonly Id[] = []; !signal.aborted; ) {
    due = await retention.due(db.read, clock.now(), batchSize);
    if (due.length === 0) break;
    const expired = due;
    // Rows first: what is left in the store when this breaks off is swept.
    const keys = await db.transact(ctx, async (tx) => {
      const found = await retention.keysOf(tx, expired);
      await retention.expire(tx, expired, clock.now());
      return found;
    });
    await deleteObjects(deps, keys);
  }
  const before = addSeconds(clock.now(), -silentSeconds);
  for (const report of await deps.turns.silentSince(db.read, { before, limit: batchSize })) {
    if (signal.aborted) return;
    await giveUp(deps, ctx, report);
  }
}

/** A run of its own, so that the one which is silent can no longer end it. */
async function giveUp(deps: ExpireDeps, ctx: RequestContext, { id }: StoredReport): Promise<void> {
  const run = { id, attempt: deps.ids.next() };
  const claimed = await deps.db.transact(ctx, (tx) => deps.turns.claim(tx, run, deps.clock.now()));
  if (claimed) await endFailed(deps, ctx, claimed, { run, failure: givenUp() });
}

/** Rows of reports that are long over: files they have none any more, or never had any. */
export const forgetReports = (
  { retention, clock }: Pick<ReportsDeps, "retention" | "clock">,
  tx: Tx,
  limit: number,
): Promise<number> => {
  const now = clock.now();
  return retention.forget(tx, {
    expired: addSeconds(now, -rememberedSeconds),
    failed: addSeconds(now, -keptSeconds),
    limit,
  });
};

/** Counts of days that are over. */
export const forgetCounts = (
  { retention, clock }: Pick<ReportsDeps, "retention" | "clock">,
  tx: Tx,
  limit: number,
): Promise<number> => retention.forgetCounts(tx, utcDayOf(clock.now()), limit);

/**
 * Deletes what the store holds and no report refers to: left by runs that were killed, and by deletions while the store
 * was away. What a run is storing at the moment stays.
 */
export async function sweepObjects(
  deps: Pick<ReportsDeps, "db" | "objects" | "retention" | "logger">,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  let after: string | undefined;
  let swept = 0;
  while (!signal.aborted) {
    const listed = await deps.objects.list(reportsPrefix, { after, limit: listedAtOnce });
    const keys = listed.map(({ key }) => key);
    const orphans = await orphansAmong(deps, keys);
    await deps.objects.delete(orphans);
    swept += orphans.length;
    after = keys.at(-1);
    if (listed.length < listedAtOnce) break;
  }
  if (swept > 0)
    deps.logger.info({ objects: swept, job: ctx.operation }, "deleted files of no report");
}

/** Asked after the keys were listed: whoever stores something has begun before. */
async function orphansAmong(
  { db, retention }: Pick<ReportsDeps, "db" | "retention">,
  keys: readonly string[],
): Promise<readonly string[]> {
  const ids = [...new Set(keys.flatMap((key) => reportOfKey(key) ?? []))];
  const states = await retention.statesOf(db.read, ids);
  const kept = new Set(await retention.keysOf(db.read, ids));
  return keys.filter((key) => {
    const id = reportOfKey(key);
    const state = id && states.get(id);
    return state !== "queued" && state !== "running" && !kept.has(key);
  });
}
