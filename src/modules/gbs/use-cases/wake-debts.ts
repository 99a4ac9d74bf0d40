import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { DebtParties, GbsDeps } from "../deps.ts";
import { clockEffects } from "./clock-effects.ts";
import { findPeople } from "./people.ts";
import { type RecordDeps, recordSteps } from "./record-steps.ts";

export const wakeDebtsJob = "gbs.wake";

const debtsAtOnce = 200;

type Deps = RecordDeps & Pick<GbsDeps, "db" | "clock" | "identity" | "proposals">;

/**
 * Does to debts what time does: offers lapse, due days pass, people are reminded. Each debt in a transaction of its own,
 * by the order of their ids, so that one that cannot be looked at keeps none of the others waiting. Throws when there were
 * such, after all others.
 */
export async function wakeDebts(
  deps: Deps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const failures: unknown[] = [];
  let after: Id | undefined;
  while (!signal.aborted) {
    const due = await deps.debts.due(deps.db.read, deps.clock.now(), after, debtsAtOnce);
    const people = await findPeople(deps, ctx, due);
    for (const debt of due) {
      if (signal.aborted) break;
      await wake(deps, ctx, debt, people).catch((error: unknown) => failures.push(error));
    }
    after = due.at(-1)?.id;
    if (due.length < debtsAtOnce) break;
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} debts could not be looked at`);
}

async function wake(
  deps: Deps,
  ctx: RequestContext,
  due: DebtParties,
  peopleOf: Awaited<ReturnType<typeof findPeople>>,
): Promise<void> {
  const people = peopleOf(due);
  await deps.db.transact(ctx, async (tx) => {
    const now = deps.clock.now();
    // Whoever holds it just now brings it up to date himself.
    const before = await deps.debts.lockDue(tx, due.id, now);
    if (!before) return;
    const steps = clockEffects(deps, before, { people, now });
    await recordSteps(deps, tx, { before, steps, people, now });
  });
}
