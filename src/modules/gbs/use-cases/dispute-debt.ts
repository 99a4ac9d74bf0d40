import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { Debt, Dispute } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import { moneyData } from "../domain/custody-data.ts";
import { outstandingOf } from "../domain/debt-snapshot.ts";
import { notPossible } from "../domain/possible.ts";
import { readLine } from "../domain/texts.ts";
import { gbsErrors } from "../errors.ts";
import { type ChangeDebtDeps, changeDebt } from "./change-debt.ts";
import { said } from "./debt-step.ts";
import { ownDebt } from "./own-debt.ts";
import { requireRoom } from "./proposal-room.ts";

/** The borrower objects: it is recorded, and changes no amounts. Throws as {@link changeDebt} does, 429. */
export function raiseDispute(
  deps: ChangeDebtDeps & Pick<GbsDeps, "ids">,
  ctx: RequestContext,
  input: { readonly id: string; readonly reason: string },
): Promise<Debt> {
  const asked = { debtId: parseId(input.id), action: "raise_dispute" } as const;
  const reason = readLine(input.reason, "/reason");
  return changeDebt(deps, ctx, asked, async ({ debt, actor, now, tx }) => {
    await requireRoom(deps, tx, "disputes", { debtId: debt.id, now });
    const dispute: Dispute = { id: deps.ids.next(), raisedAt: now, reason };
    const outstanding = outstandingOf(debt);
    return {
      debt: { ...debt, openDispute: dispute },
      custody: [
        {
          ...{ kind: "dispute_raised", actor },
          data: { dispute: dispute.id, outstanding: moneyData(outstanding) },
          values: [{ name: "reason", value: reason, owner: "both" }],
        },
      ],
      notices: [
        {
          ...{ kind: "gbs.dispute_raised", to: "lender" },
          data: { outstanding: said(outstanding), reason },
        },
      ],
      rows: (tx) => deps.proposals.addDispute(tx, debt.id, dispute),
    };
  });
}

/** The borrower takes it back; that it was raised stays in the log. Throws `gbs.dispute_not_found` (404), too. */
export async function withdrawDispute(
  deps: ChangeDebtDeps,
  ctx: RequestContext,
  input: { readonly id: string; readonly disputeId: string },
): Promise<Debt> {
  const { debt: seen } = await ownDebt(deps, ctx, parseId(input.id));
  const disputeId = parseId(input.disputeId, "disputeId");
  if (!(await deps.proposals.isDispute(deps.db.read, seen.id, disputeId)))
    throw gbsErrors.fail("dispute_not_found", "The debt has no such dispute.");
  const asked = { debtId: seen.id, action: "withdraw_dispute" } as const;
  return changeDebt(deps, ctx, asked, ({ debt, party, actor, now }) => {
    if (debt.openDispute?.id !== disputeId)
      throw notPossible(debt, party, now, "This dispute was withdrawn already.");
    return {
      debt: { ...debt, openDispute: null },
      custody: [{ kind: "dispute_withdrawn", actor, data: { dispute: disputeId } }],
      rows: (tx) => deps.proposals.withdrawDispute(tx, disputeId, now),
    };
  });
}
