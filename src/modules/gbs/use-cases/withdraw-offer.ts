import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { Debt } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import { type ChangeDebtDeps, changeDebt } from "./change-debt.ts";
import { type Notice, said } from "./debt-step.ts";

/** The lender takes an offer back that nobody has answered. Throws as {@link changeDebt} does. */
export function withdrawOffer(
  deps: ChangeDebtDeps & Pick<GbsDeps, "offers">,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<Debt> {
  const asked = { debtId: parseId(input.id), action: "withdraw" } as const;
  return changeDebt(deps, ctx, asked, async ({ debt, actor, now, tx }) => {
    const data = { money: said(debt.terms.amount) };
    const told: Notice = { kind: "gbs.offer_withdrawn", to: "borrower", data };
    // Whoever has not been told of the offer need not hear that it is gone.
    const delivery = await deps.offers.delivery(tx, debt.id);
    return {
      debt: { ...debt, state: "withdrawn", endedAt: now },
      custody: [{ kind: "withdrawn", actor, data: {} }],
      notices: delivery?.deliveredAt ? [told] : [],
    };
  });
}
