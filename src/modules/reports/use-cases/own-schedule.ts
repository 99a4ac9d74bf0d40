import type { Book } from "#modules/ledger/contract";
import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { ReportsDeps, StoredSchedule } from "../deps.ts";
import { reportsErrors } from "../errors.ts";
import { ownUserId, readableBook } from "./own-report.ts";

/** Throws `reports.schedule_not_found` (404), also for one of others, and of a book that the user may no longer read. */
export async function ownSchedule(
  deps: Pick<ReportsDeps, "db" | "ledger" | "schedules">,
  ctx: RequestContext,
  id: Id,
): Promise<{ readonly schedule: StoredSchedule; readonly book: Book }> {
  const userId = ownUserId(ctx);
  const schedule = await deps.schedules.find(deps.db.read, id);
  if (schedule?.createdBy !== userId) throw scheduleNotFound();
  const book = await readableBook(deps, ctx, { userId, bookId: schedule.bookId });
  if (!book) throw scheduleNotFound();
  return { schedule, book };
}

const scheduleNotFound = () =>
  reportsErrors.fail("schedule_not_found", "You have no such schedule.");
