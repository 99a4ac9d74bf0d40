import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type BudgetCalendar,
  elapsedDays,
  firstBudgetDay,
  lastBudgetDay,
  lengthDays,
  type Period,
  periodAt,
  periodOf,
  periodsUpTo,
} from "#modules/ledger/domain/budget-period";
import { addDays, type LocalDate } from "#platform/kernel/time";

const day = (text: string) => text as LocalDate;
const monthly = (startsOn: string, endsOn: string | null = null): BudgetCalendar => ({
  ...{ period: "monthly", startsOn: day(startsOn), endsOn: endsOn === null ? null : day(endsOn) },
});
const starts = (calendar: BudgetCalendar, count: number) =>
  Array.from({ length: count }, (_, index) => periodAt(calendar, index).start as string);
const daysOf = ({ start, end }: Period) => `${start} ${end}`;

const anyDay = fc
  .integer({ min: 0, max: 109_572 }) // 1900-01-01 to 2199-12-31
  .map((offset) => addDays(firstBudgetDay, offset));
const anyCalendar: fc.Arbitrary<BudgetCalendar> = fc
  .record({
    period: fc.constantFrom("monthly" as const, "yearly" as const, "custom" as const),
    startsOn: anyDay,
    length: fc.option(fc.integer({ min: 0, max: 3_000 }), { nil: null }),
  })
  .map(({ period, startsOn, length }) => {
    const days = length ?? (period === "custom" ? 20 : null);
    const endsOn = days === null ? null : addDays(startsOn, days);
    const known = endsOn !== null && endsOn > lastBudgetDay ? lastBudgetDay : endsOn;
    return { period, startsOn, endsOn: known };
  });

describe("a monthly budget", () => {
  test("that begins on the 31st begins on the last day of shorter months, and does not drift", () => {
    expect(starts(monthly("2026-01-31"), 6)).toEqual(
      ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"], //
    );
    expect(starts(monthly("2027-12-30"), 4)).toEqual(
      ["2027-12-30", "2028-01-30", "2028-02-29", "2028-03-30"], //
    );
  });

  test("has calendar months when it begins on the first", () => {
    const calendar = monthly("2026-01-01");
    expect(daysOf(periodOf(calendar, day("2026-02-28")))).toBe("2026-02-01 2026-02-28");
    expect(daysOf(periodOf(calendar, day("2028-02-29")))).toBe("2028-02-01 2028-02-29");
    expect(daysOf(periodOf(calendar, day("2026-12-31")))).toBe("2026-12-01 2026-12-31");
  });

  test("that begins on pay day runs from pay day to the day before the next", () => {
    const calendar = monthly("2026-01-15");
    expect(daysOf(periodOf(calendar, day("2026-03-14")))).toBe("2026-02-15 2026-03-14");
    expect(daysOf(periodOf(calendar, day("2026-03-15")))).toBe("2026-03-15 2026-04-14");
  });

  test("has a short last period when it ends in the middle of one", () => {
    const calendar = monthly("2026-01-01", "2026-03-10");
    expect(daysOf(periodOf(calendar, day("2026-03-05")))).toBe("2026-03-01 2026-03-10");
    expect(daysOf(periodOf(calendar, day("2026-12-24")))).toBe("2026-03-01 2026-03-10");
  });
});

test("a yearly budget of 29 February begins on the 28th in most years", () => {
  const calendar: BudgetCalendar = { ...monthly("2024-02-29"), period: "yearly" };
  expect(starts(calendar, 5)).toEqual(
    ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"], //
  );
  expect(daysOf(periodOf(calendar, day("2025-02-27")))).toBe("2024-02-29 2025-02-27");
});

test("a custom budget is one period, whatever the day", () => {
  const trip: BudgetCalendar = { ...monthly("2026-07-03", "2026-07-17"), period: "custom" };
  for (const on of ["2025-01-01", "2026-07-03", "2026-07-17", "2030-01-01"])
    expect(daysOf(periodOf(trip, day(on)))).toBe("2026-07-03 2026-07-17");
});

describe("of any budget", () => {
  const within = ({ startsOn, endsOn }: BudgetCalendar, on: LocalDate) =>
    on >= startsOn && (endsOn === null || on <= endsOn);

  test("a day within it lies in its period, any other day has the nearest one", () => {
    fc.assert(
      fc.property(anyCalendar, anyDay, (calendar, on) => {
        const period = periodOf(calendar, on);
        expect(period).toEqual(periodAt(calendar, period.index));
        if (within(calendar, on)) {
          expect(period.start <= on && on <= period.end).toBe(true);
        } else if (on < calendar.startsOn) expect(period.index).toBe(0);
        else expect(period.end).toBe(calendar.endsOn ?? period.end);
      }),
    );
  });

  test("periods follow each other without a gap, whatever month they begin in", () => {
    fc.assert(
      fc.property(anyCalendar, fc.integer({ min: 0, max: 40 }), (calendar, index) => {
        fc.pre(calendar.period !== "custom" && calendar.startsOn < "2150-01-01");
        const open = { ...calendar, endsOn: null };
        const [period, next] = [periodAt(open, index), periodAt(open, index + 1)];
        expect(next.start).toBe(addDays(period.end, 1));
        expect(period.start <= period.end).toBe(true);
        expect(lengthDays(period)).toBeGreaterThanOrEqual(calendar.period === "monthly" ? 28 : 365);
        expect(lengthDays(period)).toBeLessThanOrEqual(calendar.period === "monthly" ? 31 : 366);
      }),
    );
  });

  test("a period begins on the day of the month that the budget began on, or on the month's last", () => {
    fc.assert(
      fc.property(anyCalendar, anyDay, (calendar, on) => {
        const { start } = periodOf(calendar, on);
        const isLast = addDays(start, 1).endsWith("-01");
        expect(start.slice(8) === calendar.startsOn.slice(8) || isLast).toBe(true);
        expect(start.slice(8) <= calendar.startsOn.slice(8)).toBe(true);
      }),
    );
  });

  test("the periods up to one end with it and are as many as asked for, or all", () => {
    fc.assert(
      fc.property(anyCalendar, anyDay, fc.nat(130), (calendar, on, count) => {
        const asked = periodOf(calendar, on);
        const periods = periodsUpTo(calendar, asked, count);
        expect(periods.at(-1)).toEqual(asked);
        expect(periods.length).toBe(Math.min(count, asked.index) + 1);
        expect(periods.map(({ index }) => index)).toEqual(
          periods.map((_, offset) => asked.index - periods.length + 1 + offset),
        );
      }),
    );
  });

  test("as many days have elapsed as it has up to the day, none before and all after", () => {
    fc.assert(
      fc.property(anyCalendar, anyDay, (calendar, on) => {
        const period = periodOf(calendar, on);
        expect(elapsedDays(period, addDays(period.start, -1))).toBe(0);
        expect(elapsedDays(period, period.start)).toBe(1);
        expect(elapsedDays(period, period.end)).toBe(lengthDays(period));
        expect(elapsedDays(period, addDays(period.end, 1))).toBe(lengthDays(period));
      }),
    );
  });
});
