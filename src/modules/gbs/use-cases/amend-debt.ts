import type { RequestContext } from "#platform/kernel/context";
import { type Id, parseId } from "#platform/kernel/ids";
import type { Amendment, Debt } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import { termsData } from "../domain/custody-data.ts";
import { notPossible } from "../domain/possible.ts";
import { misfits, readAmendedTerms, type TermsInput } from "../domain/terms.ts";
import { readLine } from "../domain/texts.ts";
import { gbsErrors } from "../errors.ts";
import { type ChangeDebtDeps, changeDebt } from "./change-debt.ts";
import { otherParty, type StepInput, said } from "./debt-step.ts";
import { ownDebt } from "./own-debt.ts";
import { requireRoom } from "./proposal-room.ts";

export type ProposeAmendmentInput = TermsInput & { readonly id: string; readonly reason: string };
/** `id`: of the debt. */
export type AmendmentInput = { readonly id: string; readonly amendmentId: string };

/** A party proposes other terms. Throws as {@link changeDebt} does, 422 for what does not fit, 429. */
export function proposeAmendment(
  deps: ChangeDebtDeps & Pick<GbsDeps, "ids" | "scales">,
  ctx: RequestContext,
  input: ProposeAmendmentInput,
): Promise<Debt> {
  const asked = { debtId: parseId(input.id), action: "propose_amendment" } as const;
  return changeDebt(deps, ctx, asked, async ({ debt, party, actor, now, tx }) => {
    const reason = readLine(input.reason, "/reason");
    const terms = readAmendedTerms(input, { scales: deps.scales, now, debt });
    await requireRoom(deps, tx, "amendments", { debtId: debt.id, now });
    const amendment: Amendment = {
      ...{ id: deps.ids.next(), proposedBy: party, proposedAt: now, reason, terms },
    };
    return {
      debt: { ...debt, openAmendment: amendment },
      custody: [
        {
          ...{ kind: "amendment_proposed", actor },
          data: { amendment: amendment.id, terms: termsData(terms) },
          values: [
            { name: "description", value: terms.description, owner: "both" },
            { name: "reason", value: reason, owner: "both" },
          ],
        },
      ],
      notices: [
        {
          ...{ kind: "gbs.amendment_proposed", to: otherParty(party) },
          data: { money: said(terms.amount), reason },
        },
      ],
      rows: (tx) => deps.proposals.addAmendment(tx, debt.id, amendment),
    };
  });
}

/**
 * The other party agrees: its terms are in force. Throws as {@link changeDebt} does, `gbs.amendment_not_found` (404), and
 * `gbs.terms_no_longer_fit` (409) when days or payments have overtaken it.
 */
export async function acceptAmendment(
  deps: ChangeDebtDeps,
  ctx: RequestContext,
  input: AmendmentInput,
): Promise<Debt> {
  const { debtId, amendmentId } = await ownAmendment(deps, ctx, input);
  return changeDebt(deps, ctx, { debtId, action: "accept_amendment" }, (step) => {
    const { debt, party, actor, now } = step;
    const { id, terms } = openAmendment(step, amendmentId);
    const [misfit] = misfits(terms, debt, now);
    if (misfit)
      throw gbsErrors.fail(
        "terms_no_longer_fit",
        `They no longer fit (${misfit.detail}) Decline them, and propose others.`,
      );
    const termsVersion = debt.termsVersion + 1;
    const data = { amendment: id, termsVersion, amount: terms.amount };
    return {
      debt: { ...debt, terms, termsVersion, openAmendment: null },
      custody: [{ kind: "amendment_accepted", actor, data }],
      notices: [
        {
          ...{ kind: "gbs.amendment_accepted", to: otherParty(party) },
          data: { money: said(terms.amount) },
        },
      ],
      rows: (tx) => deps.proposals.endAmendment(tx, id, "accepted", now),
    };
  });
}

/** The other party does not agree. Throws as {@link changeDebt} does, and `gbs.amendment_not_found` (404). */
export async function declineAmendment(
  deps: ChangeDebtDeps,
  ctx: RequestContext,
  input: AmendmentInput,
): Promise<Debt> {
  const { debtId, amendmentId } = await ownAmendment(deps, ctx, input);
  return changeDebt(deps, ctx, { debtId, action: "decline_amendment" }, (step) => {
    const { debt, party, actor, now } = step;
    const { id } = openAmendment(step, amendmentId);
    return {
      debt: { ...debt, openAmendment: null },
      custody: [{ kind: "amendment_declined", actor, data: { amendment: id } }],
      notices: [
        {
          ...{ kind: "gbs.amendment_declined", to: otherParty(party) },
          data: { money: said(debt.terms.amount) },
        },
      ],
      rows: (tx) => deps.proposals.endAmendment(tx, id, "declined", now),
    };
  });
}

/** Whoever proposed it takes it back. Throws as {@link declineAmendment} does. */
export async function withdrawAmendment(
  deps: ChangeDebtDeps,
  ctx: RequestContext,
  input: AmendmentInput,
): Promise<Debt> {
  const { debtId, amendmentId } = await ownAmendment(deps, ctx, input);
  return changeDebt(deps, ctx, { debtId, action: "withdraw_amendment" }, (step) => {
    const { debt, actor, now } = step;
    const { id } = openAmendment(step, amendmentId);
    return {
      debt: { ...debt, openAmendment: null },
      custody: [{ kind: "amendment_withdrawn", actor, data: { amendment: id } }],
      rows: (tx) => deps.proposals.endAmendment(tx, id, "withdrawn", now),
    };
  });
}

/** The open one, if it is this: another one is not what was answered. */
function openAmendment({ debt, party, now }: StepInput, amendmentId: Id): Amendment {
  if (debt.openAmendment?.id === amendmentId) return debt.openAmendment;
  throw notPossible(debt, party, now, "This amendment does not wait for an answer any more.");
}

async function ownAmendment(deps: ChangeDebtDeps, ctx: RequestContext, input: AmendmentInput) {
  const { debt } = await ownDebt(deps, ctx, parseId(input.id));
  const amendmentId = parseId(input.amendmentId, "amendmentId");
  if (await deps.proposals.isAmendment(deps.db.read, debt.id, amendmentId))
    return { debtId: debt.id, amendmentId };
  throw gbsErrors.fail("amendment_not_found", "The debt has no such amendment.");
}
