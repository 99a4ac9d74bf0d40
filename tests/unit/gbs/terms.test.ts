import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { addMonths } from "#modules/gbs/domain/due-days";
import { readAmendedTerms, readTerms, type TermsInput } from "#modules/gbs/domain/terms";
import { compareDecimals } from "#platform/kernel/decimal";
import { AppError } from "#platform/kernel/errors";
import { sumMoney } from "#platform/kernel/money";
import { addDays, isLocalDate, parseLocalDate } from "#platform/kernel/time";
import { aDebt, aPayment, at, euros, someScales } from "../../support/debt-snapshots.ts";

const now = at("2026-06-01T12:00:00Z");
const timeZone = "Europe/Istanbul";
const offer = (input: Partial<TermsInput>) =>
  readTerms(
    { amount: { amount: "300", currency: "EUR" }, description: "A bicycle", ...input },
    { scales: someScales, now, timeZone },
  );
/** Places and what is wrong there. */
const faults = (read: () => unknown): Record<string, string> => {
  try {
    read();
  } catch (error) {
    if (error instanceof AppError && error.kind === "invalid")
      return Object.fromEntries(error.fields.map(({ path, detail }) => [path, detail]));
  }
  throw new Error("no faults");
};
const places = (read: () => unknown) => Object.keys(faults(read));
const part = (dueOn: string, amount: string, currency = "EUR") => ({
  dueOn,
  amount: { amount, currency },
});

describe("terms that are offered", () => {
  test("are due on one day", () => {
    expect(offer({ dueOn: "2026-06-02" })).toEqual({
      amount: euros("300.00"),
      description: "A bicycle",
      instalments: [{ dueOn: parseLocalDate("2026-06-02"), amount: euros("300.00") }],
      timeZone,
    });
  });

  test("are due in listed parts that add up", () => {
    const { instalments } = offer({
      instalments: [part("2026-07-01", "100.5"), part("2026-08-01", "199.50")],
    });
    expect(instalments.map(({ amount }) => `${amount.amount}`)).toEqual(["100.50", "199.50"]);
  });

  test("are due along a plan: the first parts get what cannot be divided", () => {
    const { instalments } = offer({
      amount: { amount: "100", currency: "EUR" },
      plan: { firstDueOn: "2026-06-30", every: "week", count: 3 },
    });
    expect(instalments.map(({ dueOn, amount }) => `${dueOn} ${amount.amount}`)).toEqual([
      "2026-06-30 33.34",
      "2026-07-07 33.33",
      "2026-07-14 33.33",
    ]);
  });

  test("keep the day of the month that a short one clips", () => {
    const { instalments } = offer({ plan: { firstDueOn: "2027-12-31", every: "month", count: 5 } });
    expect(instalments.map(({ dueOn }) => `${dueOn}`)).toEqual([
      "2027-12-31",
      "2028-01-31",
      "2028-02-29",
      "2028-03-31",
      "2028-04-30",
    ]);
  });

  test("begin after today where the lender is, not where the server is", () => {
    // Half past midnight on the second of June in Istanbul.
    const late = at("2026-06-01T21:30:00Z");
    const read = (dueOn: string) =>
      readTerms(
        { amount: { amount: "1", currency: "EUR" }, description: "x", dueOn },
        { scales: someScales, now: late, timeZone },
      );
    expect(faults(() => read("2026-06-02"))).toEqual({ "/dueOn": "Must be after today." });
    expect(read("2026-06-03").instalments).toHaveLength(1);
  });

  test("are refused with all their faults at once, each at its place", () => {
    expect(
      faults(() =>
        offer({
          amount: { amount: "0", currency: "EUR" },
          description: "  ",
          instalments: [
            part("2026-05-01", "1"),
            part("2026-02-30", "-1"),
            part("2026-04-01", "1.234"),
          ],
        }),
      ),
    ).toEqual({
      "/amount/amount": "Must be more than zero.",
      "/description": "Must not be blank.",
      "/instalments/0/dueOn": "Must be after today.",
      "/instalments/1/dueOn": 'Must be a calendar date like "2026-11-22".',
      "/instalments/1/amount/amount": "Must be more than zero.",
      "/instalments/2/dueOn": "Must be after the one before.",
      "/instalments/2/amount/amount": "Has more than the 2 decimals of its currency.",
    });
  });

  test.each([
    ["no schedule", {}, ["/dueOn"]],
    [
      "two schedules",
      { dueOn: "2026-07-01", instalments: [part("2026-07-01", "300")] },
      ["/dueOn"],
    ],
    ["parts that do not add up", { instalments: [part("2026-07-01", "299.99")] }, ["/instalments"]],
    [
      "a day twice",
      { instalments: [part("2026-07-01", "100"), part("2026-07-01", "200")] },
      ["/instalments/1/dueOn"],
    ],
    [
      "a part of another currency",
      { instalments: [part("2026-07-01", "300", "KWD")] },
      ["/instalments/0/amount/currency"],
    ],
    ["no parts", { instalments: [] }, ["/instalments"]],
    ["a day too far away", { dueOn: "2076-06-02" }, ["/dueOn"]],
    [
      "a plan that goes on too long",
      { plan: { firstDueOn: "2076-05-30", every: "month", count: 2 } },
      ["/plan/firstDueOn"],
    ],
    [
      "a plan at the end of the calendar",
      { plan: { firstDueOn: "9999-12-31", every: "month", count: 120 } },
      ["/plan/firstDueOn"],
    ],
    [
      "a plan of too many parts",
      { plan: { firstDueOn: "2026-07-01", every: "week", count: 121 } },
      ["/plan/count"],
    ],
    [
      "a plan of half a part",
      { plan: { firstDueOn: "2026-07-01", every: "week", count: 1.5 } },
      ["/plan/count"],
    ],
    [
      "a plan that leaves parts of nothing",
      {
        amount: { amount: "0.02", currency: "EUR" },
        plan: { firstDueOn: "2026-07-01", every: "week", count: 3 },
      },
      ["/plan/count"],
    ],
    [
      "a plan in the past",
      { plan: { firstDueOn: "2026-06-01", every: "week", count: 3 } },
      ["/plan/firstDueOn"],
    ],
    [
      "a currency of no catalogue",
      { amount: { amount: "1", currency: "XXX" }, dueOn: "2026-07-01" },
      ["/amount/currency"],
    ],
    [
      "decimals that the currency has not",
      { amount: { amount: "1.5", currency: "JPY" }, dueOn: "2026-07-01" },
      ["/amount/amount"],
    ],
  ] as const)("are refused with %s", (_, input, at) => {
    expect(places(() => offer(input))).toEqual([...at]);
  });

  test("may end on the last day of fifty years", () => {
    expect(offer({ dueOn: "2076-06-01" }).instalments).toHaveLength(1);
  });

  test("property: a plan adds up to its amount, in rising days, with parts that differ by a unit at most", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 120n, max: 10n ** 15n }),
        fc.constantFrom("week" as const, "month" as const),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 5_000 }),
        (units, every, count, ahead) => {
          const amount = `${units / 100n}.${String(units % 100n).padStart(2, "0")}`;
          const firstDueOn = addDays(parseLocalDate("2026-06-01"), ahead);
          const terms = offer({
            amount: { amount, currency: "EUR" },
            plan: { firstDueOn, every, count },
          });
          const amounts = terms.instalments.map((instalment) => instalment.amount);
          const days = terms.instalments.map(({ dueOn }) => dueOn);
          expect(terms.instalments).toHaveLength(count);
          expect(
            compareDecimals(sumMoney(amounts, terms.amount.currency).amount, terms.amount.amount),
          ).toBe(0);
          expect(new Set(days).size).toBe(count);
          expect(days.toSorted()).toEqual(days);
          const cents = amounts.map((money) => BigInt(money.amount.replace(".", "")));
          const [largest = 0n] = cents;
          expect(cents.every((part) => part === largest || part === largest - 1n)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("months after a day", () => {
  test("property: are the same day or the last one of a shorter month, in the month that is meant", () => {
    fc.assert(
      fc.property(fc.nat(20_000), fc.nat(600), (offset, months) => {
        const first = addDays(parseLocalDate("2000-01-01"), offset);
        const day = addMonths(first, months);
        expect(isLocalDate(day)).toBe(true);
        const index = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7));
        expect(index(day) - index(first)).toBe(months);
        const [anchor, reached] = [first.slice(8), day.slice(8)];
        if (reached !== anchor) {
          expect(reached < anchor).toBe(true);
          expect(addDays(day, 1).endsWith("-01")).toBe(true);
        }
      }),
    );
  });
});

describe("terms that take the place of others", () => {
  const later = at("2026-07-10T12:00:00Z");
  const amend = (input: Partial<TermsInput>, debt = aDebt({ paid: euros("100.00") })) =>
    readAmendedTerms(
      { amount: { amount: "300", currency: "EUR" }, description: "A bicycle", ...input },
      { scales: someScales, now: later, debt },
    );

  test("keep what is paid where it was due, and the zone", () => {
    const terms = amend({ instalments: [part("2026-07-01", "100"), part("2026-12-01", "200")] });
    expect(terms.timeZone).toBe(timeZone);
    expect(terms.instalments).toHaveLength(2);
  });

  test("are refused where something unpaid would be due already", () => {
    expect(
      places(() =>
        amend({ instalments: [part("2026-07-01", "100.01"), part("2026-12-01", "199.99")] }),
      ),
    ).toEqual(["/instalments/0/dueOn"]);
    expect(places(() => amend({ dueOn: "2026-07-10" }))).toEqual(["/dueOn"]);
  });

  test("are refused below what is paid and claimed", () => {
    const debt = aDebt({
      paid: euros("100.00"),
      openPayments: [aPayment(1, "50.00"), aPayment(2, "70.00", "contested")],
    });
    const of = (amount: string) =>
      amend({ amount: { amount, currency: "EUR" }, dueOn: "2026-12-01" }, debt);
    expect(faults(() => of("149.99"))).toEqual({
      "/amount/amount": "Must not be less than what is paid and claimed.",
    });
    expect(of("150").amount).toEqual(euros("150.00"));
  });

  test("are refused in another currency, with the other faults", () => {
    expect(
      places(() =>
        amend({
          amount: { amount: "300", currency: "KWD" },
          description: " ",
          dueOn: "2026-12-01",
        }),
      ),
    ).toEqual(["/description", "/amount/currency"]);
  });
});
