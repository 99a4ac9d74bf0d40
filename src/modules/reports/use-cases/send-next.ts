import type { Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { ReportsDeps } from "../deps.ts";
import { maxRunningAtOnce } from "../domain/allowance.ts";

export const makeReportJob = "reports.make";
export type MakeReportPayload = { readonly reportId: Id };

/**
 * Sends jobs for the oldest reports that wait, as many as a user may have running: however many somebody asks for, a
 * queue never holds more of his than that, and others have their turn. The user is locked by the caller.
 */
export async function sendNext(
  deps: Pick<ReportsDeps, "turns" | "jobs" | "clock">,
  tx: Tx,
  userId: Id,
): Promise<void> {
  const free = maxRunningAtOnce - (await deps.turns.countSent(tx, userId));
  if (free <= 0) return;
  const sent = await deps.turns.sendOldest(tx, userId, free, deps.clock.now());
  for (const reportId of sent)
    await deps.jobs.enqueue<MakeReportPayload>(tx, makeReportJob, { reportId });
}
