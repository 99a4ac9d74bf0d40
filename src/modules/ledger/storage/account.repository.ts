import { and, asc, eq, isNotNull, isNull, ne, sql } from "drizzle-orm";
import { type AnyPgColumn, alias } from "drizzle-orm/pg-core";
import type { Reader, Tx } from "#platform/db/database";
import { type DecimalString, zero } from "#platform/kernel/decimal";
import type { Id, Ids } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import { type Instant, utcDayOf } from "#platform/kernel/time";
import {
  accountBalances,
  accounts,
  bookMembers,
  imports,
  leftAnAccount,
  type SystemAccount,
  transactionChanges,
  transactions,
} from "./tables.ts";

export type StoredAccount = typeof accounts.$inferSelect;
/** With what it holds: amounts as they are stored, fewer decimals than the currency has perhaps. */
export type AccountRow = StoredAccount & {
  readonly balance: DecimalString;
  readonly openingBalance: DecimalString;
};

/** A user's own accounts only: the hidden ones of a book are found by {@link AccountRepository.systemAccounts}. */
export type AccountRepository = ReturnType<typeof createAccountRepository>;

export function createAccountRepository() {
  return {
    /** Of any book, in no order; ids that are no account's, or a hidden one's, are left out. */
    async byIds(reader: Reader, ids: readonly Id[]): Promise<StoredAccount[]> {
      if (ids.length === 0) return [];
      return reader
        .select()
        .from(accounts)
        .where(and(isOneOf(accounts.id, ids), isNull(accounts.system)));
    },

    async withBalance(reader: Reader, id: Id): Promise<AccountRow | undefined> {
      const [row] = await selectRows(reader).where(
        and(eq(accounts.id, id), isNull(accounts.system)),
      );
      return row && toRow(row);
    },

    /** The oldest first; `after` = when the last one seen was created, and its id. */
    async list(
      reader: Reader,
      query: {
        readonly bookId: Id;
        /** Undefined = both. */
        readonly archived: boolean | undefined;
        readonly after: { readonly createdAt: Instant; readonly id: Id } | undefined;
        readonly limit: number;
      },
    ): Promise<AccountRow[]> {
      const { bookId, archived, after } = query;
      const rows = await selectRows(reader)
        .where(
          and(
            eq(accounts.bookId, bookId),
            isNull(accounts.system),
            archived === undefined
              ? undefined
              : archived
                ? isNotNull(accounts.archivedAt)
                : isNull(accounts.archivedAt),
            after &&
              sql`(${accounts.createdAt}, ${accounts.id}) > (${after.createdAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(asc(accounts.createdAt), asc(accounts.id))
        .limit(query.limit);
      return rows.map(toRow);
    },

    /**
     * The hidden accounts of a book, in the order of `wanted`; made where they are missing. The book is locked by the
     * caller, so that nobody else makes them meanwhile.
     */
    async systemAccounts(
      tx: Tx,
      book: {
        readonly bookId: Id;
        readonly wanted: readonly {
          readonly system: SystemAccount;
          readonly currency: CurrencyCode;
        }[];
        readonly ids: Ids;
        readonly by: Id;
        readonly at: Instant;
      },
    ): Promise<Id[]> {
      const { bookId, wanted, ids, by, at } = book;
      if (wanted.length === 0) return [];
      const keys = new Map(wanted.map((account) => [keyOf(account), account]));
      const existing = await tx
        .select({ id: accounts.id, system: accounts.system, currency: accounts.currency })
        .from(accounts)
        .where(and(eq(accounts.bookId, bookId), isNotNull(accounts.system)));
      const found = new Map(existing.map((account) => [keyOf(account), account.id]));
      const missing = [...keys].filter(([key]) => !found.has(key));
      const made = missing.map(([key, { system, currency }]) => {
        const id = ids.next();
        found.set(key, id);
        return {
          ...{ id, bookId, system, currency, name: system, openingDate: utcDayOf(at) },
          kind: "other" as const,
          ...{ version: 1, createdBy: by, createdAt: at, updatedAt: at },
        };
      });
      if (made.length > 0) await tx.insert(accounts).values(made);
      return wanted.map((account) => found.get(keyOf(account)) as Id);
    },

    async insert(tx: Tx, account: typeof accounts.$inferInsert): Promise<void> {
      await tx.insert(accounts).values(account);
    },

    /** The account as it is now; the book is locked by the caller. */
    async change(
      tx: Tx,
      id: Id,
      changes: Partial<
        Pick<
          StoredAccount,
          "name" | "kind" | "externalCode" | "openingDate" | "currency" | "archivedAt"
        >
      >,
      at: Instant,
    ): Promise<void> {
      await tx
        .update(accounts)
        .set({ ...changes, updatedAt: at, version: sql`${accounts.version} + 1` })
        .where(eq(accounts.id, id));
    },

    /** With its opening balances, void ones too; nothing else may refer to it, and no posting. */
    async remove(tx: Tx, id: Id): Promise<void> {
      await tx
        .delete(transactions)
        .where(and(eq(transactions.accountId, id), eq(transactions.kind, "opening")));
      await tx.delete(accounts).where(eq(accounts.id, id));
    },

    /** Of the book, archived ones too. */
    async countInBook(reader: Reader, bookId: Id): Promise<number> {
      return reader.$count(accounts, and(eq(accounts.bookId, bookId), isNull(accounts.system)));
    },

    /** Whether another account of the book has the code; null is nobody's. */
    async isCodeTaken(
      reader: Reader,
      asked: { readonly bookId: Id; readonly code: string | null; readonly except: Id },
    ): Promise<boolean> {
      if (asked.code === null) return false;
      const [found] = await reader
        .select({ id: accounts.id })
        .from(accounts)
        .where(
          and(
            eq(accounts.bookId, asked.bookId),
            eq(accounts.externalCode, asked.code),
            ne(accounts.id, asked.except),
          ),
        );
      return found !== undefined;
    },

    /** The id of the opening transaction that counts; an opening balance of zero has none. */
    async openingTransaction(reader: Reader, accountId: Id): Promise<Id | undefined> {
      const [row] = await reader
        .select({ id: transactions.id })
        .from(transactions)
        .where(isOpeningOf(accountId));
      return row?.id;
    },

    /**
     * Whether anything but its opening balance speaks of it: transactions, void ones too, what they were before they
     * were moved to other accounts, and imports. The book is locked by the caller, so that it stays so.
     */
    async hasHistory(
      tx: Tx,
      { id, bookId }: Pick<StoredAccount, "id" | "bookId">,
    ): Promise<boolean> {
      const [row] = await tx.execute<{ used: boolean }>(sql`
        select exists (select from ${transactions} where account_id = ${id} and kind <> 'opening')
          or exists (select from ${transactions} where to_account_id = ${id})
          or exists (select from ${imports} where account_id = ${id})
          or exists (select from ${transactionChanges}
            where ${transactionChanges.bookId} = ${bookId} and ${leftAnAccount(transactionChanges)}
              and ${id} in (${transactionChanges.before}->>'accountId', ${transactionChanges.before}#>>'{transfer,accountId}'))
          as used`);
      return row?.used ?? false;
    },

    /** Whose plan counts: the book's owner, of several the first. */
    async ownerOf(reader: Reader, bookId: Id): Promise<Id | undefined> {
      const [row] = await reader
        .select({ userId: bookMembers.userId })
        .from(bookMembers)
        .where(and(eq(bookMembers.bookId, bookId), eq(bookMembers.role, "owner")))
        .orderBy(asc(bookMembers.addedAt), asc(bookMembers.userId))
        .limit(1);
      return row?.userId;
    },

    /** Accounts that are not archived, in all books that the user owns. */
    async countActive(reader: Reader, userId: Id): Promise<number> {
      const [row] = await reader
        .select({ active: sql<number>`count(*)::int` })
        .from(accounts)
        .innerJoin(
          bookMembers,
          and(
            eq(bookMembers.bookId, accounts.bookId),
            eq(bookMembers.userId, userId),
            eq(bookMembers.role, "owner"),
          ),
        )
        .where(and(isNull(accounts.system), isNull(accounts.archivedAt)));
      return row?.active ?? 0;
    },

    /** One at a time adds to the active accounts of a user; held to the end of the transaction. After the book's lock. */
    async lockOwner(tx: Tx, userId: Id): Promise<void> {
      await tx.execute(
        sql`select pg_advisory_xact_lock(hashtextextended(${`ledger.accounts ${userId}`}, 0))`,
      );
    },
  };
}

// Constants, not parameters: a partial index is not used for a parameter.
const openings = alias(transactions, "openings");

const selectRows = (reader: Reader) =>
  reader
    .select({
      account: accounts,
      balance: accountBalances.balance,
      openingBalance: openings.amount,
    })
    .from(accounts)
    .leftJoin(accountBalances, eq(accountBalances.accountId, accounts.id))
    .leftJoin(
      openings,
      and(
        eq(openings.accountId, accounts.id),
        sql`${openings.kind} = 'opening'`,
        isNull(openings.voidedAt),
      ),
    )
    .$dynamic();

const toRow = (row: {
  account: StoredAccount;
  balance: DecimalString | null;
  openingBalance: DecimalString | null;
}): AccountRow => ({
  ...row.account,
  balance: row.balance ?? zero,
  openingBalance: row.openingBalance ?? zero,
});

const isOpeningOf = (accountId: Id) =>
  and(
    eq(transactions.accountId, accountId),
    sql`${transactions.kind} = 'opening'`,
    isNull(transactions.voidedAt),
  );

const keyOf = (account: { readonly system: string | null; readonly currency: string }) =>
  `${account.system} ${account.currency}`;

const isOneOf = (column: AnyPgColumn, ids: readonly Id[]) =>
  sql`${column} = any(select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)::uuid)`;
