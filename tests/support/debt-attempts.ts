import fc from "fast-check";
import type { DebtAction, DebtParty } from "#modules/gbs/contract";
import type { Attempt, debtModel } from "./debt-model.ts";
import { written } from "./debt-model.ts";

/** What a request names: ids of what there is, and days. */
export type Named = Pick<
  ReturnType<typeof debtModel>,
  "paymentId" | "known" | "today" | "dayAfter"
>;
const euros = (cents: number) => ({ amount: written(cents), currency: "EUR" });
const reason = "Because.";
/** Of nothing. */
const noId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";

/** What a party asks for over HTTP: the rest of the path, and the body. */
export function requestOf(
  model: Named,
  asked: Attempt,
): { readonly what: string; readonly body?: object } {
  const payment = (what: string) =>
    `payments/${("pick" in asked && model.paymentId(asked.pick)) || noId}/${what}`;
  const amendment = (what: string) => `amendments/${model.known.amendment || noId}/${what}`;
  const cancellation = (what: string) =>
    `cancellations/${model.known.cancellation || noId}/${what}`;
  switch (asked.verb) {
    case "withdraw":
      return { what: "withdrawal" };
    case "accept":
      return { what: "acceptance" };
    case "decline":
      return { what: "decline" };
    case "default":
      return { what: "default" };
    case "dispute":
      return { what: "disputes", body: { reason } };
    case "undispute":
      return { what: `disputes/${model.known.dispute || noId}/withdrawal` };
    case "claim": {
      const claim = { amount: euros(asked.cents), paidOn: model.today(), reference: "cash" };
      return { what: "payments", body: claim };
    }
    case "confirm":
      return { what: payment("confirmation") };
    case "contest":
      return { what: payment("contest"), body: { reason } };
    case "unclaim":
      return { what: payment("withdrawal") };
    case "amend": {
      const dueOn = model.dayAfter(asked.days);
      const terms = { amount: euros(asked.cents), description: "Otherwise", dueOn };
      return { what: "amendments", body: { ...terms, reason } };
    }
    case "agree":
      return { what: amendment("acceptance") };
    case "refuse":
      return { what: amendment("decline") };
    case "unamend":
      return { what: amendment("withdrawal") };
    case "cancel":
      return { what: "cancellations", body: { reason } };
    case "part":
      return { what: cancellation("acceptance") };
    case "stay":
      return { what: cancellation("decline") };
    case "uncancel":
      return { what: cancellation("withdrawal") };
  }
}

const cents = fc.constantFrom(1, 9_999, 10_000, 15_000, 20_000, 30_000);
const pick = fc.nat(3);
const anyAttempt: fc.Arbitrary<Attempt> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom<Attempt>({ verb: "withdraw" }, { verb: "decline" }) },
  { weight: 2, arbitrary: fc.constant<Attempt>({ verb: "accept" }) },
  { weight: 5, arbitrary: fc.record({ verb: fc.constant("claim" as const), cents }) },
  {
    weight: 6,
    arbitrary: fc.record({
      verb: fc.constantFrom(
        "confirm" as const,
        "confirm" as const,
        "contest" as const,
        "unclaim" as const,
      ),
      pick,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constant("amend" as const),
      cents: fc.constantFrom(10_000, 15_000, 30_000, 45_000),
      days: fc.integer({ min: 1, max: 40 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Attempt>({ verb: "agree" }, { verb: "refuse" }, { verb: "unamend" }),
  },
  { weight: 1, arbitrary: fc.constant<Attempt>({ verb: "cancel" }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Attempt>({ verb: "part" }, { verb: "stay" }, { verb: "uncancel" }),
  },
  { weight: 1, arbitrary: fc.constantFrom<Attempt>({ verb: "dispute" }, { verb: "undispute" }) },
  { weight: 2, arbitrary: fc.constant<Attempt>({ verb: "default" }) },
);
const anyParty = fc.constantFrom<DebtParty>("lender", "borrower");

/** Mostly by whoever may do it in some state: the other one is refused in all of them. */
export const anyAct = fc
  .record({ party: anyParty, asked: anyAttempt, isOdd: fc.boolean(), isRarelyOdd: fc.nat(3) })
  .map(({ party, asked, isOdd, isRarelyOdd }) => ({
    asked,
    party: isOdd && isRarelyOdd === 0 ? party : (usualParty[asked.verb] ?? party),
  }));
export type Act = { readonly party: DebtParty; readonly asked: Attempt };

/** How a party does what the application says is possible. */
export function attemptOf(action: DebtAction, { cents, days, pick }: Chosen): Attempt {
  if (action === "claim_payment") return { verb: "claim", cents };
  if (action === "propose_amendment") return { verb: "amend", cents: cents + 10_000, days };
  const verb = verbs[action];
  if (verb === undefined) throw new Error(`nobody has taught the test to ${action}`);
  return verb === "confirm" || verb === "contest" || verb === "unclaim" ? { verb, pick } : { verb };
}
export type Chosen = { readonly cents: number; readonly days: number; readonly pick: number };
export const anyChosen: fc.Arbitrary<Chosen> = fc.record({
  ...{ cents, pick },
  days: fc.integer({ min: 1, max: 40 }),
});

const verbs: Partial<Record<DebtAction, Exclude<Attempt["verb"], "claim" | "amend">>> = {
  ...{ withdraw: "withdraw", decline: "decline", accept: "accept", declare_default: "default" },
  ...{ confirm_payment: "confirm", contest_payment: "contest", withdraw_payment: "unclaim" },
  ...{ accept_amendment: "agree", decline_amendment: "refuse", withdraw_amendment: "unamend" },
  ...{ propose_cancellation: "cancel", accept_cancellation: "part" },
  ...{ decline_cancellation: "stay", withdraw_cancellation: "uncancel" },
  ...{ raise_dispute: "dispute", withdraw_dispute: "undispute" },
};

const usualParty: Partial<Record<Attempt["verb"], DebtParty>> = {
  ...{ withdraw: "lender", decline: "borrower", accept: "borrower", default: "lender" },
  ...{ claim: "borrower", unclaim: "borrower", confirm: "lender", contest: "lender" },
  ...{ dispute: "borrower", undispute: "borrower" },
};

/** From some hours to more than a month. */
export const anyHours = fc.constantFrom(1, 5, 13, 24, 25, 72, 24 * 8, 24 * 31);
