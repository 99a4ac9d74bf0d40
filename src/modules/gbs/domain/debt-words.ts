import type { DebtAction, DebtActor, DebtState } from "../contract.ts";

/** When something cannot be done, in words that go on from "This cannot be done". */
export const whenInState: Readonly<Record<DebtState, string>> = {
  offered: "while the offer waits for its answer",
  declined: "once an offer is declined",
  withdrawn: "once an offer is withdrawn",
  expired: "once an offer has expired",
  accepted: "while the debt waits for its recording",
  evidence_submitted: "while its recording waits for an operator",
  under_review: "while an operator reviews its recording",
  sent_back: "while the debt waits for another recording",
  refused: "once its recording is refused",
  active: "while the debt is active",
  overdue: "while the debt is overdue",
  defaulted: "once a default is declared",
  settled: "once the debt is settled",
  cancelled: "once the debt is cancelled",
};

/** What somebody can do, in words that go on from "Possible now:". */
export const actionWords: Readonly<Record<DebtAction, string>> = {
  withdraw: "withdraw the offer",
  decline: "decline the offer",
  accept: "accept the offer",
  submit_evidence: "send a recording",
  withdraw_consent: "withdraw the consent to being recorded",
  begin_review: "review the recording",
  end_review: "give the recording back to the queue",
  approve: "approve the recording",
  send_back: "send the recording back",
  refuse: "refuse the recording",
  propose_amendment: "propose an amendment",
  accept_amendment: "accept the amendment",
  decline_amendment: "decline the amendment",
  withdraw_amendment: "withdraw the amendment",
  claim_payment: "claim a payment",
  withdraw_payment: "withdraw a payment",
  confirm_payment: "confirm a payment",
  contest_payment: "contest a payment",
  propose_cancellation: "propose a cancellation",
  accept_cancellation: "accept the cancellation",
  decline_cancellation: "decline the cancellation",
  withdraw_cancellation: "withdraw the cancellation",
  raise_dispute: "raise a dispute",
  withdraw_dispute: "withdraw the dispute",
  declare_default: "declare a default",
};

export const actorWords = {
  lender: "the lender",
  borrower: "the borrower",
  operator: "an operator",
} as const satisfies Partial<Record<DebtActor, string>>;
