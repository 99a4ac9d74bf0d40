import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { GbsDeps } from "../deps.ts";
import type { CustodyStep } from "../domain/custody.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { gbsErrors } from "../errors.ts";
import { clockEffects } from "./clock-effects.ts";
import type { DebtStep, People } from "./debt-step.ts";
import { ownUserId } from "./own-debt.ts";
import { findPeople } from "./people.ts";
import { type RecordDeps, recordSteps } from "./record-steps.ts";

export type AdminStepDeps = RecordDeps & Pick<GbsDeps, "db" | "clock" | "identity" | "proposals">;

/** Who acts, for the custody log; parties see that it was an administrator, and which. */
export const asAdmin = (ctx: RequestContext): CustodyStep["actor"] & { readonly id: Id } => ({
  ...{ role: "admin", id: ownUserId(ctx) },
});

/** A debt of others. Throws `gbs.debt_not_found` (404), and `gbs.own_debt` (409) to its parties. */
export async function othersDebt(
  deps: Pick<GbsDeps, "db" | "debts">,
  ctx: RequestContext,
  debtId: Id,
): Promise<DebtSnapshot> {
  const debt = await deps.debts.find(deps.db.read, debtId);
  if (!debt) throw noSuchDebt();
  if ([debt.lenderId, debt.borrowerId].includes(ownUserId(ctx)))
    throw gbsErrors.fail("own_debt", "You are a party to this debt: ask another administrator.");
  return debt;
}

/** Both parties, as a message to one of them needs them. */
export async function peopleOf(
  deps: Pick<GbsDeps, "identity">,
  ctx: RequestContext,
  debt: DebtSnapshot,
): Promise<People> {
  return (await findPeople(deps, ctx, [debt]))(debt);
}

/**
 * Records what an administrator does to a debt: with its row locked, up to date with the clock, and in its custody log.
 * `make` runs in the transaction with the row locked; null = nothing is to be recorded. Gives the debt as it is then.
 */
export async function recordAsAdmin(
  deps: AdminStepDeps,
  tx: Tx,
  { debtId, people }: { readonly debtId: Id; readonly people: People },
  make: (locked: { debt: DebtSnapshot; now: Instant }) => Promise<DebtStep | null>,
): Promise<DebtSnapshot> {
  const before = await deps.debts.lock(tx, debtId);
  if (!before) throw noSuchDebt();
  const now = deps.clock.now();
  const caughtUp = clockEffects(deps, before, { people, now });
  const step = await make({ debt: caughtUp.at(-1)?.debt ?? before, now });
  const steps = step === null ? caughtUp : [...caughtUp, step];
  return recordSteps(deps, tx, { before, steps, people, now });
}

const noSuchDebt = (): AppError => gbsErrors.fail("debt_not_found", "There is no such debt.");
