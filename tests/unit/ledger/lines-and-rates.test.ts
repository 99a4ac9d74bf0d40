import { expect, test } from "bun:test";
import { describeSumFault, describeTransactionFault } from "#modules/ledger/domain/ledger-fault";
import { summarizeRates } from "#modules/ledger/domain/used-rates";
import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";

const id = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21" as Id;

test("a fault is one line that says what is kept and what was posted", () => {
  const sum = { accountId: id, sum: "month", from: "2026-02-01", kept: "5", posted: "7" } as const;
  expect(describeSumFault(sum)).toBe(
    `account ${id}: month 2026-02 is kept as 5, its postings come to 7`,
  );
  const fault = { transactionId: id, fault: "not_zero", currency: "EUR", amount: "1" } as const;
  expect(describeTransactionFault(fault)).toBe(
    `transaction ${id}: its postings come to 1 EUR, not to zero`,
  );
});

test("rates of many days are summed up by currency: how far they range, and how old they are", () => {
  const rate = (currency: string, value: string, observedAt: string | null, stale = false) => ({
    ...{ currency: currency as CurrencyCode, rate: value as DecimalString, stale },
    observedAt: observedAt as Instant | null,
  });
  expect<unknown>(
    summarizeRates([
      rate("USD", "9", "2026-01-02T00:00:00.000Z"),
      rate("EUR", "2", null),
      rate("USD", "10", "2026-01-01T00:00:00.000Z", true),
    ]),
  ).toEqual([
    { currency: "EUR", days: 1, staleDays: 0, lowest: "2", highest: "2", oldestObservedAt: null },
    {
      ...{ currency: "USD", days: 2, staleDays: 1, lowest: "9", highest: "10" },
      oldestObservedAt: "2026-01-01T00:00:00.000Z",
    },
  ]);
  expect(summarizeRates([])).toEqual([]);
});
