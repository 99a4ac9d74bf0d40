import type {
  AccountKind,
  Book,
  BookRole,
  CategoryKind,
  Transaction,
} from "#modules/ledger/contract";
import { accounts, bookMembers, categories } from "#modules/ledger/storage/tables";
import { systemContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import { systemIds } from "#platform/system";
import { type NewUser, signedInUser } from "./identity.ts";
import type { TestApp } from "./test-app.ts";

const ctx = systemContext("test:ledger", "test");

export type LedgerUser = Awaited<ReturnType<typeof ledgerUser>>;

/** A user with a default book; accounts and categories appear as the tables know them, whatever the plan allows. */
export async function ledgerUser(api: TestApp, asked: NewUser = {}) {
  const client = await signedInUser(api, asked);
  const { body } = await client.get<{ items: readonly Book[] }>("/v1/books");
  const [book] = body.items;
  if (!book) throw new Error("a user has no book");
  const bookId = book.id;
  const userId = client.user.id;

  async function addAccount(
    currency = "EUR",
    options: { readonly kind?: AccountKind; readonly name?: string; readonly bookId?: Id } = {},
  ): Promise<Id> {
    const id = systemIds.next();
    const at = api.clock.now();
    const { kind = "checking", name = `Account in ${currency}` } = options;
    await api.db.transact(ctx, async (tx) => {
      await tx.insert(accounts).values({
        ...{ id, bookId: options.bookId ?? bookId, kind, name },
        ...{ currency: currency as CurrencyCode, openingDate: "2020-01-01" as LocalDate },
        ...{ version: 1, createdBy: userId, createdAt: at, updatedAt: at },
      });
    });
    return id;
  }

  async function addCategory(
    kind: CategoryKind,
    name = "Test",
    options: { readonly parentId?: Id } = {},
  ): Promise<Id> {
    const id = systemIds.next();
    const at = api.clock.now();
    const { parentId = null } = options;
    await api.db.transact(ctx, async (tx) => {
      await tx.insert(categories).values({
        ...{ id, bookId, kind, name, parentId, isUncategorised: false },
        ...{ version: 1, createdAt: at, updatedAt: at },
      });
    });
    return id;
  }

  return {
    ...client,
    bookId,
    addAccount,
    addCategory,

    /** The book's own category for what has no other. */
    async uncategorised(kind: CategoryKind): Promise<Id> {
      const [row] = await api.sql<{ id: Id }[]>`
        select id from ledger.categories where book_id = ${bookId} and kind = ${kind} and is_uncategorised`;
      if (!row) throw new Error("the book has no such category");
      return row.id;
    },

    /** Through the API; fails unless it was recorded. */
    async record(body: RecordedBody): Promise<Transaction> {
      const answer = await client.post<Transaction>("/v1/transactions", body);
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      return answer.body;
    },

    /** Lets somebody else into the book. */
    async share(other: { readonly user: { readonly id: Id } }, role: BookRole): Promise<void> {
      await api.db.transact(ctx, async (tx) => {
        await tx
          .insert(bookMembers)
          .values({ bookId, userId: other.user.id, role, addedAt: api.clock.now() });
      });
    },

    async archiveAccount(id: Id): Promise<void> {
      await api.sql`update ledger.accounts set archived_at = ${api.clock.now()} where id = ${id}`;
    },
    async archiveCategory(id: Id): Promise<void> {
      await api.sql`update ledger.categories set archived_at = ${api.clock.now()} where id = ${id}`;
    },
    /** Null = all open. */
    async closeThrough(day: string | null): Promise<void> {
      await api.sql`update ledger.book_states set closed_through = ${day} where book_id = ${bookId}`;
    },

    /** As it is kept; "0" when nothing was ever posted. */
    async balance(accountId: Id): Promise<string> {
      const [row] = await api.sql<{ balance: string }[]>`
        select balance::text from ledger.account_balances where account_id = ${accountId}`;
      return row?.balance ?? "0";
    },
  };
}

/** The body of POST /v1/transactions, as a client types it. */
export type RecordedBody = {
  readonly kind: "income" | "expense" | "transfer";
  readonly date: string;
  readonly accountId: string;
  readonly amount: { readonly amount: string; readonly currency: string };
  readonly categoryId?: string | null;
  readonly splits?: readonly {
    readonly categoryId: string;
    readonly amount: { readonly amount: string; readonly currency: string };
    readonly note?: string;
  }[];
  readonly toAccountId?: string;
  readonly toAmount?: { readonly amount: string; readonly currency: string };
  readonly payee?: string;
  readonly note?: string;
  readonly tags?: readonly string[];
  readonly documentNumber?: string;
  readonly taxRate?: string;
  readonly cleared?: boolean;
  readonly externalId?: string;
};

/** `{"if-match": "\"3\""}`. */
export const ifMatch = (version: number): Record<string, string> => ({
  "if-match": `"${version}"`,
});

/**
 * What is wrong with the sums of a book, as its postings tell: nothing, or a line for each fault. Transactions that do not
 * sum to zero, void ones with postings, others without, balances, months and days that are not the fold of postings.
 */
export async function faultsOf(api: Pick<TestApp, "sql">, bookId: Id): Promise<string[]> {
  const rows = await api.sql<{ fault: string }[]>`
    with posted as (
      select p.*, t.voided_at from ledger.postings p
      join ledger.transactions t on t.id = p.transaction_id where t.book_id = ${bookId}
    )
    select 'not zero: ' || transaction_id || ' ' || currency as fault from posted
    group by transaction_id, currency having sum(amount) <> 0
    union all select 'posted though void: ' || transaction_id from posted where voided_at is not null
    union all select 'not posted: ' || id from ledger.transactions t
    where book_id = ${bookId} and voided_at is null
      and not exists (select from ledger.postings p where p.transaction_id = t.id)
    union all select 'another day: ' || t.id from posted p join ledger.transactions t on t.id = p.transaction_id
    where t.date <> p.date or p.book_id <> t.book_id
    union all select 'another currency: ' || p.transaction_id from posted p
    join ledger.accounts a on a.id = p.account_id where a.currency <> p.currency or a.book_id <> ${bookId}
    union all select 'balance: ' || a.id from ledger.accounts a
    left join (select account_id, sum(amount) as total from posted group by 1) s on s.account_id = a.id
    left join ledger.account_balances b on b.account_id = a.id
    where a.book_id = ${bookId} and coalesce(b.balance, 0) <> coalesce(s.total, 0)
    union all select 'month: ' || coalesce(m.month, s.month) from (
      select account_id, date_trunc('month', date)::date as month, sum(amount) as total
      from posted where account_id is not null group by 1, 2) s
    full join (select * from ledger.account_months where book_id = ${bookId}) m
      on m.account_id = s.account_id and m.month = s.month
    where coalesce(m.amount, 0) <> coalesce(s.total, 0)
    union all select 'day: ' || coalesce(d.date, s.date) from (
      select account_id, date, sum(amount) as total
      from posted where account_id is not null group by 1, 2) s
    full join (select * from ledger.account_days where book_id = ${bookId}) d
      on d.account_id = s.account_id and d.date = s.date
    where coalesce(d.amount, 0) <> coalesce(s.total, 0)`;
  return rows.map(({ fault }) => fault);
}
