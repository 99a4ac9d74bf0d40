import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { Debt } from "../contract.ts";
import { moneyData } from "../domain/custody-data.ts";
import { outstandingOf } from "../domain/debt-snapshot.ts";
import { overdueDay } from "../domain/standing.ts";
import { type ChangeDebtDeps, changeDebt } from "./change-debt.ts";
import { said } from "./debt-step.ts";

/**
 * The lender declares that the debt is not paid as agreed, a day after the end of an unpaid due day at the earliest; it
 * never happens by itself. It can still be paid. Throws as {@link changeDebt} does.
 */
export function declareDefault(
  deps: ChangeDebtDeps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<Debt> {
  const asked = { debtId: parseId(input.id), action: "declare_default" } as const;
  return changeDebt(deps, ctx, asked, ({ debt, actor, now }) => {
    const outstanding = outstandingOf(debt);
    const data = { outstanding: moneyData(outstanding), unpaidSince: overdueDay(debt, now) };
    return {
      debt: { ...debt, state: "defaulted", defaultedAt: now },
      custody: [{ kind: "defaulted", actor, data }],
      notices: [
        { kind: "gbs.defaulted", to: "borrower", data: { outstanding: said(outstanding) } },
      ],
    };
  });
}
