import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Payment } from "#modules/gbs/contract";
import { claimedOf, type DebtSnapshot, outstandingOf } from "#modules/gbs/domain/debt-snapshot";
import { withClaim, withDecided } from "#modules/gbs/domain/payments";
import { AppError } from "#platform/kernel/errors";
import { aDebt, aPayment, at, euros } from "../../support/debt-snapshots.ts";

const centsOf = ({ amount }: { readonly amount: string }) => BigInt(amount.replace(".", ""));
const refused = (error: unknown): boolean =>
  error instanceof AppError && error.code === "gbs.payment_exceeds_outstanding";

/** What can happen to payments, by their order: claimed, or an open one decided. */
const anyStory = fc.array(
  fc.record({
    cents: fc.integer({ min: 1, max: 20_000 }),
    pick: fc.nat(20),
    to: fc.constantFrom(
      "claimed" as const,
      "claimed" as const,
      "confirmed" as const,
      "contested" as const,
      "withdrawn" as const,
    ),
  }),
  { maxLength: 40 },
);

function decide(debt: DebtSnapshot, pick: number, state: Payment["state"]): DebtSnapshot {
  const payment = debt.openPayments.at(pick % Math.max(1, debt.openPayments.length));
  if (!payment) return debt;
  const decided = { ...payment, state, decidedAt: at("2026-06-21T09:00:00Z") };
  return withDecided(debt, payment, decided);
}

test("property: what is paid is what was confirmed, to the cent, and never with what is claimed more than the debt", () => {
  fc.assert(
    fc.property(anyStory, (story) => {
      let debt = aDebt();
      let confirmed = 0n;
      for (const [index, { cents, pick, to }] of story.entries()) {
        const before = debt;
        try {
          debt =
            to === "claimed"
              ? withClaim(debt, aPayment(index, (cents / 100).toFixed(2)))
              : decide(debt, pick, to);
        } catch (error) {
          expect(refused(error)).toBe(true);
        }
        const gone = before.openPayments.find(
          ({ id }) => !debt.openPayments.some((one) => one.id === id),
        );
        if (to === "confirmed" && gone) confirmed += centsOf(gone.amount);
        expect(centsOf(debt.paid)).toBe(confirmed);
        expect(centsOf(outstandingOf(debt))).toBe(30_000n - confirmed);
        expect(confirmed + centsOf(claimedOf(debt)) <= 30_000n).toBe(true);
      }
    }),
  );
});

test("a claim that does not fit is told how much is left", () => {
  const debt = aDebt({ paid: euros("100.00"), openPayments: [aPayment(1, "150.00")] });
  try {
    withClaim(debt, aPayment(2, "50.01"));
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({
      code: "gbs.payment_exceeds_outstanding",
      meta: { outstanding: "200.00", claimed: "150.00", currency: "EUR" },
    });
  }
  expect(withClaim(debt, aPayment(2, "50.00")).openPayments).toHaveLength(2);
});
