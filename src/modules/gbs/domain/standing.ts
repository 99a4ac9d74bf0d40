import { compareMoney, type Money, subtractMoney } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";
import type { DebtTerms, Instalment, InstalmentStanding } from "../contract.ts";
import type { DebtSnapshot } from "./debt-snapshot.ts";
import { graceEnd, isOver } from "./due-days.ts";
import { fullDecimals } from "./full-decimals.ts";

type Owed = Pick<DebtSnapshot, "terms" | "paid">;

/** How much of each instalment is paid: what is paid covers the oldest first. */
export function coverOf(
  instalments: readonly Instalment[],
  paid: Money,
): (Instalment & { readonly covered: Money })[] {
  let left = paid;
  return instalments.map((instalment) => {
    const covered = compareMoney(left, instalment.amount) < 0 ? left : instalment.amount;
    left = subtractMoney(left, covered);
    return { ...instalment, covered: fullDecimals(covered, instalment.amount) };
  });
}

const isCovered = ({ covered, amount }: { readonly covered: Money; readonly amount: Money }) =>
  compareMoney(covered, amount) >= 0;

export const standingOf = ({ terms, paid }: Owed, now: Instant): InstalmentStanding[] =>
  coverOf(terms.instalments, paid).map((instalment) => ({
    ...instalment,
    state: isCovered(instalment)
      ? "paid"
      : isOver(terms.timeZone, instalment.dueOn, now)
        ? "overdue"
        : "upcoming",
  }));

/** The first instalment of which something is unpaid; undefined of a debt that is paid. */
export const firstUncovered = ({ terms, paid }: Owed): Instalment | undefined =>
  coverOf(terms.instalments, paid).find((instalment) => !isCovered(instalment));

/** The instalments of which something is unpaid. */
export const uncoveredOf = (terms: Pick<DebtTerms, "instalments">, paid: Money): Instalment[] =>
  coverOf(terms.instalments, paid).filter((instalment) => !isCovered(instalment));

/** The first due day that has passed without all that was due on it; null of a debt whose payments are in time. */
export function overdueDay(debt: Owed, now: Instant): LocalDate | null {
  const first = firstUncovered(debt);
  return first && isOver(debt.terms.timeZone, first.dueOn, now) ? first.dueOn : null;
}

/** From when on the lender may declare a default; null while nothing is overdue. */
export function defaultPossibleAt(debt: Owed, now: Instant): Instant | null {
  const day = overdueDay(debt, now);
  return day === null ? null : graceEnd(debt.terms.timeZone, day);
}
