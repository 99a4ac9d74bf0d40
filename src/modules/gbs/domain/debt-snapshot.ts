import type { Id } from "#platform/kernel/ids";
import { type Money, subtractMoney, sumMoney } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";
import type {
  Amendment,
  CancellationProposal,
  CustodyHead,
  DebtParty,
  DebtState,
  DebtTerms,
  Dispute,
  EvidenceKind,
  Payment,
} from "../contract.ts";
import { fullDecimals } from "./full-decimals.ts";

/** How many days before or after a due day somebody is reminded: the borrower, and of what is overdue the lender, too. */
export type ReminderStage =
  | "before_7"
  | "before_3"
  | "before_1"
  | "after_1"
  | "after_7"
  | "lender_after_1"
  | "lender_after_7";
export type ReminderMark = { readonly dueOn: LocalDate; readonly stage: ReminderStage };

/**
 * All of a debt that decides what may happen to it: its row, the terms in force, what is open. Read in one transaction
 * with the debt's row locked where something is to be changed by it.
 */
export type DebtSnapshot = {
  readonly id: Id;
  readonly lenderId: Id;
  /** Null until the invited address has an account that the offer is bound to. */
  readonly borrowerId: Id | null;
  readonly invitedAddress: string;
  /** One of both has blocked the other: the lender sees a sent offer, the borrower nothing. */
  readonly suppressed: boolean;
  readonly textHidden: boolean;
  readonly state: DebtState;
  readonly evidence: EvidenceKind;
  /** How often evidence came back to its borrower. */
  readonly sendBacks: number;
  readonly terms: DebtTerms;
  readonly termsVersion: number;
  readonly offeredAt: Instant;
  readonly offerExpiresAt: Instant;
  readonly acceptedAt: Instant | null;
  /** When the lender declared a default, whatever was paid since; null = never. */
  readonly defaultedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** Of confirmed payments. */
  readonly paid: Money;
  /** Claimed or contested, the oldest first; at most `maxOpenPayments`. */
  readonly openPayments: readonly Payment[];
  readonly openAmendment: Amendment | null;
  readonly openCancellation: CancellationProposal | null;
  readonly openDispute: Dispute | null;
  /** Which reminders were sent, of the terms in force and earlier ones. */
  readonly reminded: readonly ReminderMark[];
  readonly custody: CustodyHead;
  /** Rises with every change of the debt. */
  readonly version: number;
};

/** Who of the debt a user is; null for everybody who must not learn that there is one. */
export function partyOf(
  debt: Pick<DebtSnapshot, "lenderId" | "borrowerId" | "suppressed">,
  userId: Id,
): DebtParty | null {
  if (userId === debt.lenderId) return "lender";
  return userId === debt.borrowerId && !debt.suppressed ? "borrower" : null;
}

/** Claimed, and neither confirmed nor contested. */
export const claimedOf = ({
  openPayments,
  terms,
}: Pick<DebtSnapshot, "openPayments" | "terms">): Money =>
  fullDecimals(
    sumMoney(
      openPayments.filter(({ state }) => state === "claimed").map(({ amount }) => amount),
      terms.amount.currency,
    ),
    terms.amount,
  );

export const outstandingOf = ({ terms, paid }: Pick<DebtSnapshot, "terms" | "paid">): Money =>
  fullDecimals(subtractMoney(terms.amount, paid), terms.amount);
