import type { RequestContext } from "#platform/kernel/context";
import { readAll } from "#platform/kernel/errors";
import { parseId } from "#platform/kernel/ids";
import { addDays, secondsBetween, startOfUtcDay, utcDayOf } from "#platform/kernel/time";
import type { Report } from "../contract.ts";
import type { ReportsDeps } from "../deps.ts";
import { requireDatevScope } from "../domain/datev-file.ts";
import { readPeriod, readScope, type ScopeInput } from "../domain/report-scope.ts";
import { addReport, namedAfter } from "./add-report.ts";
import { ownUserId, requireBook } from "./own-report.ts";
import { planAllowanceOf, requireFormats, requireKept, requireToday } from "./plan-allowance.ts";
import { reportView } from "./report-view.ts";
import { defaultsOf, requireAccounts, requireUser } from "./scope-defaults.ts";

type Deps = Pick<
  ReportsDeps,
  | "db"
  | "clock"
  | "ids"
  | "jobs"
  | "identity"
  | "billing"
  | "ledger"
  | "scales"
  | "reports"
  | "turns"
>;

export type RequestReportInput = ScopeInput & {
  readonly bookId?: string | undefined;
  readonly from: string;
  readonly to: string;
};

/**
 * Has a report made by a job. Throws `reports.book_not_found` (404), `reports.plan_limit_reached` (402),
 * `reports.too_many_kept` (409), `reports.too_many_reports` (429).
 */
export async function requestReport(
  deps: Deps,
  ctx: RequestContext,
  input: RequestReportInput,
): Promise<Report> {
  const userId = ownUserId(ctx);
  const bookId = input.bookId === undefined ? undefined : parseId(input.bookId, "/bookId");
  const [user, book, allowance] = await Promise.all([
    requireUser(deps, ctx, userId),
    requireBook(deps, ctx, { userId, bookId }),
    planAllowanceOf(deps, ctx, userId),
  ]);
  const read = readAll({
    scope: () => readScope(input, defaultsOf(book, user), deps.scales),
    period: () => readPeriod(input.type, input),
  });
  const scope = { ...read.scope, ...read.period };
  await requireAccounts(deps, ctx, scope, userId);
  const { datev } = scope;
  if (datev !== null) requireDatevScope({ ...scope, datev }, deps.scales);
  requireFormats(allowance, scope.formats);
  return deps.db.transact(ctx, async (tx) => {
    await deps.turns.lockUser(tx, userId);
    requireKept(allowance, await deps.turns.countKept(tx, userId));
    const now = deps.clock.now();
    const today = utcDayOf(now);
    const untilTomorrow = secondsBetween(now, startOfUtcDay(addDays(today, 1))) + 1;
    requireToday(allowance, await deps.turns.countRequest(tx, userId, today), untilTomorrow);
    const added = await addReport(deps, tx, {
      ...{ id: deps.ids.next(), scope, createdBy: userId, schedule: null },
      fileBase: namedAfter(scope, book, user),
    });
    if (!added) throw new Error("a report is gone as soon as it was asked for");
    return reportView(added, [], book.revision);
  });
}
