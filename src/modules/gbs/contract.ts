import type { Id } from "#platform/kernel/ids";
import type { Money } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";

/**
 * Where a debt is. `offered`: the lender asks, nobody has agreed. `accepted`: the borrower agrees, and evidence is asked
 * of him; `evidence_submitted`, `under_review`, `sent_back`: its way past an operator. `active`: it binds both.
 * `overdue`: a due day has passed without what was due on it. `defaulted`: the lender has said so; it can still be paid.
 * All others are ends.
 */
export type DebtState =
  | "offered"
  | "declined"
  | "withdrawn"
  | "expired"
  | "accepted"
  | "evidence_submitted"
  | "under_review"
  | "sent_back"
  | "refused"
  | "active"
  | "overdue"
  | "defaulted"
  | "settled"
  | "cancelled";

/**
 * What a debt needs before it binds: `none` = its acceptance, `video` = a recording in which the borrower commits himself,
 * approved by an operator. Fixed when the debt is offered.
 */
export type EvidenceKind = "none" | "video";

/** Who of a debt somebody is; also who acts in its custody log. */
export type DebtParty = "lender" | "borrower";
export type DebtActor = DebtParty | "operator" | "admin" | "clock";

/** Everything that can be done to a debt; what may be done when, and by whom, stands in domain/debt-machine.ts. */
export type DebtAction =
  | "withdraw"
  | "decline"
  | "accept"
  | "submit_evidence"
  | "withdraw_consent"
  | "begin_review"
  | "end_review"
  | "approve"
  | "send_back"
  | "refuse"
  | "propose_amendment"
  | "accept_amendment"
  | "decline_amendment"
  | "withdraw_amendment"
  | "claim_payment"
  | "withdraw_payment"
  | "confirm_payment"
  | "contest_payment"
  | "propose_cancellation"
  | "accept_cancellation"
  | "decline_cancellation"
  | "withdraw_cancellation"
  | "raise_dispute"
  | "withdraw_dispute"
  | "declare_default";

/** A part of a debt and the day on whose end, in the zone of the terms, it is due. */
export type Instalment = { readonly dueOn: LocalDate; readonly amount: Money };

/** What both agree to. There is no interest and no late fee. */
export type DebtTerms = {
  readonly amount: Money;
  /** 1 to 120, in the order of their days, no day twice; they add up to the amount. */
  readonly instalments: readonly Instalment[];
  /** What it is for. */
  readonly description: string;
  /** IANA name: the zone in which due days end. The lender's when the debt was offered. */
  readonly timeZone: string;
};

/** How much of an instalment is paid: confirmed payments cover instalments in the order of their days. */
export type InstalmentStanding = Instalment & {
  readonly covered: Money;
  readonly state: "upcoming" | "overdue" | "paid";
};

/** `claimed`: the borrower says so; `confirmed` counts; `contested`: the lender says it did not arrive. */
export type PaymentState = "claimed" | "confirmed" | "contested" | "withdrawn";

export type Payment = {
  readonly id: Id;
  readonly amount: Money;
  readonly paidOn: LocalDate;
  /** By which the lender finds it: a bank's reference, "cash". */
  readonly reference: string;
  readonly state: PaymentState;
  readonly claimedAt: Instant;
  /** Of the last change of state; null while claimed. */
  readonly decidedAt: Instant | null;
  /** Why it is contested; null for all others. */
  readonly contestReason: string | null;
};

/** A change of the terms, or an end by agreement, that one party proposes and the other has not answered. */
export type Amendment = {
  readonly id: Id;
  readonly proposedBy: DebtParty;
  readonly proposedAt: Instant;
  readonly reason: string;
  readonly terms: DebtTerms;
};
export type CancellationProposal = {
  readonly id: Id;
  readonly proposedBy: DebtParty;
  readonly proposedAt: Instant;
  readonly reason: string;
};

/** What the borrower objects to. It is recorded, and changes no amounts. */
export type Dispute = { readonly id: Id; readonly raisedAt: Instant; readonly reason: string };

/** Length of a custody log, and the hash (SHA-256, hex) of its last entry. */
export type CustodyHead = { readonly length: number; readonly hash: string };

/** A debt as one of its parties sees it. */
export type Debt = {
  readonly id: Id;
  readonly role: DebtParty;
  readonly state: DebtState;
  readonly counterparty: {
    /** Null to the lender until the borrower has accepted: who has an account is nobody else's business. */
    readonly displayName: string | null;
    readonly address: string;
  };
  readonly terms: DebtTerms;
  /** An administrator has hidden the description: it is "" in the terms. */
  readonly textHidden: boolean;
  /** 1 as offered, one more with each amendment. */
  readonly termsVersion: number;
  readonly evidence: EvidenceKind;
  readonly instalments: readonly InstalmentStanding[];
  /** Of confirmed payments. */
  readonly paid: Money;
  /** The amount of the terms without what is paid, to the cent. */
  readonly outstanding: Money;
  /** Claimed, and neither confirmed nor contested. */
  readonly claimed: Money;
  readonly offeredAt: Instant;
  readonly offerExpiresAt: Instant;
  readonly acceptedAt: Instant | null;
  /** Of an ended debt. */
  readonly endedAt: Instant | null;
  /** From then on the lender may declare a default, if nothing is paid meanwhile; null = nothing is overdue. */
  readonly defaultPossibleAt: Instant | null;
  /** Claimed or contested, the oldest first; at most 20. */
  readonly openPayments: readonly Payment[];
  readonly openAmendment: Amendment | null;
  readonly openCancellation: CancellationProposal | null;
  readonly openDispute: Dispute | null;
  /** What this party can do at present. */
  readonly possible: readonly DebtAction[];
  readonly custody: CustodyHead;
  /** Rises with each change. */
  readonly version: number;
};

/** A transaction in a book of one party that belongs to a debt; the other party does not see it. */
export type PostingLink = {
  readonly transactionId: Id;
  /** Null = to the debt as a whole. */
  readonly paymentId: Id | null;
  readonly linkedAt: Instant;
};

/** What a debt obliges to, for those who sum up what somebody owes and is owed. */
export type Obligation = {
  readonly debtId: Id;
  readonly role: DebtParty;
  readonly state: DebtState;
  readonly outstanding: Money;
  /** The first due day of which something is unpaid. */
  readonly nextDueOn: LocalDate | null;
};

/** What the borrower is asked to say, in his language: parties, amount in figures and words, days, and four random words. */
export type Sentence = {
  readonly id: Id;
  readonly text: string;
  readonly words: readonly string[];
  /** Of the locale's language: "en", "de", "tr". */
  readonly language: string;
  /** The day that is spoken. */
  readonly day: LocalDate;
  /** An upload begins before it. */
  readonly expiresAt: Instant;
};

/**
 * A recording on its way. `checking`: all bytes are there; `submitted`: it has become evidence; `discarded`: it never will.
 * Seen by the borrower alone.
 */
export type EvidenceUpload = {
  readonly id: Id;
  readonly debtId: Id;
  readonly state: "receiving" | "checking" | "submitted" | "discarded";
  /**
   * Why it was discarded. `diverged`: it went on with other bytes than before; `damaged`: what was stored could not be
   * read back; `no_longer_wanted`: the debt takes no recording any more.
   */
  readonly fault:
    | "cancelled"
    | "diverged"
    | "expired"
    | "not_a_video"
    | "damaged"
    | "no_longer_wanted"
    | null;
  readonly lengthBytes: number;
  /** Durable: an upload that broke off goes on there. */
  readonly offsetBytes: number;
  readonly expiresAt: Instant;
};

/**
 * Who can open a recording. `review`: our server, for operators; `revealed`: the lender was shown a key and has not typed
 * it back; `not_sealed`: neither within 30 days of the approval; `sealed`: the lender alone; `destroyed`: nobody.
 */
export type EvidenceAccess = "review" | "revealed" | "not_sealed" | "sealed" | "destroyed";

/** A submitted recording, as both parties see it; the recording itself is shown to neither. */
export type EvidenceItem = {
  readonly id: Id;
  readonly state: "submitted" | "approved" | "sent_back" | "refused" | "dropped";
  readonly access: EvidenceAccess;
  readonly submittedAt: Instant;
  readonly decidedAt: Instant | null;
  /** Why it came back or was refused. */
  readonly reason: string | null;
  /** Of the recording as it was sent: hex, bytes, media type by its content. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  readonly acknowledgedAt: Instant | null;
  readonly sealedAt: Instant | null;
  readonly destroyedAt: Instant | null;
  /** The last check of the stored bytes; null = none yet. */
  readonly integrity: { readonly checkedAt: Instant; readonly intact: boolean } | null;
};

/** What a party sees of the evidence of a debt. */
export type NamedRecipient = {
  /** X25519, "age1…". */
  readonly recipient: string;
  readonly askedAt: Instant;
  /** Null while its challenge has no answer. */
  readonly provenAt: Instant | null;
};

export type DebtEvidence = {
  readonly debtId: Id;
  readonly kind: EvidenceKind;
  /** Of the consent that was given; null before acceptance. */
  readonly consent: { readonly version: string; readonly givenAt: Instant } | null;
  /** The borrower's, while he is asked for a recording, until it has expired; null to the lender. */
  readonly sentence: Sentence | null;
  /** The borrower's last one that is on its way, else his last one, unless it has become evidence; null to the lender. */
  readonly upload: EvidenceUpload | null;
  /** The lender's: a key of his own that he has named; it counts once it is proven. Null to the borrower. */
  readonly recipient: NamedRecipient | null;
  /** The newest first; at most 10. */
  readonly items: readonly EvidenceItem[];
};

/** Nobody asks this module for anything yet. */
export type GbsApi = Readonly<Record<never, never>>;
