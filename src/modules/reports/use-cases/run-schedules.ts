import type { UserSummary } from "#modules/identity/contract";
import type { RequestContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import type { LocalDate } from "#platform/kernel/time";
import type { ReportScope } from "../contract.ts";
import type { ReportsDeps, StoredSchedule } from "../deps.ts";
import { fiscalYearOf } from "../domain/datev-file.ts";
import { dueAfter, periodBefore } from "../domain/schedule.ts";
import { reportsErrors } from "../errors.ts";
import { addReport, namedAfter } from "./add-report.ts";
import { failureOf } from "./failure.ts";
import { requireBook } from "./own-report.ts";
import { isPlanLimit, planAllowanceOf, requireFormats, requireKept } from "./plan-allowance.ts";
import { requireAccounts } from "./scope-defaults.ts";

export const runSchedulesJob = "reports.run_schedules";

const schedulesAtOnce = 100;
/** Of one run; the next minute goes on with the others. */
const maxSchedules = 2_000;

type Deps = Pick<
  ReportsDeps,
  | "db"
  | "clock"
  | "ids"
  | "jobs"
  | "identity"
  | "billing"
  | "ledger"
  | "reports"
  | "turns"
  | "schedules"
  | "notify"
  | "links"
>;

/** A schedule whose report is due. */
type Due = StoredSchedule & { readonly nextOn: LocalDate };

/**
 * Asks for the reports that are due, each once over all nodes. After a downtime none is left out: each period is asked for
 * in its turn, the oldest first. A schedule whose report cannot be asked for is paused, and its owner told. Throws when
 * some could not be looked at, after it has looked at all others.
 */
export async function runSchedules(
  deps: Deps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const failures: unknown[] = [];
  let seen = 0;
  while (!signal.aborted && seen < maxSchedules) {
    const found = await deps.schedules.due(deps.db.read, deps.clock.now(), schedulesAtOnce);
    const due = found.filter((one): one is Due => one.nextOn !== null);
    const users = await usersOf(deps, ctx, due);
    const failedBefore = failures.length;
    for (const schedule of due) {
      if (signal.aborted) return;
      await run(deps, ctx, schedule, users.get(schedule.createdBy)).catch((error: unknown) =>
        failures.push(error),
      );
    }
    seen += found.length;
    // What failed is due still, and would be found again.
    if (found.length < schedulesAtOnce || failures.length > failedBefore) break;
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} schedules were not run`);
}

async function usersOf(deps: Deps, ctx: RequestContext, due: readonly Due[]) {
  const userIds = [...new Set(due.map(({ createdBy }) => createdBy))];
  const users = userIds.length === 0 ? [] : await deps.identity.usersById(ctx, { userIds });
  return new Map(users.map((user) => [user.id, user]));
}

async function run(
  deps: Deps,
  ctx: RequestContext,
  schedule: Due,
  user: UserSummary | undefined,
): Promise<void> {
  try {
    await askFor(deps, ctx, schedule, user);
  } catch (error) {
    if (!isLasting(error)) throw error;
    await pause(deps, ctx, schedule, error);
  }
}

/** Said by the plan, the book or the schedule itself: it would be the same in a minute. */
const isLasting = (error: unknown): error is AppError =>
  error instanceof AppError && error.kind !== "unavailable" && error.kind !== "limit";

async function askFor(
  deps: Deps,
  ctx: RequestContext,
  schedule: Due,
  user: UserSummary | undefined,
): Promise<void> {
  const { createdBy, bookId, rhythm, nextOn } = schedule;
  if (user?.status !== "active")
    throw reportsErrors.fail("owner_inactive", "Its owner's account is not active.");
  const allowance = await planAllowanceOf(deps, ctx, createdBy);
  const book = await requireBook(deps, ctx, { userId: createdBy, bookId });
  const scope = scopeOf(schedule);
  requireFormats(allowance, scope.formats);
  await requireAccounts(deps, ctx, scope, createdBy);
  await deps.db.transact(ctx, async (tx) => {
    await deps.turns.lockUser(tx, createdBy);
    // Whoever has advanced it has asked for the report, too.
    const next = dueAfter(rhythm, scope.timeZone, nextOn);
    if (!(await deps.schedules.advance(tx, schedule, next))) return;
    requireKept(allowance, await deps.turns.countKept(tx, createdBy));
    await addReport(deps, tx, {
      ...{ id: deps.ids.next(), scope, createdBy },
      fileBase: namedAfter(scope, book, user),
      schedule: { id: schedule.id, dueOn: nextOn },
    });
  });
}

function scopeOf({ scope, rhythm, nextOn }: Due): ReportScope {
  const period = periodBefore(rhythm, nextOn);
  const { datev } = scope;
  if (datev === null) return { ...scope, ...period };
  const fiscalYearStart = fiscalYearOf(datev.fiscalYearStart, period.from);
  return { ...scope, ...period, datev: { ...datev, fiscalYearStart } };
}

async function pause(
  deps: Deps,
  ctx: RequestContext,
  schedule: Due,
  error: AppError,
): Promise<void> {
  const { id, name, createdBy } = schedule;
  await deps.db.transact(ctx, async (tx) => {
    const changes = { nextOn: null, nextAt: null, pausedFor: failureOf(error) };
    if (!(await deps.schedules.change(tx, schedule, changes, deps.clock.now()))) return;
    const kind = isPlanLimit(error) ? "reports.schedule_paused_by_plan" : "reports.schedule_paused";
    const said = { schedule: name, link: deps.links.schedule(id) };
    await deps.notify(tx, kind, { userId: createdBy }, said);
  });
}
