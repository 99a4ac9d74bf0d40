import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { ReportSchedule, ScheduleRhythm } from "../contract.ts";
import type { ReportsDeps, StoredSchedule } from "../deps.ts";
import type { ScopeInput } from "../domain/report-scope.ts";
import { firstDue } from "../domain/schedule.ts";
import { ownUserId, requireBook, requireVersion, versionChanged } from "./own-report.ts";
import { ownSchedule } from "./own-schedule.ts";
import { planAllowanceOf, requireFormats, requireSchedules } from "./plan-allowance.ts";
import { readSchedule } from "./schedule-scope.ts";
import { scheduleView } from "./schedule-view.ts";
import { requireUser } from "./scope-defaults.ts";

type Deps = Pick<
  ReportsDeps,
  "db" | "clock" | "ids" | "identity" | "billing" | "ledger" | "scales" | "turns" | "schedules"
>;

export type CreateScheduleInput = ScopeInput & {
  readonly bookId?: string | undefined;
  readonly name: string;
  readonly rhythm: ScheduleRhythm;
};

/**
 * The first report is made when the next week or month begins. Throws `reports.book_not_found` (404),
 * `reports.plan_limit_reached` (402), `reports.too_many_schedules` (409).
 */
export async function createSchedule(
  deps: Deps,
  ctx: RequestContext,
  input: CreateScheduleInput,
): Promise<ReportSchedule> {
  const createdBy = ownUserId(ctx);
  const bookId = input.bookId === undefined ? undefined : parseId(input.bookId, "/bookId");
  const [user, book, allowance] = await Promise.all([
    requireUser(deps, ctx, createdBy),
    requireBook(deps, ctx, { userId: createdBy, bookId }),
    planAllowanceOf(deps, ctx, createdBy),
  ]);
  const { name, scope } = await readSchedule(deps, ctx, input, { book, user });
  requireFormats(allowance, scope.formats);
  return deps.db.transact(ctx, async (tx) => {
    await deps.turns.lockUser(tx, createdBy);
    requireSchedules(allowance, await deps.schedules.countOf(tx, createdBy));
    const at = deps.clock.now();
    const { rhythm } = input;
    const added: StoredSchedule = {
      ...{ id: deps.ids.next(), bookId: book.id, createdBy, name, rhythm, scope },
      ...firstDue(rhythm, scope.timeZone, at),
      ...{ pausedFor: null, version: 1, createdAt: at, updatedAt: at },
    };
    await deps.schedules.add(tx, added);
    return scheduleView(added);
  });
}

/** Absent = stays as it is. */
export type ChangeScheduleInput = Partial<
  Omit<CreateScheduleInput, "bookId"> & { readonly paused: boolean | undefined }
> & { readonly id: string; readonly version: number };

/**
 * All of what is given or nothing. Its next report is again the first one that is still to come when it goes on after a
 * pause, or changes its rhythm or zone; otherwise it stays due when it was. Throws as {@link createSchedule} does, and
 * `reports.version_changed` (412).
 */
export async function changeSchedule(
  deps: Deps,
  ctx: RequestContext,
  { id, version, paused: asked, ...given }: ChangeScheduleInput,
): Promise<ReportSchedule> {
  const { schedule, book } = await ownSchedule(deps, ctx, parseId(id));
  const [user, allowance] = await Promise.all([
    requireUser(deps, ctx, schedule.createdBy),
    planAllowanceOf(deps, ctx, schedule.createdBy),
  ]);
  requireVersion(schedule.version, version);
  const { rhythm, ...input } = { ...asInput(schedule), ...withoutUndefined(given) };
  const { name, scope } = await readSchedule(deps, ctx, input, { book, user });
  const paused = asked ?? schedule.nextOn === null;
  // One that the plan no longer includes may be paused and renamed, and not go on.
  if (!paused) requireFormats(allowance, scope.formats);
  return deps.db.transact(ctx, async (tx) => {
    const at = deps.clock.now();
    const isAnew =
      schedule.nextOn === null ||
      rhythm !== schedule.rhythm ||
      scope.timeZone !== schedule.scope.timeZone;
    const due = isAnew ? firstDue(rhythm, scope.timeZone, at) : {};
    const changed = await deps.schedules.change(
      tx,
      schedule,
      {
        ...{ name, rhythm, scope },
        ...(paused ? { nextOn: null, nextAt: null } : { ...due, pausedFor: null }),
      },
      at,
    );
    if (!changed) throw versionChanged();
    return scheduleView(changed);
  });
}

/** The reports that it has made stay. */
export async function deleteSchedule(
  deps: Pick<ReportsDeps, "db" | "ledger" | "schedules">,
  ctx: RequestContext,
  input: { readonly id: string; readonly version: number },
): Promise<void> {
  const { schedule } = await ownSchedule(deps, ctx, parseId(input.id));
  requireVersion(schedule.version, input.version);
  await deps.db.transact(ctx, async (tx) => {
    if (!(await deps.schedules.remove(tx, schedule))) throw versionChanged();
  });
}

const asInput = ({ name, rhythm, scope }: StoredSchedule) => {
  const { bookId: _, ...input } = scope;
  return { name, rhythm, ...input } satisfies Omit<CreateScheduleInput, "bookId">;
};

/** What was left out says nothing. */
const withoutUndefined = <T extends object>(given: T) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
