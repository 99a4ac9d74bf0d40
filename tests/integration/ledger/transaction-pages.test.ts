import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import type { Transaction } from "#modules/ledger/contract";
import {
  parseTransactionFilter,
  type TransactionFilterInput,
  type TransactionKey,
} from "#modules/ledger/domain/transaction-filter";
import { createCategoryRepository } from "#modules/ledger/storage/category.repository";
import { createJournalRepository } from "#modules/ledger/storage/journal.repository";
import { createTransactionSearchRepository } from "#modules/ledger/storage/transaction-search.repository";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import type { Reader, Tx } from "#platform/db/database";
import { addDays, type LocalDate } from "#platform/kernel/time";
import { systemIds } from "#platform/system";
import { explainedReader } from "../../support/explained-reader.ts";
import { hundredths, naiveMatches, naiveTotals } from "../../support/naive-transactions.ts";
import {
  type StoredBook,
  type StoredTransaction,
  storeBook,
  storeTransactions,
} from "../../support/stored-ledger.ts";
import { openTestDatabase, type TestDatabase } from "../../support/test-database.ts";

const bookRows = 100_000;
const neighbourRows = 20_000;
const firstDay = "2016-01-01" as LocalDate;
const days = 3_650;
const changes = 20_000;
const limit = 51;

const search = createTransactionSearchRepository();
let db: TestDatabase;
let book: StoredBook;
let all: readonly Transaction[];

/** Ten years: something of everything, some of it rare, some of it only long ago. */
const transactionNumber = (number: number): StoredTransaction => {
  const units = number % 900;
  const amount = `${units + 1}.00`;
  const category = number % 500 === 3 ? 1 : number % 3 === 0 ? 2 : 0;
  return {
    date: addDays(firstDay, Math.floor((number * days) / bookRows)),
    amount,
    kind: number % 50 === 0 ? "transfer" : number % 10 === 0 ? "income" : "expense",
    account: number % 1_000 === 7 ? 2 : 0,
    splits:
      number % 500 === 4
        ? [
            { category: 0, amount: `${units}.25` },
            { category: 1, amount: "0.75" },
          ]
        : [{ category, amount }],
    payee: number % 4 === 0 ? "Migros" : `Shop ${number % 3_000}`,
    note: number % 2_000 === 5 ? "seltene Schönheit" : number < 5_000 ? "long ago" : "weekly",
    tags: number % 1_500 === 2 ? ["holiday"] : [],
    cleared: number % 800 !== 1,
    isVoid: number % 400 === 9,
  };
};

beforeAll(async () => {
  db = await openTestDatabase();
  book = await storeBook(db.database);
  const made = (rows: number) =>
    Array.from({ length: rows }, (_, number) => transactionNumber(number));
  all = await storeTransactions(db.database, book, made(bookRows));
  await storeTransactions(db.database, await storeBook(db.database), made(neighbourRows));
  const owner = postgres({ ...postgresJsOptions(parseConnection(db.ownerUrl)), max: 1 });
  await owner`vacuum analyze ledger.transactions, ledger.postings`;
  await owner.end();
}, 180_000);
afterAll(() => db.close());

async function searchFor(input: TransactionFilterInput) {
  const filter = parseTransactionFilter(input);
  const { categoryIds } = await search.resolve(db.database.read, book.bookId, filter);
  return { bookId: book.bookId, filter, categoryIds };
}

const page = async (reader: Reader, input: TransactionFilterInput, before?: TransactionKey) =>
  search.page(reader, await searchFor(input), { before, limit });

/** What the database touched for a page, and for one in the middle of the list. */
async function touchedBy(input: TransactionFilterInput) {
  const { reader, touched } = explainedReader(db.database.read);
  await page(reader, input);
  const first = touched();
  const matches = naiveMatches(book, all, input);
  const { date, id } = matches[Math.floor(matches.length / 2)] ?? {
    date: firstDay,
    id: book.bookId,
  };
  await page(reader, input, { date, id });
  return { first, both: touched() };
}

describe("a page of a hundred thousand transactions", () => {
  const byItself: Record<string, () => TransactionFilterInput> = {
    "of everything": () => ({}),
    "of some days": () => ({ from: "2018-01-01", to: "2018-06-30" }),
    "of a busy account": () => ({ accountId: book.accounts[0]?.id }),
    "of an account that only transfers go to": () => ({ accountId: book.accounts[1]?.id }),
    "of an account that is hardly used": () => ({ accountId: book.accounts[2]?.id }),
    "of a category with one below it": () => ({ categoryId: book.categories[0] }),
    "of a category that is hardly used": () => ({ categoryId: book.categories[1] }),
    "of what has no category": () => ({ uncategorised: true }),
    "of transfers": () => ({ kind: "transfer" }),
    "of a kind that is not there": () => ({ kind: "opening" }),
    "of what is not cleared": () => ({ cleared: false }),
    "of a rare currency": () => ({ currency: "TRY" }),
    "of a payee": () => ({ payee: "Migros" }),
    "of a payee nobody paid": () => ({ payee: "Nobody" }),
    "of an import": () => ({ importId: "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21" }),
    "of what is void": () => ({ state: "void" }),
    "of all states": () => ({ state: "all" }),
  };
  for (const [name, filter] of Object.entries(byItself))
    test(`${name} reads about as many rows as it shows`, async () => {
      const { first, both } = await touchedBy(filter());
      expect(first.sequentialScans.concat(both.sequentialScans)).toEqual([]);
      expect(first.rows).toBeLessThanOrEqual(3 * limit);
      expect(both.rows).toBeLessThanOrEqual(6 * limit);
    });

  const mixed: Record<string, () => TransactionFilterInput> = {
    "of a word in nearly all": () => ({ search: "weekly" }),
    "of a letter": () => ({ search: "w" }),
    "of a rare word": () => ({ search: "schonh" }),
    "of a word nobody wrote": () => ({ search: "nothing" }),
    "of two words": () => ({ search: "migros weekly" }),
    "of a rare tag": () => ({ tag: "holiday" }),
    "of a tag nobody gave": () => ({ tag: "nothing" }),
    "of high amounts": () => ({ minAmount: "899" }),
    "of amounts that are not there": () => ({ minAmount: "10000" }),
    "of nearly all amounts": () => ({ maxAmount: "880" }),
    "of a rare word in all states": () => ({ search: "schonh", state: "all" }),
    "of transfers of most amounts": () => ({ kind: "transfer", maxAmount: "600" }),
    "of two rare criteria": () => ({ kind: "transfer", tag: "holiday" }),
    "of a payee in a category": () => ({ payee: "Shop 17", categoryId: book.categories[0] }),
  };
  for (const [name, filter] of Object.entries(mixed))
    test(`${name} looks at some thousand rows and not at the whole book`, async () => {
      const { first, both } = await touchedBy(filter());
      expect(first.sequentialScans.concat(both.sequentialScans)).toEqual([]);
      // The newest two thousand, read, read again as a result and counted, and some more of them or of the best index.
      expect(first.rows).toBeLessThanOrEqual(12_000);
      expect(both.rows).toBeLessThanOrEqual(24_000);
    });

  test("is the same one as a plain comparison of every row finds: near, further on and far", async () => {
    const filters: TransactionFilterInput[] = [
      { search: "schonh" },
      { search: "weekly" },
      { search: "long ago" },
      { tag: "holiday" },
      { minAmount: "899", cleared: true },
      { kind: "transfer", maxAmount: "600" },
      { kind: "transfer", maxAmount: "600", state: "all" },
      { kind: "income", currency: "EUR", search: "mig", state: "all" },
      { categoryId: book.categories[1], cleared: true },
      { accountId: book.accounts[1]?.id ?? "", kind: "transfer", payee: "Migros" },
    ];
    for (const filter of filters) {
      const expected = naiveMatches(book, all, filter).map(({ id }) => id);
      const found: string[] = [];
      let before: TransactionKey | undefined;
      for (let pages = 0; pages < 60; pages += 1) {
        const keys = await page(db.database.read, filter, before);
        found.push(...keys.map(({ id }) => id));
        before = keys.at(-1);
        if (keys.length < limit) break;
      }
      expect([filter, found]).toEqual([filter, expected.slice(0, found.length)]);
      expect(found.length).toBe(Math.min(expected.length, 60 * limit));
    }
  }, 180_000);
});

describe("totals", () => {
  test("of more matches than are counted are those of the newest, however they are found", async () => {
    const filters: TransactionFilterInput[] = [
      {},
      { search: "weekly" },
      { minAmount: "600" },
      { accountId: book.accounts[0]?.id ?? "" },
      { categoryId: book.categories[0] },
      { categoryId: book.categories[2] },
      { categoryId: book.categories[2], cleared: true },
    ];
    for (const filter of filters) {
      const newest = naiveMatches(book, all, filter).slice(0, 10_000);
      const { matched, totals } = await search.totals(
        db.database.read,
        await searchFor(filter),
        10_000,
      );
      expect([filter, matched]).toEqual([filter, 10_001]);
      const found = totals.map(({ currency, income, expense, net }) => {
        expect(hundredths(net)).toBe(hundredths(income) - hundredths(expense));
        return [currency, { income: hundredths(income), expense: hundredths(expense) }];
      });
      expect([filter, Object.fromEntries(found)]).toEqual([
        filter,
        naiveTotals(book, newest, filter),
      ]);
    }
  });

  test("read a bounded number of rows, whatever the filter", async () => {
    const filters: TransactionFilterInput[] = [
      {},
      { categoryId: book.categories[0] },
      { accountId: book.accounts[0]?.id ?? "" },
      { search: "w" },
      { search: "schonh" },
      { minAmount: "600" },
    ];
    for (const filter of filters) {
      const { reader, touched } = explainedReader(db.database.read);
      await search.totals(reader, await searchFor(filter), 10_000);
      expect([filter, touched().sequentialScans]).toEqual([filter, []]);
      expect([filter, touched().rows < 130_000]).toEqual([filter, true]);
    }
  });
});

test("a page of the journal reads as many rows as it gives, from wherever it begins", async () => {
  const journal = createJournalRepository();
  const part = { bookId: book.bookId, from: firstDay, to: addDays(firstDay, days), limit };
  const middle = { date: addDays(firstDay, days / 2), id: book.bookId };
  for (const accountIds of [null, [book.accounts[0]?.id ?? book.bookId]])
    for (const after of [undefined, middle]) {
      const { reader, touched } = explainedReader(db.database.read);
      await journal.page(reader, { ...part, accountIds, after });
      expect(touched().sequentialScans).toEqual([]);
      expect(touched().rows).toBeLessThanOrEqual(3 * limit);
    }
});

test("whether history speaks of a category is found out without reading it", async () => {
  const categories = createCategoryRepository();
  const owner = postgres({ ...postgresJsOptions(parseConnection(db.ownerUrl)), max: 1 });
  await owner`
    insert into ledger.transaction_changes (id, transaction_id, book_id, action, changed_by, changed_at, before)
    select gen_random_uuid(), id, book_id, 'changed', created_by, created_at,
      jsonb_build_object('splits', jsonb_build_array(jsonb_build_object('categoryId', gen_random_uuid())))
    from ledger.transactions where book_id = ${book.bookId} and kind <> 'transfer' limit ${changes}`;
  await owner`vacuum analyze ledger.transaction_changes`;
  await owner.end();
  const { reader, touched } = explainedReader(db.database.read);
  await categories.isUsed(reader as Tx, systemIds.next());
  expect(touched().sequentialScans).not.toContain("transaction_changes");
  expect(touched().rows).toBeLessThanOrEqual(10);
});
