import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { GbsDeps } from "../deps.ts";
import type { CustodyStep } from "../domain/custody.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { gbsErrors } from "../errors.ts";
import type { People } from "./debt-step.ts";
import { ownUserId } from "./own-debt.ts";
import { findPeople } from "./people.ts";
import { noSuchDebt, type RecordOnDebtDeps } from "./record-on-debt.ts";

export type AdminStepDeps = RecordOnDebtDeps & Pick<GbsDeps, "db" | "identity">;

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
