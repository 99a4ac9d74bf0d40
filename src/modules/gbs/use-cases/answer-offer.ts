import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { Debt } from "../contract.ts";
import { moneyData } from "../domain/custody-data.ts";
import { type ChangeDebtDeps, changeDebt } from "./change-debt.ts";
import { said } from "./debt-step.ts";

/**
 * The borrower agrees to the terms. `client`: where he did it from; only its salted hash gets into the log. Throws as
 * {@link changeDebt} does.
 */
export function acceptOffer(
  deps: ChangeDebtDeps,
  ctx: RequestContext,
  input: { readonly id: string; readonly client: string },
): Promise<Debt> {
  const asked = { debtId: parseId(input.id), action: "accept" } as const;
  return changeDebt(deps, ctx, asked, ({ debt, actor, now }) => {
    const { termsVersion, terms } = debt;
    return {
      debt: { ...debt, state: "accepted", acceptedAt: now },
      custody: [
        {
          ...{ kind: "accepted", actor },
          data: { termsVersion, amount: moneyData(terms.amount) },
          values: [{ name: "client", value: input.client, owner: "borrower" }],
        },
      ],
      notices: [{ kind: "gbs.offer_accepted", to: "lender", data: { money: said(terms.amount) } }],
    };
  });
}

/** The borrower does not agree. Throws as {@link changeDebt} does. */
export function declineOffer(
  deps: ChangeDebtDeps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<Debt> {
  const asked = { debtId: parseId(input.id), action: "decline" } as const;
  return changeDebt(deps, ctx, asked, ({ debt, actor, now }) => ({
    debt: { ...debt, state: "declined", endedAt: now },
    custody: [{ kind: "declined", actor, data: {} }],
    notices: [
      { kind: "gbs.offer_declined", to: "lender", data: { money: said(debt.terms.amount) } },
    ],
  }));
}
