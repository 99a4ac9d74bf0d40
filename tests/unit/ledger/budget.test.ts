import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type BudgetInput,
  periodsToTellOf,
  readBudget,
  statusOf,
} from "#modules/ledger/domain/budget";
import { firstBudgetDay } from "#modules/ledger/domain/budget-period";
import { writtenAmount, writtenPeriod } from "#modules/ledger/domain/written-amount";
import type { DecimalString } from "#platform/kernel/decimal";
import { AppError } from "#platform/kernel/errors";
import type { CurrencyCode } from "#platform/kernel/money";
import { addDays, type Instant, type LocalDate } from "#platform/kernel/time";

const scales = {
  digitsOf: (code: string) =>
    new Map([
      ["EUR", 2],
      ["JPY", 0],
    ]).get(code),
};
const day = (text: string) => text as LocalDate;
const input: BudgetInput = {
  ...{ name: "Food", period: "monthly", amount: { amount: "100", currency: "EUR" } },
  ...{ categoryIds: ["01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21"], startsOn: "2026-01-31" },
  ...{ rollover: "none", thresholds: [100, 80] },
};
const calendar = (more: object = {}) => ({
  ...{ period: "monthly" as const, startsOn: day("2026-01-01"), endsOn: null },
  createdAt: "2026-01-01T00:00:00.000Z" as Instant,
  ...more,
});
const starts = (budget: Parameters<typeof periodsToTellOf>[0], today: string) =>
  periodsToTellOf(budget, day(today)).map(({ start }) => start as string);

const faults = (more: object): string[] => {
  try {
    readBudget({ ...input, ...more }, scales);
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.fields.map(({ path }) => path).toSorted();
  }
};

describe("a budget as it is written down", () => {
  test("is filled up, and its thresholds put in order", () => {
    expect(readBudget(input, scales)).toMatchObject({
      ...{ amount: { amount: "100.00", currency: "EUR" }, endsOn: null, thresholds: [80, 100] },
    });
  });

  test("names all its faults at once", () => {
    const wrong = { name: " ", amount: { amount: "1.5", currency: "JPY" }, startsOn: "2026-02-30" };
    expect(faults(wrong)).toEqual(["/amount/amount", "/name", "/startsOn"]);
  });

  test.each<[object, string[]]>([
    [{ period: "custom" }, ["/endsOn"]],
    [{ period: "custom", endsOn: "2026-02-01", rollover: "surplus" }, ["/rollover"]],
    [{ endsOn: "2026-01-30" }, ["/endsOn"]],
    [{ endsOn: "2026-01-31" }, []],
    [{ amount: { amount: `${"9".repeat(19)}`, currency: "EUR" } }, ["/amount/amount"]],
    [{ thresholds: Array.from({ length: 11 }, (_, n) => n + 1) }, ["/thresholds"]],
    [{ categoryIds: [] }, ["/categoryIds"]],
  ])("%p is refused at %p", (more, paths) => {
    expect(faults(more)).toEqual(paths);
  });
});

test("a budget is upcoming, running or ended", () => {
  const trip = calendar({ period: "custom", endsOn: "2026-01-10" });
  const found = ["2025-12-31", "2026-01-01", "2026-01-10", "2026-01-11"];
  expect(found.map((on) => statusOf(trip, day(on)))).toEqual(
    ["upcoming", "running", "running", "ended"], //
  );
});

describe("people are told of", () => {
  test("the period of today and the one before it", () => {
    expect(starts(calendar(), "2026-03-15")).toEqual(["2026-02-01", "2026-03-01"]);
    expect(starts(calendar(), "2026-01-15")).toEqual(["2026-01-01"]);
  });

  test("nothing that has not begun, or had ended when the budget was made", () => {
    expect(starts(calendar({ startsOn: "2026-05-01" }), "2026-03-15")).toEqual([]);
    const late = calendar({ createdAt: "2026-03-01T09:00:00.000Z" });
    expect(starts(late, "2026-03-15")).toEqual(["2026-03-01"]);
  });

  test("the last period, until the one that would follow it is over", () => {
    const ended = calendar({ endsOn: "2026-03-10" });
    expect(starts(ended, "2026-03-31")).toEqual(["2026-02-01", "2026-03-01"]);
    expect(starts(ended, "2026-04-30")).toEqual(["2026-03-01"]);
    expect(starts(ended, "2026-05-01")).toEqual([]);
  });

  test("a custom period for as long again as it lasted", () => {
    const trip = calendar({ period: "custom", endsOn: "2026-01-10" });
    expect(starts(trip, "2026-01-20")).toEqual(["2026-01-01"]);
    expect(starts(trip, "2026-01-21")).toEqual([]);
  });

  test("at most two periods, whatever the budget and the day", () => {
    const anyDay = fc.integer({ min: 0, max: 100_000 }).map((n) => addDays(firstBudgetDay, n));
    fc.assert(
      fc.property(
        anyDay,
        anyDay,
        fc.constantFrom("monthly" as const, "yearly" as const, "custom" as const),
        fc.nat(800),
        (startsOn, today, period, length) => {
          const endsOn = period === "custom" ? addDays(startsOn, length) : null;
          const found = periodsToTellOf(
            {
              ...calendar({ startsOn, endsOn, period }),
              createdAt: "1900-01-01T00:00:00.000Z" as Instant,
            },
            today,
          );
          expect(found.length).toBeLessThanOrEqual(2);
          for (const { start } of found) expect(start <= today).toBe(true);
          const lies = startsOn <= today && (endsOn === null || today <= endsOn);
          if (lies) expect((found.at(-1)?.end ?? "") >= today).toBe(true);
        },
      ),
    );
  });
});

describe("in the reader's language", () => {
  const amount = { amount: "-1234567.50" as DecimalString, currency: "EUR" as CurrencyCode };
  test.each([
    ["en-GB", "-1,234,567.50 EUR"],
    ["tr-TR", "-1.234.567,50 EUR"],
    ["de", "-1.234.567,50 EUR"],
    ["ja", "-1,234,567.50 EUR"],
  ])("%s an amount keeps every digit", (locale, text) => {
    expect(writtenAmount(amount, locale)).toBe(text);
    expect(writtenAmount({ ...amount, amount: "7" as DecimalString }, locale)).toBe("7 EUR");
  });

  test("a period names its days", () => {
    const period = { start: day("2026-11-15"), end: day("2027-01-14") };
    expect(writtenPeriod(period, "tr")).toBe("15 Kasım 2026 – 14 Ocak 2027");
    expect(writtenPeriod(period, "de-AT")).toBe("15. November 2026 – 14. Januar 2027");
    expect(writtenPeriod(period, "fr")).toBe("November 15, 2026 – January 14, 2027");
  });
});
