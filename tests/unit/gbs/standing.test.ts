import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  coverOf,
  defaultPossibleAt,
  firstUncovered,
  overdueDay,
  standingOf,
} from "#modules/gbs/domain/standing";
import { compareDecimals } from "#platform/kernel/decimal";
import { sumMoney } from "#platform/kernel/money";
import { addDays, parseLocalDate } from "#platform/kernel/time";
import { dayIn, startOfDayIn } from "#platform/kernel/zone-day";
import { aDebt, at, euros, someTerms } from "../../support/debt-snapshots.ts";

const cents = (units: number) => euros((units / 100).toFixed(2));

describe("what is paid", () => {
  test("covers the oldest instalment first, and what is over the next one", () => {
    const debt = aDebt({ paid: euros("150.00") });
    const standing = standingOf(debt, at("2026-06-10T00:00:00Z"));
    expect(standing.map(({ covered }) => `${covered.amount}`)).toEqual(["100.00", "50.00", "0.00"]);
    expect(standing.map(({ state }) => state)).toEqual(["paid", "upcoming", "upcoming"]);
    expect(firstUncovered(debt)?.dueOn).toBe(parseLocalDate("2026-08-01"));
  });

  test("property: covers add up to it, cover none in part behind one that is not full, and never more than is due", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (amounts, share) => {
          const total = amounts.reduce((sum, amount) => sum + amount, 0);
          const paid = cents(Math.floor(total * share));
          const covers = coverOf(
            amounts.map((amount, index) => ({
              amount: cents(amount),
              dueOn: addDays(parseLocalDate("2026-07-01"), index),
            })),
            paid,
          );
          const sum = sumMoney(
            covers.map(({ covered }) => covered),
            paid.currency,
          );
          expect(compareDecimals(sum.amount, paid.amount)).toBe(0);
          const isFull = covers.map(
            ({ covered, amount }) => compareDecimals(covered.amount, amount.amount) >= 0,
          );
          const firstOpen = isFull.indexOf(false);
          for (const [index, { covered, amount }] of covers.entries()) {
            expect(compareDecimals(covered.amount, amount.amount)).toBeLessThanOrEqual(0);
            if (firstOpen >= 0 && index > firstOpen)
              expect(compareDecimals(covered.amount, euros("0").amount)).toBe(0);
          }
        },
      ),
    );
  });
});

describe("a due day", () => {
  test("is over at its end in the zone of the terms, not in UTC", () => {
    const debt = aDebt();
    expect(overdueDay(debt, at("2026-07-01T20:59:59.999Z"))).toBeNull();
    expect(overdueDay(debt, at("2026-07-01T21:00:00Z"))).toBe(parseLocalDate("2026-07-01"));
  });

  test("allows a default 24 hours after its end, and not on the day itself", () => {
    expect(defaultPossibleAt(aDebt(), at("2026-07-01T21:00:00Z"))).toBe(at("2026-07-02T21:00:00Z"));
    expect(defaultPossibleAt(aDebt(), at("2026-07-01T12:00:00Z"))).toBeNull();
  });

  test("does not pass for what is paid: the next one counts", () => {
    const debt = aDebt({ paid: euros("100.00") });
    expect(overdueDay(debt, at("2026-07-20T00:00:00Z"))).toBeNull();
    expect(overdueDay(debt, at("2026-08-02T00:00:00Z"))).toBe(parseLocalDate("2026-08-01"));
  });

  test("property: is over exactly from the beginning of the next one there, wherever it is", () => {
    const zones = [
      "Europe/Berlin",
      "America/Sao_Paulo",
      "Pacific/Apia",
      "Asia/Beirut",
      "Etc/GMT+12",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.nat(6_000),
        fc.integer({ min: -90_000_000, max: 90_000_000 }),
        (timeZone, offset, distanceMs) => {
          const dueOn = addDays(parseLocalDate("2008-01-01"), offset);
          const end = startOfDayIn(timeZone, addDays(dueOn, 1));
          const now = at(new Date(Date.parse(end) + distanceMs).toISOString());
          const terms = {
            ...someTerms,
            timeZone,
            instalments: [{ dueOn, amount: euros("300.00") }],
          };
          expect(overdueDay(aDebt({ terms }), now) !== null).toBe(distanceMs >= 0);
          if (distanceMs >= 0) expect(dayIn(timeZone, now) > dueOn).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});
