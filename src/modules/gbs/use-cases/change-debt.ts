import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { Debt, DebtAction } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import { requirePossible } from "../domain/possible.ts";
import { clockEffects } from "./clock-effects.ts";
import type { MakeStep, StepInput } from "./debt-step.ts";
import { debtView } from "./debt-view.ts";
import { asParty, ownDebt, ownUserId } from "./own-debt.ts";
import { findPeople } from "./people.ts";
import { type RecordDeps, recordSteps } from "./record-steps.ts";

export type ChangeDebtDeps = RecordDeps & Pick<GbsDeps, "db" | "clock" | "identity" | "proposals">;

/**
 * The one way in which a party changes a debt: with its row locked and up to date with the clock, and together with all
 * that follows from the change. `make` may run more than once, and may read through the transaction it is given. Throws
 * `gbs.debt_not_found` (404), `gbs.not_possible_now` (409), and what `make` throws.
 */
export const changeDebt = (
  deps: ChangeDebtDeps,
  ctx: RequestContext,
  asked: { readonly debtId: Id; readonly action: DebtAction },
  make: MakeStep,
): Promise<Debt> =>
  answerChange(deps, ctx, asked, make, ({ debt, party, people, now }) =>
    debtView(debt, party, people, now),
  );

/** As {@link changeDebt}; answers with something else than the debt as it is afterwards. */
export async function answerChange<T>(
  deps: ChangeDebtDeps,
  ctx: RequestContext,
  { debtId, action }: { readonly debtId: Id; readonly action: DebtAction },
  make: MakeStep,
  answer: (after: Pick<StepInput, "debt" | "party" | "people" | "now">) => T,
): Promise<T> {
  const userId = ownUserId(ctx);
  const { debt: seen } = await ownDebt(deps, ctx, debtId);
  const people = (await findPeople(deps, ctx, [seen]))(seen);
  return deps.db.transact(ctx, async (tx) => {
    const { debt: before, party } = asParty(await deps.debts.lock(tx, debtId), userId);
    const now = deps.clock.now();
    const caughtUp = clockEffects(deps, before, { people, now });
    const debt = caughtUp.at(-1)?.debt ?? before;
    requirePossible(debt, party, action, now);
    const actor = { role: party, id: userId };
    const step = await make({ debt, party, actor, people, now, tx });
    const steps = [...caughtUp, step, ...clockEffects(deps, step.debt, { people, now })];
    const after = await recordSteps(deps, tx, { before, steps, people, now });
    return answer({ debt: after, party, people, now });
  });
}
