import { compareDecimals, type DecimalString } from "#platform/kernel/decimal";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";

/** One rate that an amount was multiplied with. */
export type UsedRate = {
  readonly currency: CurrencyCode;
  /** Units of the asked currency for one of this. */
  readonly rate: DecimalString;
  /** When it was last seen; null = there was nothing to observe. */
  readonly observedAt: Instant | null;
  /** Older than its provider's rates usually get. */
  readonly stale: boolean;
};

/** The rates of many days of one currency. */
export type UsedRates = {
  readonly currency: CurrencyCode;
  readonly days: number;
  readonly staleDays: number;
  readonly lowest: DecimalString;
  readonly highest: DecimalString;
  readonly oldestObservedAt: Instant | null;
};

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
