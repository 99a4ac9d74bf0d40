import { signOf } from "#platform/kernel/decimal";
import type { AppError } from "#platform/kernel/errors";
import { compareMoney, type Money, subtractMoney } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import { maxOpenPayments } from "../bounds.ts";
import type { DebtAction, DebtActor, Payment } from "../contract.ts";
import { gbsErrors } from "../errors.ts";
import { debtRules, maxSendBacks, mayAct } from "./debt-machine.ts";
import { claimedOf, type DebtSnapshot, outstandingOf } from "./debt-snapshot.ts";
import { actionWords, actorWords, whenInState } from "./debt-words.ts";
import { graceEnd, isOver } from "./due-days.ts";
import { firstUncovered } from "./standing.ts";

/** What somebody can do to a debt, in the order of the table. The debt is up to date with the clock. */
export const possibleActions = (debt: DebtSnapshot, actor: DebtActor, now: Instant): DebtAction[] =>
  actions.filter((action) => whyNot(debt, actor, action, now) === null);

const actions = Object.keys(debtRules) as DebtAction[];

/** Throws `gbs.not_possible_now` (409), which says why, and what is possible, unless the action is. */
export function requirePossible(
  debt: DebtSnapshot,
  actor: DebtActor,
  action: DebtAction,
  now: Instant,
): void {
  const why = whyNot(debt, actor, action, now);
  if (why !== null) throw notPossible(debt, actor, now, why);
}

/** `gbs.not_possible_now` (409): `why` in a sentence, and what the actor can do instead. */
export function notPossible(
  debt: DebtSnapshot,
  actor: DebtActor,
  now: Instant,
  why: string,
): AppError {
  const possible = possibleActions(debt, actor, now);
  const way =
    possible.length > 0
      ? `Possible now: ${possible.map((action) => actionWords[action]).join(", ")}.`
      : "Nothing is possible.";
  return gbsErrors.fail("not_possible_now", `${why} ${way}`, {
    meta: { state: debt.state, possible: possible.join(", ") },
  });
}

/** Why not, in a sentence; null = it is possible. */
function whyNot(
  debt: DebtSnapshot,
  actor: DebtActor,
  action: DebtAction,
  now: Instant,
): string | null {
  const { by } = debtRules[action];
  if (!(by as readonly DebtActor[]).includes(actor))
    return `Only ${by.map((one) => actorWords[one]).join(" or ")} can do this.`;
  if (!mayAct(actor, action, debt.state)) return `This cannot be done ${whenInState[debt.state]}.`;
  return guards[action]?.(debt, actor, now) ?? null;
}

type Guard = (debt: DebtSnapshot, actor: DebtActor, now: Instant) => string | null;

/** What an action needs besides the state. */
const guards: Partial<Record<DebtAction, Guard>> = {
  accept: ({ terms, paid }, _actor, now) => {
    const first = firstUncovered({ terms, paid });
    return first && isOver(terms.timeZone, first.dueOn, now)
      ? "Its first due day has passed: ask for a new offer."
      : null;
  },
  send_back: ({ sendBacks }) =>
    sendBacks >= maxSendBacks ? "Recordings came back too often: approve or refuse." : null,
  propose_amendment: ({ openAmendment }) => openAmendment && "An amendment waits for its answer.",
  accept_amendment: ({ openAmendment }, actor) => answering("amendment", openAmendment, actor),
  decline_amendment: ({ openAmendment }, actor) => answering("amendment", openAmendment, actor),
  withdraw_amendment: ({ openAmendment }, actor) => withdrawing("amendment", openAmendment, actor),
  claim_payment: (debt) =>
    debt.openPayments.length >= maxOpenPayments
      ? "Too many payments wait for an answer."
      : signOf(unclaimedOf(debt).amount) <= 0
        ? "All that is left to pay is claimed already."
        : null,
  withdraw_payment: ({ openPayments }) => (openPayments.length > 0 ? null : noPayment),
  confirm_payment: (debt) =>
    debt.openPayments.some((payment) => fits(debt, payment)) ? null : noPayment,
  contest_payment: ({ openPayments }) =>
    openPayments.some(({ state }) => state === "claimed") ? null : noPayment,
  propose_cancellation: ({ openCancellation }) =>
    openCancellation && "A cancellation waits for its answer.",
  accept_cancellation: ({ openCancellation }, actor) =>
    answering("cancellation", openCancellation, actor),
  decline_cancellation: ({ openCancellation }, actor) =>
    answering("cancellation", openCancellation, actor),
  withdraw_cancellation: ({ openCancellation }, actor) =>
    withdrawing("cancellation", openCancellation, actor),
  raise_dispute: ({ openDispute }) => openDispute && "A dispute is recorded already.",
  withdraw_dispute: ({ openDispute }) => (openDispute ? null : "No dispute is recorded."),
  declare_default: (debt, _actor, now) => {
    const first = firstUncovered(debt);
    const from = first && graceEnd(debt.terms.timeZone, first.dueOn);
    return from === undefined || now < from
      ? `A default can be declared from ${from ?? "a missed due day"} on.`
      : null;
  },
};

const noPayment = "No payment waits for this.";

type Proposed = Pick<NonNullable<DebtSnapshot["openAmendment"]>, "proposedBy">;

function answering(what: string, open: Proposed | null, actor: DebtActor): string | null {
  if (!open) return `No ${what} waits for an answer.`;
  return open.proposedBy === actor ? `The other party answers this ${what}.` : null;
}

function withdrawing(what: string, open: Proposed | null, actor: DebtActor): string | null {
  if (!open) return `No ${what} waits for an answer.`;
  return open.proposedBy === actor ? null : `The other party proposed this ${what}.`;
}

/** What can still be claimed. */
export const unclaimedOf = (debt: DebtSnapshot): Money =>
  subtractMoney(outstandingOf(debt), claimedOf(debt));

/** Whether a payment can be confirmed: a claimed one has its place, a contested one only where nothing else took it. */
export const fits = (debt: DebtSnapshot, payment: Pick<Payment, "state" | "amount">): boolean =>
  payment.state === "claimed" || compareMoney(payment.amount, unclaimedOf(debt)) <= 0;
