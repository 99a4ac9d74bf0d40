import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Covered, changesBetween } from "#modules/reports/domain/coverage-changes";
import { parseDecimal } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import { parseCurrencyCode } from "#platform/kernel/money";
import { addDays, parseLocalDate } from "#platform/kernel/time";

const money = (amount: string, currency: string) => ({
  amount: parseDecimal(amount),
  currency: parseCurrencyCode(currency),
});

const covered = (
  id: number,
  day: number,
  version: number,
  ...amounts: [string, string][]
): Covered => ({
  id: `00000000-0000-7000-8000-${String(id).padStart(12, "0")}` as Id,
  date: addDays(parseLocalDate("2026-09-01"), day),
  version,
  effects: amounts.map(([amount, currency]) => ({ amount: money(amount, currency) })),
});
const key = ({ date, id }: Covered) => `${date} ${id}`;
async function* inOrder(list: readonly Covered[]) {
  yield* list.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
const changes = (before: readonly Covered[], now: readonly Covered[]) =>
  changesBetween(inOrder(before), inOrder(now));

describe("what differs between two lists", () => {
  const [rent, food] = [
    covered(1, 0, 1, ["-900.00", "EUR"]),
    covered(2, 4, 1, ["-12.50", "EUR"]),
  ] as const;
  test("is nothing when they are the same", async () => {
    expect(await changes([rent, food], [rent, food])).toEqual({ transactions: 0, differences: [] });
  });
  test("is what was added, and what is gone", async () => {
    expect(await changes([rent], [rent, food])).toEqual({
      transactions: 1,
      differences: [money("-12.5", "EUR")],
    });
    expect(await changes([rent, food], [food])).toEqual({
      transactions: 1,
      differences: [money("900", "EUR")],
    });
  });
  test("is once what was changed, also when its day was", async () => {
    const dearer = covered(1, 0, 2, ["-950.00", "EUR"]);
    expect(await changes([rent, food], [dearer, food])).toEqual({
      transactions: 1,
      differences: [money("-50", "EUR")],
    });
    for (const day of [2, 9]) {
      const moved = { ...dearer, date: covered(1, day, 2).date };
      expect(await changes([rent, food], [moved, food])).toMatchObject({ transactions: 1 });
      expect(await changes([moved, food], [rent, food])).toMatchObject({ transactions: 1 });
    }
  });
  test("is counted, and comes to nothing, where no amount changed", async () => {
    const renamed = covered(1, 0, 2, ["-900.00", "EUR"]);
    expect(await changes([rent], [renamed])).toEqual({ transactions: 1, differences: [] });
  });
});

const anyCovered = fc
  .tuple(
    fc.nat(12),
    fc.nat(4),
    fc.nat(2),
    fc.array(
      fc.tuple(
        fc.integer({ min: -500, max: 500 }).map(String),
        fc.constantFrom("EUR", "TRY", "BTC"),
      ),
      { maxLength: 2 },
    ),
  )
  .map(([id, day, version, amounts]) => covered(id, day, version, ...amounts));
const anyList = fc.uniqueArray(anyCovered, { selector: ({ id }) => id, maxLength: 10 });

test("property: it is what a comparison by id finds, however days have moved", async () => {
  await fc.assert(
    fc.asyncProperty(anyList, anyList, async (before, now) => {
      // Who has the same version is the same.
      const kept = now.map(
        (one) => before.find(({ id, version }) => id === one.id && version === one.version) ?? one,
      );
      const [was, is] = [before, kept].map((list) => new Map(list.map((one) => [one.id, one])));
      if (!was || !is) throw new Error("there are two lists");
      const sums = new Map<string, number>();
      let transactions = 0;
      for (const id of new Set([...was.keys(), ...is.keys()])) {
        const [left, right] = [was.get(id), is.get(id)];
        if (left === right) continue;
        transactions += 1;
        for (const [one, sign] of [
          [left, -1],
          [right, 1],
        ] as const)
          for (const { amount } of one?.effects ?? [])
            sums.set(
              amount.currency,
              (sums.get(amount.currency) ?? 0) + sign * Number(amount.amount),
            );
      }
      const differences = [...sums]
        .filter(([, sum]) => sum !== 0)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([currency, sum]) => money(String(sum), currency));
      expect(await changes(before, kept)).toEqual({ transactions, differences });
    }),
  );
});
