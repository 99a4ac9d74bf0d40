import { compareDecimals } from "#platform/kernel/decimal";
import type { UsedRate, UsedRates } from "../contract.ts";

/** One for each currency, in the order of their codes. */
export function summarizeRates(used: readonly UsedRate[]): UsedRates[] {
  const byCurrency = [...Map.groupBy(used, ({ currency }) => currency)];
  return byCurrency
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, rates]) => {
      const values = rates.map(({ rate }) => rate);
      const seen = rates.flatMap(({ observedAt }) => observedAt ?? []);
      return {
        ...{ currency, days: rates.length },
        staleDays: rates.filter(({ stale }) => stale).length,
        lowest: values.reduce((a, b) => (compareDecimals(a, b) <= 0 ? a : b)),
        highest: values.reduce((a, b) => (compareDecimals(a, b) >= 0 ? a : b)),
        oldestObservedAt: seen.toSorted()[0] ?? null,
      };
    });
}
