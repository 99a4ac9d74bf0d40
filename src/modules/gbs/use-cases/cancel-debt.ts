import type { RequestContext } from "#platform/kernel/context";
import { type Id, parseId } from "#platform/kernel/ids";
import type { CancellationProposal, Debt } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import { moneyData } from "../domain/custody-data.ts";
import { outstandingOf } from "../domain/debt-snapshot.ts";
import { notPossible } from "../domain/possible.ts";
import { readLine } from "../domain/texts.ts";
import { gbsErrors } from "../errors.ts";
import { type ChangeDebtDeps, changeDebt } from "./change-debt.ts";
import { otherParty, type StepInput, said } from "./debt-step.ts";
import { ownDebt } from "./own-debt.ts";
import { requireRoom } from "./proposal-room.ts";

/** `id`: of the debt. */
export type CancellationInput = { readonly id: string; readonly cancellationId: string };

/** A party proposes to end the debt without the rest of it. Throws as {@link changeDebt} does, 429. */
export function proposeCancellation(
  deps: ChangeDebtDeps & Pick<GbsDeps, "ids">,
  ctx: RequestContext,
  input: { readonly id: string; readonly reason: string },
): Promise<Debt> {
  const asked = { debtId: parseId(input.id), action: "propose_cancellation" } as const;
  const reason = readLine(input.reason, "/reason");
  return changeDebt(deps, ctx, asked, async ({ debt, party, actor, now, tx }) => {
    await requireRoom(deps, tx, "cancellations", { debtId: debt.id, now });
    const proposal: CancellationProposal = {
      ...{ id: deps.ids.next(), proposedBy: party, proposedAt: now, reason },
    };
    const outstanding = outstandingOf(debt);
    return {
      debt: { ...debt, openCancellation: proposal },
      custody: [
        {
          ...{ kind: "cancellation_proposed", actor },
          data: { cancellation: proposal.id, outstanding: moneyData(outstanding) },
          values: [{ name: "reason", value: reason, owner: "both" }],
        },
      ],
      notices: [
        {
          ...{ kind: "gbs.cancellation_proposed", to: otherParty(party) },
          data: { outstanding: said(outstanding), reason },
        },
      ],
      rows: (tx) => deps.proposals.addCancellation(tx, debt.id, proposal),
    };
  });
}

/** The other party agrees: the debt ends. Throws as {@link changeDebt} does, and `gbs.cancellation_not_found` (404). */
export async function acceptCancellation(
  deps: ChangeDebtDeps,
  ctx: RequestContext,
  input: CancellationInput,
): Promise<Debt> {
  const { debtId, cancellationId } = await ownCancellation(deps, ctx, input);
  return changeDebt(deps, ctx, { debtId, action: "accept_cancellation" }, (step) => {
    const { debt, party, actor, now } = step;
    const { id } = openCancellation(step, cancellationId);
    const outstanding = outstandingOf(debt);
    return {
      debt: { ...debt, state: "cancelled", endedAt: now, openCancellation: null },
      custody: [
        { kind: "cancellation_accepted", actor, data: { cancellation: id } },
        { kind: "cancelled", actor, data: { outstanding: moneyData(outstanding) } },
      ],
      notices: [
        {
          ...{ kind: "gbs.cancellation_accepted", to: otherParty(party) },
          data: { money: said(debt.terms.amount) },
        },
      ],
      rows: (tx) => deps.proposals.endCancellation(tx, id, "accepted", now),
    };
  });
}

/** The other party does not agree. Throws as {@link acceptCancellation} does. */
export async function declineCancellation(
  deps: ChangeDebtDeps,
  ctx: RequestContext,
  input: CancellationInput,
): Promise<Debt> {
  const { debtId, cancellationId } = await ownCancellation(deps, ctx, input);
  return changeDebt(deps, ctx, { debtId, action: "decline_cancellation" }, (step) => {
    const { debt, party, actor, now } = step;
    const { id } = openCancellation(step, cancellationId);
    return {
      debt: { ...debt, openCancellation: null },
      custody: [{ kind: "cancellation_declined", actor, data: { cancellation: id } }],
      notices: [
        {
          ...{ kind: "gbs.cancellation_declined", to: otherParty(party) },
          data: { outstanding: said(outstandingOf(debt)) },
        },
      ],
      rows: (tx) => deps.proposals.endCancellation(tx, id, "declined", now),
    };
  });
}

/** Whoever proposed it takes it back. Throws as {@link acceptCancellation} does. */
export async function withdrawCancellation(
  deps: ChangeDebtDeps,
  ctx: RequestContext,
  input: CancellationInput,
): Promise<Debt> {
  const { debtId, cancellationId } = await ownCancellation(deps, ctx, input);
  return changeDebt(deps, ctx, { debtId, action: "withdraw_cancellation" }, (step) => {
    const { debt, actor, now } = step;
    const { id } = openCancellation(step, cancellationId);
    return {
      debt: { ...debt, openCancellation: null },
      custody: [{ kind: "cancellation_withdrawn", actor, data: { cancellation: id } }],
      rows: (tx) => deps.proposals.endCancellation(tx, id, "withdrawn", now),
    };
  });
}

/** The open one, if it is this: another one is not what was answered. */
function openCancellation({ debt, party, now }: StepInput, id: Id): CancellationProposal {
  if (debt.openCancellation?.id === id) return debt.openCancellation;
  throw notPossible(debt, party, now, "This cancellation does not wait for an answer any more.");
}

async function ownCancellation(
  deps: ChangeDebtDeps,
  ctx: RequestContext,
  input: CancellationInput,
) {
  const { debt } = await ownDebt(deps, ctx, parseId(input.id));
  const cancellationId = parseId(input.cancellationId, "cancellationId");
  if (await deps.proposals.isCancellation(deps.db.read, debt.id, cancellationId))
    return { debtId: debt.id, cancellationId };
  throw gbsErrors.fail("cancellation_not_found", "Nobody has proposed this for the debt.");
}
