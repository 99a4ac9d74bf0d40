import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Transaction } from "#modules/ledger/contract";
import type { TransactionFilterInput } from "#modules/ledger/domain/transaction-filter";
import { createBookRepository } from "#modules/ledger/storage/book.repository";
import { createCategoryRepository } from "#modules/ledger/storage/category.repository";
import { createTransactionRepository } from "#modules/ledger/storage/transaction.repository";
import { createTransactionSearchRepository } from "#modules/ledger/storage/transaction-search.repository";
import { findTransactions } from "#modules/ledger/use-cases/find-transactions";
import { totalTransactions } from "#modules/ledger/use-cases/total-transactions";
import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { systemIds } from "#platform/system";
import { hundredths, naiveMatches, naiveTotals } from "../../support/naive-transactions.ts";
import {
  type StoredBook,
  type StoredTransaction,
  storeBook,
  storeTransactions,
} from "../../support/stored-ledger.ts";
import { createTestClock } from "../../support/test-app.ts";
import { openTestDatabase, type TestDatabase } from "../../support/test-database.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

const depsOf = () => ({
  ...{ db: db.database, clock: createTestClock(), ids: systemIds },
  identity: { usersById: async () => [] },
  scales: { digitsOf: () => 2, codes: () => [] } as never,
  books: createBookRepository(),
  categories: createCategoryRepository(),
  transactions: createTransactionRepository(),
  transactionSearch: createTransactionSearchRepository(),
});
const contextOf = (userId: Id): RequestContext => ({
  actor: {
    ...{ type: "user", id: userId, sessionId: null, authenticatedAt: null },
    ...{ roles: ["user"], permissions: ["ledger:read"] },
  },
  requestId: "test",
  operation: "test",
});

const maxStored = 40;

async function allPages(
  book: StoredBook,
  filter: TransactionFilterInput,
  limit: number,
): Promise<Transaction[]> {
  const items: Transaction[] = [];
  let cursor: string | undefined;
  do {
    const page = await findTransactions(depsOf(), contextOf(book.userId), {
      ...{ ...filter, bookId: book.bookId, limit, cursor },
    });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    expect(items.length).toBeLessThanOrEqual(maxStored);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

const days = ["2026-01-01", "2026-01-02", "2026-01-31", "2026-02-01", "2026-03-15"];
const day = fc.constantFrom(...days);
const payees = ["Migros", "MİGROS", "Şok", "Müller", "Işık Elektrik"];
const tags = ["holiday", "Urlaub", "it's", "a b"];
const cents = fc.integer({ min: 1, max: 3_000 }).map((value) => (value / 100).toFixed(2));

const stored: fc.Arbitrary<StoredTransaction> = fc
  .record({
    kind: fc.constantFrom("expense", "expense", "income", "transfer"),
    date: day,
    account: fc.integer({ min: 0, max: 2 }),
    parts: fc.array(fc.record({ category: fc.integer({ min: 0, max: 3 }), amount: cents }), {
      minLength: 1,
      maxLength: 3,
    }),
    payee: fc.option(fc.constantFrom(...payees)),
    note: fc.option(fc.constantFrom("weekly shopping", "Straße 12", "ÇAY bahçesi")),
    tags: fc.uniqueArray(fc.constantFrom(...tags), { maxLength: 2 }),
    cleared: fc.boolean(),
    isVoid: fc.integer({ min: 0, max: 9 }).map((value) => value === 0),
  })
  .map(({ kind, account, parts, ...same }) => {
    const sum = parts.reduce((total, { amount }) => total + hundredths(amount), 0n);
    const amount = `${sum / 100n}.${String(sum % 100n).padStart(2, "0")}`;
    // The third account has another currency: transfers stay between the first two.
    return kind === "transfer"
      ? { ...same, kind, amount, account: account % 2, to: 1 - (account % 2) }
      : { ...same, kind, amount, account, splits: parts };
  });

const filterFor = (book: StoredBook): fc.Arbitrary<TransactionFilterInput> =>
  fc
    .record(
      {
        from: day,
        to: day,
        minAmount: cents,
        maxAmount: cents,
        currency: fc.constantFrom("EUR", "TRY", "USD"),
        accountId: fc.constantFrom(...book.accounts.map(({ id }) => id)),
        categoryId: fc.constantFrom(...book.categories, book.income),
        uncategorised: fc.constant(true),
        tag: fc.constantFrom(...tags, "none"),
        payee: fc.constantFrom(...payees, "Nobody"),
        kind: fc.constantFrom("income", "expense", "transfer", "opening"),
        cleared: fc.boolean(),
        state: fc.constantFrom("active", "void", "all"),
        search: fc.constantFrom(
          "mig",
          "isik",
          "sok week",
          "MULLER",
          "strasse",
          "cay b",
          "urla",
          "x",
        ),
      },
      { requiredKeys: [] },
    )
    .chain((whole) => {
      // Few criteria at a time, or nothing ever matches.
      const names = Object.keys(whole) as (keyof typeof whole)[];
      return fc
        .subarray(names, { maxLength: Math.min(3, names.length) })
        .map(
          (kept) =>
            Object.fromEntries(kept.map((name) => [name, whole[name]])) as TransactionFilterInput,
        );
    })
    .filter(
      ({ from, to, minAmount, maxAmount, categoryId, uncategorised, state }) =>
        !(from && to && to < from) &&
        !(minAmount && maxAmount && Number(maxAmount) < Number(minAmount)) &&
        !(categoryId && uncategorised) &&
        !(state && state !== "active" && (categoryId || uncategorised)),
    );

describe("any filter of any book", () => {
  test("gives pages that together are what matches, in order, and totals that are their sums", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(stored, { maxLength: maxStored }),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 7 }),
        async (asked, seeds, limit) => {
          const book = await storeBook(db.database);
          const all = await storeTransactions(db.database, book, asked);
          const filters = fc.sample(filterFor(book), { numRuns: 12, seed: seeds.next().value });
          for (const filter of filters) {
            const expected = naiveMatches(book, all, filter);
            const found = await allPages(book, filter, limit);
            expect([filter, found.map(({ id }) => id)]).toEqual([
              filter,
              expected.map(({ id }) => id),
            ]);

            const { count, more, totals } = await totalTransactions(
              depsOf(),
              contextOf(book.userId),
              { ...filter, bookId: book.bookId },
            );
            expect([count, more]).toEqual([expected.length, false]);
            expect(
              Object.fromEntries(
                totals.map(({ currency, income, expense }) => [
                  currency,
                  { income: hundredths(income.amount), expense: hundredths(expense.amount) },
                ]),
              ),
            ).toEqual(naiveTotals(book, expected, filter));
            for (const { currency, income, expense, net } of totals) {
              expect(hundredths(net.amount)).toBe(
                hundredths(income.amount) - hundredths(expense.amount),
              );
              for (const sum of [income, expense, net]) expect(sum.currency).toBe(currency);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  }, 600_000);
});
