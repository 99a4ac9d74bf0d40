import type { Mailbox } from "#modules/identity/contract";
import type { AttemptSubject, WindowRule } from "#platform/attempts/attempts";
import type { RequestContext } from "#platform/kernel/context";
import { zero } from "#platform/kernel/decimal";
import { invalidField, readAll } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import { addSeconds, type Instant } from "#platform/kernel/time";
import { maxOffersPerDay, maxOpenOffers, offerDays } from "../bounds.ts";
import type { Debt, DebtTerms, EvidenceKind } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import { firstHead } from "../domain/custody.ts";
import { termsData } from "../domain/custody-data.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { fullDecimals } from "../domain/full-decimals.ts";
import { readTerms } from "../domain/terms.ts";
import type { TermsInput } from "../domain/terms-input.ts";
import { gbsErrors } from "../errors.ts";
import { wakeOf } from "./clock-effects.ts";
import type { DebtStep } from "./debt-step.ts";
import { debtView } from "./debt-view.ts";
import { deliverOfferJob } from "./deliver-offer.ts";
import { ownUserId } from "./own-debt.ts";
import { findPeople } from "./people.ts";
import { chain } from "./record-steps.ts";

type Deps = Pick<
  GbsDeps,
  | "db"
  | "clock"
  | "ids"
  | "jobs"
  | "attempts"
  | "identity"
  | "billing"
  | "scales"
  | "custodySigner"
  | "evidence"
  | "debts"
  | "offers"
  | "custody"
>;

export type CreateOfferInput = TermsInput & { readonly borrowerAddress: string };

const daySeconds = 86_400;
const offersPerDay: WindowRule = {
  ...{ name: "gbs-offers", kind: "window" },
  ...{ limit: maxOffersPerDay, windowSeconds: daySeconds },
};

/**
 * Asks whoever has an address to agree to owing something. Whether somebody has it is looked up later, by a job: this
 * answers the same, as fast, whoever is asked. Throws `gbs.plan_limit_reached` (402), `gbs.too_many_open_offers` and
 * `limit.exceeded` (429).
 */
export async function createOffer(
  deps: Deps,
  ctx: RequestContext,
  input: CreateOfferInput,
): Promise<Debt> {
  const lenderId = ownUserId(ctx);
  await requirePlan(deps, ctx, lenderId);
  const [people, { mailbox }, own] = await Promise.all([
    findPeople(deps, ctx, [{ lenderId, borrowerId: null }]),
    deps.identity.mailboxOf(ctx, { address: input.borrowerAddress }),
    deps.identity.addressesOf(ctx, { userIds: [lenderId] }),
  ]);
  const parties = people({ lenderId, borrowerId: null });
  const { timeZone } = parties.lender;
  const { terms, invited } = readAll({
    invited: () => requireMailbox(mailbox, own),
    terms: () => readTerms(input, { scales: deps.scales, now: deps.clock.now(), timeZone }),
  });
  const today: AttemptSubject = { rule: offersPerDay, subject: lenderId };
  await deps.attempts.require(ctx, [today], `You may make ${maxOffersPerDay} offers a day.`);
  return deps.db.transact(ctx, async (tx) => {
    await deps.offers.lockLender(tx, lenderId);
    const now = deps.clock.now();
    requireRoom(await deps.offers.countOpen(tx, lenderId, now));
    const offered = newDebt({
      id: deps.ids.next(),
      lenderId,
      invited,
      terms,
      evidence: deps.evidence,
      now,
    });
    const chained = chain(deps, offered, [offerStep(offered)], now);
    const snapshot = { ...offered, custody: chained.custody };
    const wakeAt = wakeOf(snapshot, { people: parties, now });
    await deps.debts.add(tx, { snapshot, invitedAddressKey: invited.key, wakeAt });
    await deps.custody.append(tx, snapshot.id, chained);
    await deps.jobs.enqueue(tx, deliverOfferJob, { debtId: snapshot.id });
    return debtView(snapshot, "lender", parties, now);
  });
}

function requireMailbox(mailbox: Mailbox | null, own: readonly Mailbox[]): Mailbox {
  const path = "/borrowerAddress";
  if (!mailbox) throw invalidField(path, 'Must be one mail address like "name@example.org".');
  if (own.some(({ key }) => key === mailbox.key))
    throw invalidField(path, "Is your own: nobody owes himself.");
  return mailbox;
}

/** Only an offer asks for a plan; nothing that comes after it does. */
async function requirePlan(
  deps: Pick<GbsDeps, "billing">,
  ctx: RequestContext,
  userId: Id,
): Promise<void> {
  const [entitlements] = await deps.billing.entitlementsOf(ctx, { userIds: [userId] });
  if (entitlements?.gbs) return;
  throw gbsErrors.fail("plan_limit_reached", "Your plan does not include offering debts.");
}

function requireRoom(open: number): void {
  if (open < maxOpenOffers) return;
  throw gbsErrors.fail(
    "too_many_open_offers",
    `${open} of your offers wait for an answer: withdraw one, or wait.`,
    { meta: { open, limit: maxOpenOffers } },
  );
}

function newDebt(asked: {
  readonly id: Id;
  readonly lenderId: Id;
  readonly invited: Mailbox;
  readonly terms: DebtTerms;
  readonly evidence: EvidenceKind;
  readonly now: Instant;
}): DebtSnapshot {
  const { id, lenderId, invited, terms, evidence, now } = asked;
  const paid = fullDecimals({ ...terms.amount, amount: zero }, terms.amount);
  return {
    ...{ id, lenderId, borrowerId: null, invitedAddress: invited.address, state: "offered" },
    ...{ suppressed: false, textHidden: false, terms, termsVersion: 1 },
    ...{ offeredAt: now, offerExpiresAt: addSeconds(now, offerDays * daySeconds) },
    ...{ acceptedAt: null, defaultedAt: null, endedAt: null, paid, evidence, sendBacks: 0 },
    ...{ openPayments: [], openAmendment: null, openCancellation: null, openDispute: null },
    ...{ reminded: [], custody: firstHead, version: 1 },
  };
}

const offerStep = (debt: DebtSnapshot): DebtStep => ({
  debt,
  custody: [
    {
      kind: "offered",
      actor: { role: "lender", id: debt.lenderId },
      data: {
        ...{ termsVersion: debt.termsVersion, terms: termsData(debt.terms) },
        offerExpiresAt: debt.offerExpiresAt,
        ...(debt.evidence === "none" ? {} : { evidence: debt.evidence }),
      },
      values: [
        { name: "description", value: debt.terms.description, owner: "both" },
        { name: "borrowerAddress", value: debt.invitedAddress, owner: "both" },
      ],
    },
  ],
});
