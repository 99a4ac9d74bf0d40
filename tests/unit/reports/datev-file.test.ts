import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { BookingPlan } from "#modules/reports/domain/booking-plan";
import { datevFile, fiscalYearOf, requireDatevScope } from "#modules/reports/domain/datev-file";
import { createExtfFile } from "#modules/reports/domain/extf";
import type { Booking } from "#modules/reports/domain/extf-booking";
import { parseDecimal } from "#platform/kernel/decimal";
import { AppError } from "#platform/kernel/errors";
import { parseId } from "#platform/kernel/ids";
import { parseCurrencyCode } from "#platform/kernel/money";
import { addDays, parseInstant, parseLocalDate } from "#platform/kernel/time";

const [EUR, day] = [parseCurrencyCode("EUR"), (text: string) => parseLocalDate(text)];
const scales = { digitsOf: () => 2 };
const settings = {
  ...{ consultantNumber: "29098", clientNumber: "55003", accountLength: 4 },
  ...{ openingBalanceAccount: null, transitAccount: null },
  fiscalYearStart: day("2026-01-01"),
};
const scope = { from: day("2026-09-01"), to: day("2026-09-30"), currency: EUR, datev: settings };
const made = {
  ...{ fileBase: "2026-09_Yilmaz_EUR", fingerprint: "f".repeat(64), scales },
  createdAt: parseInstant("2026-10-01T08:00:00Z"),
};
const booking = (index: number): Booking => ({
  ...{
    date: addDays(scope.from, index % 30),
    amount: { amount: parseDecimal(`${index + 1}.50`), currency: EUR },
  },
  ...{ base: null, rate: null, debit: "4980", credit: "1800", documentNumber: null },
  ...{ text: index === 0 ? "Kadıköy" : `Shop ${index}`, information: [] },
});
const plan = (bookings: number, more: Partial<BookingPlan> = {}) => ({
  outcome: "planned" as const,
  plan: {
    bookings: Array.from({ length: bookings }, (_, index) => booking(index)),
    ...{ unmapped: [], leftOut: [], transit: { amount: parseDecimal("0"), currency: EUR } },
    ...more,
  },
});
const leftOut = (transactions: number) =>
  Array.from({ length: transactions }, (_, index) => ({
    transactionId: parseId(`01936f2e-7b3c-7a11-9d55-${String(index).padStart(12, "0")}`),
    ...{ reason: "unmapped" as const, amount: { amount: parseDecimal("1"), currency: EUR } },
  }));
const unmapped = (names: readonly string[]) =>
  names.map((name) => ({
    ...{
      subject: "category" as const,
      id: null,
      name,
      code: null,
      fault: "missing" as const,
      uses: 1,
    },
  }));
function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
  return undefined;
}

describe("a DATEV file", () => {
  test("is the same however many pieces it comes in", () => {
    for (const bookings of [1, 199, 200, 201, 450]) {
      const input = plan(bookings);
      const whole = createExtfFile({
        ...{ settings, from: scope.from, to: scope.to, currency: EUR, name: made.fileBase },
        ...{ createdAt: made.createdAt, fingerprint: made.fingerprint },
      });
      const expected = Buffer.concat([
        whole.head(),
        ...input.plan.bookings.map((one) => whole.booking(one)),
      ]);
      const pieces = [...datevFile(scope, input, made).pieces()];
      expect(Buffer.concat(pieces).equals(expected)).toBe(true);
    }
  });

  test("warns of what it does not have and of what it writes otherwise, and of nothing else", () => {
    const warningOf = (input: ReturnType<typeof plan>) => {
      const file = datevFile(scope, input, made);
      for (const _piece of file.pieces());
      return file.warning()?.detail ?? null;
    };
    expect(warningOf(plan(1))).toBe(
      'Characters that the format does not have are written otherwise: U+0131 as "i".',
    );
    const [, ...plain] = plan(3).plan.bookings;
    expect(warningOf(plan(0, { bookings: plain }))).toBeNull();
    const names = Array.from({ length: 12 }, (_, index) => `C${index}`);
    const missing = { bookings: plain, leftOut: leftOut(2), unmapped: unmapped(names) };
    expect(warningOf(plan(0, missing))).toMatch(
      /^2 transactions are not in the file.* C0, C1, .* C9 and 2 more\.$/,
    );
  });

  test("of nothing, of too much, or of two fiscal years is none", () => {
    expect(codeOf(() => datevFile(scope, plan(0), made))).toBe("reports.no_bookings");
    const tooMany = { outcome: "too_many" as const, limit: 99_999 };
    expect(codeOf(() => datevFile(scope, tooMany, made))).toBe("reports.too_many_rows");
    const across = { ...scope, from: day("2025-12-29"), to: day("2026-01-04") };
    expect(codeOf(() => datevFile(across, plan(1), made))).toBe("reports.no_bookings");
    expect(codeOf(() => requireDatevScope(across, scales))).toBe("input.invalid");
    expect(codeOf(() => requireDatevScope(scope, scales))).toBeUndefined();
  });
});

test("property: the fiscal year of a day begins on that day or within the year before it, in the same month", () => {
  fc.assert(
    fc.property(fc.nat(11), fc.nat(30_000), (month, offset) => {
      const start = day(`2026-${String(month + 1).padStart(2, "0")}-01`);
      const asked = addDays(day("1985-01-01"), offset);
      const first = fiscalYearOf(start, asked);
      expect(first <= asked).toBe(true);
      expect(addDays(first, 366) > asked).toBe(true);
      expect(first.slice(4)).toBe(start.slice(4));
    }),
  );
});
