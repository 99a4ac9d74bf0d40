import type { Money } from "#platform/kernel/money";
import type { DebtTerms } from "../contract.ts";
import type { CustodyStep } from "./custody.ts";

/** Money as it stands in the log. */
export const moneyData = ({ amount, currency }: Money) => ({ amount, currency });

/** What of terms is nobody's words. There is no interest and no late fee, and the log says so. */
export const termsData = ({ amount, instalments, timeZone }: DebtTerms) => ({
  ...{ amount: moneyData(amount), timeZone, interest: "none", lateFee: "none" },
  instalments: instalments.map(({ dueOn, amount: part }) => ({ dueOn, amount: part.amount })),
});

/** What happens by itself. */
export const byClock: CustodyStep["actor"] = { role: "clock", id: null };
