import { addMoney, compareMoney, type Scales } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import { dayIn } from "#platform/kernel/zone-day";
import type { DebtTerms } from "../contract.ts";
import { claimedOf, type DebtSnapshot } from "./debt-snapshot.ts";
import { collectFaults } from "./faults.ts";
import { uncoveredOf } from "./standing.ts";
import { readParts, type TermsInput, type TermsParts } from "./terms-input.ts";

export type { TermsInput } from "./terms-input.ts";

type Rules = { readonly scales: Scales; readonly now: Instant };

/** Reads the terms of an offer: due after today, in the zone in which the days of the debt end. 422 with all faults. */
export function readTerms(
  input: TermsInput,
  { scales, now, timeZone }: Rules & { readonly timeZone: string },
): DebtTerms {
  const today = dayIn(timeZone, now);
  const faults = collectFaults();
  const read = readParts(input, { scales, today }, faults);
  for (const { dueOn, path } of read.days)
    if (dueOn <= today) faults.add(path, "Must be after today.");
  faults.throwAny();
  return { ...complete(read), timeZone };
}

/**
 * Reads what is to replace the terms of a debt: in the same currency, no less than what is paid and claimed, nothing due
 * that has passed unless it is paid. 422 with all faults.
 */
export function readAmendedTerms(
  input: TermsInput,
  { scales, now, debt }: Rules & { readonly debt: Amended },
): DebtTerms {
  const { timeZone } = debt.terms;
  const faults = collectFaults();
  const read = readParts(input, { scales, today: dayIn(timeZone, now) }, faults);
  const { amount, instalments } = read;
  if (amount)
    for (const { place, detail } of misfits(
      { amount, instalments: instalments ?? [] },
      debt,
      now,
    )) {
      const path = typeof place === "string" ? `/amount/${place}` : read.days[place]?.path;
      faults.add(path ?? "/instalments", detail);
    }
  faults.throwAny();
  return { ...complete(read), timeZone };
}

type Amended = Pick<DebtSnapshot, "terms" | "paid" | "openPayments">;

/** What of new terms does not fit a debt: a part of their amount, or an instalment by its position from 0. */
export type Misfit = { readonly place: "currency" | "amount" | number; readonly detail: string };

/** Why terms cannot replace those of a debt as it is now; empty = they can. */
export function misfits(
  terms: Pick<DebtTerms, "amount" | "instalments">,
  debt: Amended,
  now: Instant,
): Misfit[] {
  if (terms.amount.currency !== debt.terms.amount.currency)
    return [{ place: "currency", detail: "Must be the currency of the debt." }];
  const least = addMoney(debt.paid, claimedOf(debt));
  if (compareMoney(terms.amount, least) < 0)
    return [{ place: "amount", detail: "Must not be less than what is paid and claimed." }];
  const today = dayIn(debt.terms.timeZone, now);
  const unpaid = new Set(uncoveredOf(terms, debt.paid).map(({ dueOn }) => dueOn));
  return terms.instalments.flatMap(({ dueOn }, place) =>
    unpaid.has(dueOn) && dueOn <= today
      ? [{ place, detail: "Must be after today, unless it is paid." }]
      : [],
  );
}

/** Only of parts without faults. */
function complete({ amount, description, instalments }: TermsParts): Omit<DebtTerms, "timeZone"> {
  if (!amount || description === undefined || !instalments)
    throw new TypeError("terms with faults");
  return { amount, description, instalments };
}
