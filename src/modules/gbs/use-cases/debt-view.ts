import type { Instant } from "#platform/kernel/time";
import type { Amendment, Debt, DebtParty } from "../contract.ts";
import { claimedOf, type DebtSnapshot, outstandingOf } from "../domain/debt-snapshot.ts";
import { possibleActions } from "../domain/possible.ts";
import { shownTerms } from "../domain/shown-terms.ts";
import { defaultPossibleAt, standingOf } from "../domain/standing.ts";
import type { People } from "./debt-step.ts";

/** A debt that is up to date with the clock, as one of its parties sees it. */
export function debtView(debt: DebtSnapshot, party: DebtParty, people: People, now: Instant): Debt {
  const { id, state, termsVersion, paid, custody, version, textHidden } = debt;
  const { offeredAt, offerExpiresAt, acceptedAt, endedAt } = debt;
  const { openPayments, openCancellation, openDispute } = debt;
  const terms = shownTerms(debt.terms, textHidden);
  const openAmendment = debt.openAmendment && shownAmendment(debt.openAmendment, textHidden);
  return {
    ...{ id, role: party, state, counterparty: counterpartyOf(debt, party, people) },
    ...{
      terms,
      termsVersion,
      textHidden,
      evidence: debt.evidence,
      instalments: standingOf(debt, now),
    },
    ...{ paid, outstanding: outstandingOf(debt), claimed: claimedOf(debt) },
    ...{ offeredAt, offerExpiresAt, acceptedAt, endedAt },
    defaultPossibleAt: state === "overdue" ? defaultPossibleAt(debt, now) : null,
    ...{ openPayments, openAmendment, openCancellation, openDispute },
    possible: possibleActions(debt, party, now),
    ...{ custody, version },
  };
}

export const shownAmendment = <A extends Amendment>(amendment: A, textHidden: boolean): A => ({
  ...amendment,
  terms: shownTerms(amendment.terms, textHidden),
});

/** Whether an address has an account, its owner alone tells: by accepting. */
function counterpartyOf(
  { acceptedAt, invitedAddress }: DebtSnapshot,
  party: DebtParty,
  { lender, borrower }: People,
): Debt["counterparty"] {
  if (party === "borrower") return { displayName: lender.displayName, address: lender.address };
  const displayName = acceptedAt === null ? null : (borrower?.displayName ?? null);
  return { displayName, address: invitedAddress };
}
