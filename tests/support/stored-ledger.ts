import type { AccountKind, Transaction, TransactionKind } from "#modules/ledger/contract";
import { postingsOf } from "#modules/ledger/domain/postings";
import { createPostingRepository } from "#modules/ledger/storage/posting.repository";
import {
  accounts,
  bookMembers,
  bookStates,
  books,
  categories,
} from "#modules/ledger/storage/tables";
import { createTransactionRepository } from "#modules/ledger/storage/transaction.repository";
import type { Database } from "#platform/db/database";
import { systemContext } from "#platform/kernel/context";
import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";
import { systemIds } from "#platform/system";

const ctx = systemContext("test:ledger", "test");
const at = "2026-09-18T12:00:00.000Z" as Instant;
const chunkRows = 5_000;

export type StoredBook = {
  readonly bookId: Id;
  readonly userId: Id;
  readonly accounts: readonly { readonly id: Id; readonly currency: CurrencyCode }[];
  /** Four expense categories, the second below the first, the fourth for what has none; and one of income. */
  readonly categories: readonly Id[];
  readonly income: Id;
};

/** A book as the tables know one, past every use-case: for what many rows or odd rows are needed. */
export async function storeBook(
  db: Pick<Database, "transact">,
  asked: { readonly userId?: Id; readonly currencies?: readonly string[] } = {},
): Promise<StoredBook> {
  const { userId = systemIds.next(), currencies = ["EUR", "EUR", "TRY"] } = asked;
  const bookId = systemIds.next();
  const times = { version: 1, createdAt: at, updatedAt: at };
  const stored = currencies.map((currency) => ({
    id: systemIds.next(),
    currency: currency as CurrencyCode,
  }));
  const [top, below, other, none, income] = Array.from({ length: 5 }, () => systemIds.next());
  if (!top || !below || !other || !none || !income) throw new Error("no ids");
  const category = (id: Id, name: string, more: object = {}) => ({
    ...{ id, bookId, name, kind: "expense" as const, parentId: null, isUncategorised: false },
    ...{ ...times, ...more },
  });
  await db.transact(ctx, async (tx) => {
    await tx.insert(books).values({
      ...{ id: bookId, name: "Home", locale: "en", ...times },
      baseCurrency: "EUR" as CurrencyCode,
    });
    await tx.insert(bookStates).values({ bookId, revision: 0, closedThrough: null });
    await tx.insert(bookMembers).values({ bookId, userId, role: "owner", addedAt: at });
    await tx.insert(accounts).values(
      stored.map(({ id, currency }, index) => ({
        ...{ id, bookId, currency, name: `Account ${index}`, createdBy: userId, ...times },
        kind: "checking" as AccountKind,
        openingDate: "2020-01-01" as LocalDate,
      })),
    );
    await tx
      .insert(categories)
      .values([
        category(top, "Food"),
        category(below, "Restaurants", { parentId: top }),
        category(other, "Rent"),
        category(none, "Uncategorised", { isUncategorised: true }),
        category(income, "Wage", { kind: "income" }),
      ]);
  });
  return { bookId, userId, accounts: stored, categories: [top, below, other, none], income };
}

export type StoredTransaction = {
  readonly kind?: Exclude<TransactionKind, "opening">;
  readonly date?: string;
  /** Numbers of accounts and categories of the book. */
  readonly account?: number;
  readonly to?: number;
  readonly amount?: string;
  readonly splits?: readonly { readonly category: number; readonly amount: string }[];
  readonly payee?: string | null;
  readonly note?: string | null;
  readonly tags?: readonly string[];
  readonly cleared?: boolean;
  readonly isVoid?: boolean;
};

/** Stores them with their postings; those that are void have none. */
export async function storeTransactions(
  db: Pick<Database, "transact">,
  book: StoredBook,
  asked: readonly StoredTransaction[],
): Promise<Transaction[]> {
  const [transactions, postings] = [createTransactionRepository(), createPostingRepository()];
  const made = asked.map((one) => transactionOf(book, one));
  for (let from = 0; from < made.length; from += chunkRows) {
    const chunk = made.slice(from, from + chunkRows);
    await db.transact(ctx, async (tx) => {
      await transactions.insertMany(tx, chunk);
      const add = chunk
        .filter(({ voidedAt }) => voidedAt === null)
        .flatMap((one) => postingsOf(one));
      await postings.repost(tx, { bookId: book.bookId, remove: [], add });
    });
  }
  return made;
}

function transactionOf(book: StoredBook, asked: StoredTransaction): Transaction {
  const { kind = "expense", account = 0, amount = "10.00", to = 1 } = asked;
  const from = book.accounts[account];
  const target = book.accounts[to];
  if (!from || !target) throw new Error("the book has no such account");
  const money = { amount: amount as DecimalString, currency: from.currency };
  const categoryOf = (number: number): Id => {
    const id = kind === "income" ? book.income : book.categories[number];
    if (!id) throw new Error("the book has no such category");
    return id;
  };
  const splits = asked.splits ?? [{ category: 0, amount }];
  return {
    ...{ id: systemIds.next(), bookId: book.bookId, kind, accountId: from.id, amount: money },
    date: (asked.date ?? "2026-01-15") as LocalDate,
    splits:
      kind === "transfer"
        ? []
        : splits.map((split) => ({
            categoryId: categoryOf(split.category),
            amount: { ...money, amount: split.amount as DecimalString },
            note: null,
          })),
    transfer:
      kind === "transfer"
        ? { accountId: target.id, amount: money, rate: "1" as DecimalString }
        : null,
    ...{ payee: asked.payee ?? null, note: asked.note ?? null, tags: asked.tags ?? [] },
    ...{ documentNumber: null, taxRate: null, externalId: null, importId: null },
    cleared: asked.cleared ?? false,
    ...{ createdBy: book.userId, createdAt: at, updatedAt: at, version: 1 },
    voidedAt: asked.isVoid ? at : null,
  };
}
