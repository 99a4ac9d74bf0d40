import { sql } from "drizzle-orm";
import { pgSchema, uuid } from "drizzle-orm/pg-core";
import postgres from "postgres";
import { decimal, instant } from "#platform/db/columns";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import type { ModuleSchema, Tx } from "#platform/db/database";
import { type DatabaseLayout, mainLayout } from "#platform/db/layout";
import { migrate } from "#platform/db/migrate";
import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import { parseInstant } from "#platform/kernel/time";
import { systemIds } from "#platform/system";
import { openTestDatabase } from "./test-database.ts";
import { testRoleNames } from "./test-templates.ts";

/** A module of the tests' own: accounts with a balance, and the postings that made it. */
export const till = pgSchema("till");
export const accounts = till.table("accounts", {
  id: uuid("id").$type<Id>().primaryKey(),
  bookId: uuid("book_id").$type<Id>().notNull(),
  balance: decimal("balance").notNull(),
});
export const postings = till.table("postings", {
  id: uuid("id").$type<Id>().primaryKey(),
  accountId: uuid("account_id")
    .$type<Id>()
    .notNull()
    .references(() => accounts.id),
  amount: decimal("amount").notNull(),
  postedAt: instant("posted_at").notNull(),
});

export const tillSchema: ModuleSchema = {
  name: "till",
  tables: { accounts: "full", postings: "keys" },
};
export const fixtureMigrations = new URL("../fixtures/migrations", import.meta.url).pathname;
export const tillLayout: DatabaseLayout = {
  ...mainLayout([]),
  schemas: [tillSchema],
  migrationsRoot: fixtureMigrations,
  audited: false, // the other modules' tables stand beside it
};

export type Till = Awaited<ReturnType<typeof openTill>>;

/** A test database with the till's tables. */
export async function openTill(options: Parameters<typeof openTestDatabase>[0] = {}) {
  const opened = await openTestDatabase(options);
  await migrate({
    connection: parseConnection(opened.ownerUrl),
    layout: tillLayout,
    roles: testRoleNames,
  });
  const { read } = opened.database;
  const owner = postgres({
    ...postgresJsOptions(parseConnection(opened.ownerUrl)),
    max: 1,
    onnotice: () => {},
  });
  return {
    ...opened,
    owner,
    async close() {
      await owner.end();
      await opened.close();
    },
    async addAccount(bookId: Id = systemIds.next(), balance = "0"): Promise<Id> {
      const id = systemIds.next();
      await opened.database.transact(context(), async (tx) => {
        await tx.insert(accounts).values({ id, bookId, balance: balance as DecimalString });
      });
      return id;
    },
    async balanceOf(account: Id): Promise<string | undefined> {
      const [row] = await read
        .select({ balance: accounts.balance })
        .from(accounts)
        .where(sql`id = ${account}`);
      return row?.balance;
    },
    countPostings: () => read.$count(postings),
    countRecords: async () =>
      Number(
        (
          await read.execute<{ n: string }>(
            sql`select count(*) as n from platform.idempotency_keys`,
          )
        )[0]?.n,
      ),
  };
}

const postedAt = parseInstant("2026-01-02T03:04:05.600Z");

/** Adds to a balance and posts it, in an open transaction. */
export async function post(tx: Tx, accountId: Id, amount: string): Promise<void> {
  await tx.execute(
    sql`update till.accounts set balance = balance + ${amount}::numeric where id = ${accountId}`,
  );
  await tx.insert(postings).values({
    id: systemIds.next(),
    accountId,
    amount: amount as DecimalString,
    postedAt,
  });
}

/** One statement: moves `amount` between two accounts of a book; nothing at all unless both are in it. */
export function transfer(bookId: Id, from: Id, to: Id, amount: string) {
  const lines = sql`(values
    (${systemIds.next()}::uuid, ${from}::uuid, -${amount}::numeric),
    (${systemIds.next()}::uuid, ${to}::uuid, ${amount}::numeric)) line (id, account_id, amount)`;
  return sql`l as (
      select id from till.accounts
      where id = any(${sql.param([from, to])}::uuid[]) and book_id = ${bookId} order by id for update
    ), ok as (
      select 1 from l having count(*) = 2
    ), posted as (
      insert into till.postings (id, account_id, amount, posted_at)
      select line.id, line.account_id, line.amount, ${postedAt}::timestamptz from ok, ${lines} returning id
    ), moved as (
      update till.accounts a set balance = a.balance + line.amount from ok, ${lines}
      where a.id = line.account_id returning a.id, a.balance
    ), result as (
      select (select count(*) from posted)::int as "postings",
        (select balance::text from moved where id = ${to}) as "balance", ${postedAt}::timestamptz as "at"
      from ok
    )`;
}

/** A request of its own each time. */
export const context = (claim?: {
  readonly key: string;
  readonly fingerprint?: string;
  readonly secret?: boolean;
}) => ({
  actor: { type: "system", name: "test" } as const,
  requestId: systemIds.next() as string,
  operation: "postAmount",
  ...(claim && {
    idempotency: {
      scope: "system:test POST /v1/postings",
      key: claim.key,
      fingerprint: claim.fingerprint ?? "f1",
      ...(claim.secret !== undefined && { secret: claim.secret }),
    },
  }),
});
