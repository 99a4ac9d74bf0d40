import { afterAll, beforeAll, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import fc from "fast-check";
import { createBalanceRepository } from "#modules/ledger/storage/balance.repository";
import { createPostingRepository } from "#modules/ledger/storage/posting.repository";
import { accounts } from "#modules/ledger/storage/tables";
import { createTransactionRepository } from "#modules/ledger/storage/transaction.repository";
import { systemContext } from "#platform/kernel/context";
import {
  addDecimals,
  compareDecimals,
  type DecimalString,
  negate,
  zero,
} from "#platform/kernel/decimal";
import { addDays, type LocalDate } from "#platform/kernel/time";
import {
  type StoredTransaction,
  storeBook,
  storeTransactions,
} from "../../support/stored-ledger.ts";
import { openTestDatabase, type TestDatabase } from "../../support/test-database.ts";

const ctx = systemContext("test:balances", "test");
const balances = createBalanceRepository();
let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

/** Days around the ends of months, of years and of February. */
const day = fc
  .tuple(
    fc.constantFrom("2023-12-30", "2024-02-27", "2024-02-29", "2024-03-31", "2025-01-01"),
    fc.integer({ min: -3, max: 3 }),
  )
  .map(([date, days]) => addDays(date as LocalDate, days));
const amount = fc
  .integer({ min: 1, max: 1_000_000 })
  .map((cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`);
const moves = fc.array(
  fc.record({
    kind: fc.constantFrom<"income" | "expense" | "transfer">("income", "expense", "transfer"),
    date: day,
    account: fc.constantFrom(0, 1),
    amount,
    isVoid: fc.boolean(),
    isTakenBack: fc.boolean(),
  }),
  { maxLength: 30 },
);

type Move = StoredTransaction & {
  date: LocalDate;
  account: number;
  amount: string;
  isTakenBack: boolean;
};

/** What an account got by the end of a day, added up one by one. */
function fold(made: readonly Move[], account: number, on: LocalDate): DecimalString {
  let sum = zero;
  for (const { kind, amount: text, date, isVoid, isTakenBack, ...move } of made) {
    if (isVoid || isTakenBack || date > on) continue;
    const value = text as DecimalString;
    if (move.account === account) sum = addDecimals(sum, kind === "income" ? value : negate(value));
    else if (kind === "transfer") sum = addDecimals(sum, value);
  }
  return sum;
}

test("a balance at any day is the fold of the postings up to it, whatever was posted and taken back", async () => {
  await fc.assert(
    fc.asyncProperty(moves, fc.array(day, { minLength: 1, maxLength: 12 }), async (asked, days) => {
      const db = opened.database;
      const book = await storeBook(db);
      // A transfer goes from the account to the other one.
      const made = asked.map((move) => ({ ...move, to: 1 - move.account }));
      const stored = await storeTransactions(db, book, made);
      const back = stored.filter((_, index) => made[index]?.isTakenBack && !made[index].isVoid);
      await db.transact(ctx, async (tx) => {
        await createPostingRepository().repost(tx, {
          ...{ bookId: book.bookId, add: [] },
          remove: back.map(({ id }) => id),
        });
        await createTransactionRepository().updateMany(
          tx,
          back.map((one) => ({ ...one, voidedAt: one.createdAt })),
        );
      });
      const asWhole = await balances.at(db.read, { bookId: book.bookId }, days);
      expect(asWhole).toHaveLength(book.accounts.length * new Set(days).size);
      for (const [index, account] of book.accounts.slice(0, 2).entries()) {
        const rows = await balances.at(db.read, { accountId: account.id }, days);
        expect(rows.map(({ on }) => on)).toEqual([...new Set(days)].toSorted());
        for (const { on, balance } of rows)
          expect([on, compareDecimals(balance, fold(made, index, on))]).toEqual([on, 0]);
        expect(asWhole.filter(({ accountId }) => accountId === account.id)).toEqual(rows);
      }
    }),
    { numRuns: 40 },
  );
}, 180_000);

test("what a book holds is what its accounts hold, by currency, liabilities apart", async () => {
  const db = opened.database;
  const book = await storeBook(db, { currencies: ["EUR", "EUR", "TRY", "USD"] });
  await opened.database.transact(ctx, async (tx) => {
    const [, card] = book.accounts;
    if (card)
      await tx.update(accounts).set({ kind: "credit_card" }).where(eq(accounts.id, card.id));
  });
  await storeTransactions(db, book, [
    { kind: "income", account: 0, amount: "100.00", date: "2026-01-10" },
    { kind: "expense", account: 1, amount: "40.00", date: "2026-01-20" },
    { kind: "expense", account: 2, amount: "7.00", date: "2026-02-01" },
  ]);
  const held = await balances.holdings(db.read, {
    ...{ bookId: book.bookId, accountIds: null, liabilityKinds: ["credit_card", "loan"] },
    days: ["2026-01-15", "2026-02-28"] as LocalDate[],
  });
  expect<unknown[]>(
    held.map(({ on, currency, isLiability, balance }) => [on, currency, isLiability, balance]),
  ).toEqual([
    ["2026-01-15", "EUR", false, "100.00"],
    ["2026-02-28", "EUR", false, "100.00"],
    ["2026-02-28", "EUR", true, "-40.00"],
    ["2026-02-28", "TRY", false, "-7.00"],
  ]);
});
