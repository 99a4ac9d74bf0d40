import type { WindowRule } from "#platform/attempts/attempts";
import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { maxInvitationsPerDay } from "../bounds.ts";
import type { GbsDeps } from "../deps.ts";
import { byClock } from "../domain/custody-data.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { type DebtStep, type Notice, said } from "./debt-step.ts";
import { findPeople } from "./people.ts";
import { type RecordDeps, recordSteps } from "./record-steps.ts";

export const deliverOfferJob = "gbs.deliver_offer";
export type DeliverOfferPayload = { readonly debtId: Id };

type Deps = RecordDeps & Pick<GbsDeps, "db" | "clock" | "attempts" | "identity" | "offers">;

const invitationsPerDay: WindowRule = {
  ...{ name: "gbs-invitations", kind: "window" },
  ...{ limit: maxInvitationsPerDay, windowSeconds: 86_400 },
};

/**
 * Brings an offer to whoever has the address: a member finds it and is told of it, somebody else is invited. The log says
 * "delivered" of every one alike, also where nothing was sent: to somebody who has blocked the lender, or who was invited
 * too often today. Does nothing twice.
 */
export async function deliverOffer(
  deps: Deps,
  ctx: RequestContext,
  { debtId }: DeliverOfferPayload,
): Promise<void> {
  const [offer, seen] = await Promise.all([
    deps.offers.delivery(deps.db.read, debtId),
    deps.debts.find(deps.db.read, debtId),
  ]);
  if (!offer || !seen || offer.deliveredAt !== null) return;
  // Whoever registers after this look is bound to the offer by his registration: it is there to be found.
  const address = offer.invitedAddress;
  const { userId } = await deps.identity.userIdByAddress(ctx, { address });
  const people = (await findPeople(deps, ctx, [{ ...seen, borrowerId: userId }]))({
    ...{ lenderId: seen.lenderId, borrowerId: userId },
  });
  const byAddress = { rule: invitationsPerDay, subject: offer.invitedAddressKey };
  const mayInvite = userId === null && (await deps.attempts.take(ctx, [byAddress])).allowed;
  await deps.db.transact(ctx, async (tx) => {
    // Whoever blocks him at the same time comes before, or after, and then hides it.
    await deps.offers.lockLender(tx, seen.lenderId);
    const before = await deps.debts.lock(tx, debtId);
    const current = await deps.offers.delivery(tx, debtId);
    const now = deps.clock.now();
    if (!before || current?.deliveredAt !== null || !isOpen(before, now)) return;
    const borrowerId = before.borrowerId ?? userId;
    const suppressed =
      borrowerId !== null && (await deps.offers.isBlocked(tx, before.lenderId, borrowerId));
    const step = deliveryStep({ ...before, borrowerId, suppressed }, mayInvite);
    await recordSteps(deps, tx, { before, steps: [step], people, now });
    await deps.offers.markDelivered(tx, debtId, now);
  });
}

const isOpen = ({ state, offerExpiresAt }: DebtSnapshot, now: string): boolean =>
  state === "offered" && now < offerExpiresAt;

function deliveryStep(debt: DebtSnapshot, mayInvite: boolean): DebtStep {
  const data = { money: said(debt.terms.amount), time: debt.offerExpiresAt };
  const received: Notice = { kind: "gbs.offer_received", to: "borrower", data };
  const invited: Notice = { kind: "gbs.offer_invited", to: "invited", data };
  const told = debt.borrowerId !== null ? [received] : mayInvite ? [invited] : [];
  return { debt, custody: [{ kind: "delivered", actor: byClock, data: {} }], notices: told };
}
