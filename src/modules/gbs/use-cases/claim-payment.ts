import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { Debt, Payment } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import { moneyData } from "../domain/custody-data.ts";
import { type ClaimInput, readClaim, withClaim } from "../domain/payments.ts";
import { type ChangeDebtDeps, changeDebt } from "./change-debt.ts";
import { said } from "./debt-step.ts";

export type ClaimPaymentInput = ClaimInput & {
  /** Of the debt. */
  readonly id: string;
};

/**
 * The borrower says that he has paid something; it counts when the lender confirms it. Throws as {@link changeDebt} does,
 * and `gbs.payment_exceeds_outstanding` (409).
 */
export function claimPayment(
  deps: ChangeDebtDeps & Pick<GbsDeps, "ids" | "scales" | "payments">,
  ctx: RequestContext,
  input: ClaimPaymentInput,
): Promise<Debt> {
  const asked = { debtId: parseId(input.id), action: "claim_payment" } as const;
  return changeDebt(deps, ctx, asked, ({ debt, actor, now }) => {
    const claim = readClaim(input, { debt, scales: deps.scales, now });
    const payment: Payment = {
      ...{ id: deps.ids.next(), ...claim, state: "claimed", claimedAt: now },
      ...{ decidedAt: null, contestReason: null },
    };
    const { id, amount, paidOn, reference } = payment;
    return {
      debt: withClaim(debt, payment),
      custody: [
        {
          ...{ kind: "payment_claimed", actor },
          data: { payment: id, amount: moneyData(amount), paidOn },
          values: [{ name: "reference", value: reference, owner: "both" }],
        },
      ],
      notices: [
        {
          ...{ kind: "gbs.payment_claimed", to: "lender" },
          data: { money: said(amount), day: paidOn, reference },
        },
      ],
      rows: (tx) => deps.payments.add(tx, debt.id, payment),
    };
  });
}
