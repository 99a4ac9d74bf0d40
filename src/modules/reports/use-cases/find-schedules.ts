import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import { type Page, pageOf } from "#platform/kernel/page";
import type { ReportSchedule } from "../contract.ts";
import type { ReportsDeps } from "../deps.ts";
import { readPosition } from "./find-reports.ts";
import { ownUserId } from "./own-report.ts";
import { ownSchedule } from "./own-schedule.ts";
import { scheduleView } from "./schedule-view.ts";

type Deps = Pick<ReportsDeps, "db" | "ledger" | "schedules">;

/** The user's own, of books that he may still read, the oldest first. */
export async function listSchedules(
  deps: Deps,
  ctx: RequestContext,
  input: {
    readonly bookId?: string | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<Page<ReportSchedule>> {
  const { limit, cursor } = input;
  const createdBy = ownUserId(ctx);
  const after = cursor === undefined ? undefined : readPosition(cursor);
  const asked = input.bookId === undefined ? undefined : parseId(input.bookId, "bookId");
  const books = await deps.ledger.booksOf(ctx, { userId: createdBy });
  const bookIds = books.map(({ id }) => id).filter((id) => asked === undefined || id === asked);
  const query = { createdBy, bookIds, after, limit: limit + 1 };
  const rows = await deps.schedules.list(deps.db.read, query);
  return pageOf(rows.map(scheduleView), limit, ({ createdAt, id }) => [createdAt, id]);
}

export const getSchedule = async (
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<ReportSchedule> =>
  scheduleView((await ownSchedule(deps, ctx, parseId(input.id))).schedule);
