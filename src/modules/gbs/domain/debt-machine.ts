import type { DebtAction, DebtActor, DebtState } from "../contract.ts";

/** What an action does to the state; `same`: it stays, or follows from what is paid and due (see standing.ts). */
type Rule = {
  readonly by: readonly DebtActor[];
  readonly from: readonly DebtState[];
  readonly to: DebtState | "same";
};

/** The states in which a debt binds both. */
export const bindingStates = ["active", "overdue", "defaulted"] as const satisfies DebtState[];
/** Of those, where terms may still change. */
export const runningStates = ["active", "overdue"] as const satisfies DebtState[];
/** Agreed, and not yet binding. */
const inReview = [
  ...["accepted", "evidence_submitted", "under_review", "sent_back"],
] as const satisfies readonly string[] as readonly DebtState[];
/** Nobody has decided about a recording yet. */
export const undecidedStates: readonly DebtState[] = ["offered", ...inReview];
/** Accepted, and not ended. */
export const agreedStates: readonly DebtState[] = [...inReview, ...bindingStates];
/** Accepted, and ended. */
const partedStates: readonly DebtState[] = ["refused", "settled", "cancelled"];
const both = ["lender", "borrower"] as const satisfies DebtActor[];

/** Who may do what, and when. The whole life of a debt but for what time and payments do to it. */
export const debtRules = {
  withdraw: { by: ["lender"], from: ["offered"], to: "withdrawn" },
  decline: { by: ["borrower"], from: ["offered"], to: "declined" },
  accept: { by: ["borrower"], from: ["offered"], to: "accepted" },
  submit_evidence: {
    by: ["borrower"],
    from: ["accepted", "sent_back"],
    to: "evidence_submitted",
  },
  // What was agreed to was being recorded: without it nothing comes into being.
  withdraw_consent: { by: ["borrower"], from: inReview, to: "cancelled" },
  // Also from another operator, whose claim has run out.
  begin_review: {
    by: ["operator"],
    from: ["evidence_submitted", "under_review"],
    to: "under_review",
  },
  end_review: { by: ["operator"], from: ["under_review"], to: "evidence_submitted" },
  approve: { by: ["operator"], from: ["under_review"], to: "active" },
  send_back: { by: ["operator"], from: ["under_review"], to: "sent_back" },
  refuse: { by: ["operator"], from: ["under_review"], to: "refused" },
  propose_amendment: { by: both, from: runningStates, to: "same" },
  accept_amendment: { by: both, from: runningStates, to: "same" },
  decline_amendment: { by: both, from: runningStates, to: "same" },
  withdraw_amendment: { by: both, from: runningStates, to: "same" },
  claim_payment: { by: ["borrower"], from: bindingStates, to: "same" },
  withdraw_payment: { by: ["borrower"], from: bindingStates, to: "same" },
  confirm_payment: { by: ["lender"], from: bindingStates, to: "same" },
  contest_payment: { by: ["lender"], from: bindingStates, to: "same" },
  propose_cancellation: { by: both, from: agreedStates, to: "same" },
  accept_cancellation: { by: both, from: agreedStates, to: "cancelled" },
  decline_cancellation: { by: both, from: agreedStates, to: "same" },
  withdraw_cancellation: { by: both, from: agreedStates, to: "same" },
  raise_dispute: { by: ["borrower"], from: agreedStates, to: "same" },
  // Also in the end: an open dispute keeps the recording from being destroyed.
  withdraw_dispute: { by: ["borrower"], from: [...agreedStates, ...partedStates], to: "same" },
  declare_default: { by: ["lender"], from: ["overdue"], to: "defaulted" },
} as const satisfies Readonly<Record<DebtAction, Rule>>;

/** What happens without anybody's doing: an offer or a claim lapses, a day passes, something is paid. */
export const consequences = [
  { from: "offered", to: "expired" },
  { from: "accepted", to: "active" },
  { from: "under_review", to: "evidence_submitted" },
  { from: "active", to: "overdue" },
  { from: "overdue", to: "active" },
  { from: "active", to: "settled" },
  { from: "overdue", to: "settled" },
  { from: "defaulted", to: "settled" },
] as const satisfies readonly { from: DebtState; to: DebtState }[];

export const endStates = [
  ...["declined", "withdrawn", "expired", "refused", "settled", "cancelled"],
] as readonly string[] as readonly DebtState[];

/** How often evidence may come back to its borrower before it is refused. */
export const maxSendBacks = 3;

const ruleOf = (action: DebtAction): Rule => debtRules[action];

/** Whether the table allows it; what else an action needs (an open proposal, a passed day) stands in possible.ts. */
export const mayAct = (actor: DebtActor, action: DebtAction, state: DebtState): boolean =>
  ruleOf(action).by.includes(actor) && ruleOf(action).from.includes(state);

/** The state after an action that {@link mayAct} allows. */
export const stateAfter = (action: DebtAction, state: DebtState): DebtState => {
  const { to } = ruleOf(action);
  return to === "same" ? state : to;
};
