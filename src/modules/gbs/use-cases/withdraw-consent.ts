import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { Debt } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import { moneyData } from "../domain/custody-data.ts";
import { stateAfter } from "../domain/debt-machine.ts";
import { outstandingOf } from "../domain/debt-snapshot.ts";
import { type ChangeDebtDeps, changeDebt } from "./change-debt.ts";
import { said } from "./debt-step.ts";

/**
 * The borrower takes back that he may be recorded, while no recording is approved: nothing of the debt binds yet, so it ends,
 * and what was recorded is destroyed. Nobody has to agree. Throws as {@link changeDebt} does.
 */
export function withdrawConsent(
  deps: ChangeDebtDeps & Pick<GbsDeps, "sentences">,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<Debt> {
  const asked = { debtId: parseId(input.id), action: "withdraw_consent" } as const;
  return changeDebt(deps, ctx, asked, async ({ debt, actor, now, tx }) => {
    const consent = await deps.sentences.consent(tx, debt.id);
    if (!consent) throw new Error("a recording was asked for without consent");
    return {
      debt: { ...debt, state: stateAfter(asked.action, debt.state), endedAt: now },
      custody: [
        { kind: "consent_withdrawn", actor, data: { version: consent.version } },
        { kind: "cancelled", actor, data: { outstanding: moneyData(outstandingOf(debt)) } },
      ],
      notices: [
        {
          kind: "gbs.consent_withdrawn",
          to: "lender",
          data: { money: said(debt.terms.amount) },
        },
      ],
    };
  });
}
