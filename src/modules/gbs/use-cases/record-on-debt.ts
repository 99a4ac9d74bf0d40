import type { Tx } from "#platform/db/database";
import type { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { GbsDeps } from "../deps.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { gbsErrors } from "../errors.ts";
import { clockEffects } from "./clock-effects.ts";
import type { DebtStep, People } from "./debt-step.ts";
import { type RecordDeps, recordSteps } from "./record-steps.ts";

export type RecordOnDebtDeps = RecordDeps & Pick<GbsDeps, "clock" | "proposals">;

/**
 * Records what somebody who is no party does to a debt, or what happens to it: with its row locked, up to date with the
 * clock, and together with all that follows. `make` runs in the transaction with the row locked; null = nothing is to be
 * recorded. Gives the debt as it is then. Throws `gbs.debt_not_found` (404).
 */
export async function recordOnDebt(
  deps: RecordOnDebtDeps,
  tx: Tx,
  { debtId, people }: { readonly debtId: Id; readonly people: People },
  make: (locked: { debt: DebtSnapshot; now: Instant }) => Promise<DebtStep | null>,
): Promise<DebtSnapshot> {
  const before = await deps.debts.lock(tx, debtId);
  if (!before) throw noSuchDebt();
  const now = deps.clock.now();
  const caughtUp = clockEffects(deps, before, { people, now });
  const step = await make({ debt: caughtUp.at(-1)?.debt ?? before, now });
  const made = step === null ? [] : [step, ...clockEffects(deps, step.debt, { people, now })];
  return recordSteps(deps, tx, { before, steps: [...caughtUp, ...made], people, now });
}

export const noSuchDebt = (): AppError =>
  gbsErrors.fail("debt_not_found", "There is no such debt.");
