import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import type { Transaction } from "#modules/ledger/contract";
import { systemContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { systemIds } from "#platform/system";
import { eventually } from "../../support/eventually.ts";
import { expectProblem } from "../../support/http-statuses.ts";
import { faultsOf, type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const ctx = systemContext("test:ledger", "test");
let api: TestApp;
let user: LedgerUser;
let account: Id;
let category: Id;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());
beforeEach(async () => {
  user = await ledgerUser(api);
  account = await user.addAccount("EUR");
  category = await user.addCategory("expense");
});

const post = (more: object = {}) =>
  user.post<Transaction>("/v1/transactions", {
    ...{ kind: "expense", date: "2026-09-01", accountId: account, categoryId: category },
    ...{ amount: { amount: "12.50", currency: "EUR" }, ...more },
  });

/** What is asked while somebody else holds the book, and only answered when he has done `work` and let go. */
async function meanwhile<T>(work: string, ask: () => Promise<T>): Promise<T> {
  let asked: Promise<T> | undefined;
  await api.db.transact(ctx, async (tx) => {
    await tx.execute(
      `update ledger.book_states set revision = revision + 1 where book_id = '${user.bookId}'`,
    );
    asked = ask();
    await eventually("somebody waits for the book", async () => {
      const [row] = await api.sql`select count(distinct l.pid)::int as waiting
        from pg_locks l join pg_stat_activity a using (pid)
        where not l.granted and a.datname = current_database()`;
      return row?.["waiting"] === 1;
    });
    await tx.execute(work);
  });
  if (!asked) throw new Error("nothing was asked");
  return asked;
}

const archive = (table: string, id: Id) =>
  `update ledger.${table} set archived_at = now(), version = version + 1 where id = '${id}'`;

test("an account or category that is archived while the book is waited for takes nothing", async () => {
  expectProblem(
    await meanwhile(archive("accounts", account), post),
    409,
    "ledger.account_archived",
  );
  account = await user.addAccount("EUR");
  expectProblem(
    await meanwhile(archive("categories", category), post),
    409,
    "ledger.category_archived",
  );
  expect(await user.balance(account)).toBe("0");
});

test("a day that is closed while the book is waited for stays as it is", async () => {
  const close = `update ledger.book_states set closed_through = '2026-09-01' where book_id = '${user.bookId}'`;
  expectProblem(await meanwhile(close, post), 409, "ledger.period_closed");
  expect(await user.balance(account)).toBe("0");
});

test("a category that is made while the book is waited for is found", async () => {
  const id = systemIds.next();
  const make = `insert into ledger.categories (id, book_id, kind, name, is_uncategorised, version, created_at, updated_at)
    values ('${id}', '${user.bookId}', 'expense', 'New', false, 1, now(), now())`;
  const answer = await meanwhile(make, () => post({ categoryId: id }));
  expect([answer.status, answer.body.splits?.[0]?.categoryId]).toEqual([201, id]);
});

test("a member who is put out while the book is waited for is at worst the last time a member", async () => {
  const answer = await meanwhile(
    `delete from ledger.book_members where book_id = '${user.bookId}'`,
    post,
  );
  expect([201, 404]).toContain(answer.status);
  expect((await post()).status).toBe(404);
  expect(await faultsOf(api, user.bookId)).toEqual([]);
});

test("what a transaction was recorded with is one transaction of the database", async () => {
  const { body } = await post();
  const [row] = await api.sql`select count(distinct xmin::text)::int as transactions from (
    select xmin from ledger.transactions where id = ${body.id}
    union all select xmin from ledger.postings where transaction_id = ${body.id}
    union all select xmin from ledger.account_balances where account_id = ${account}
    union all select xmin from ledger.account_months where account_id = ${account}
    union all select xmin from ledger.account_days where account_id = ${account}) rows`;
  expect(row?.["transactions"]).toBe(1);
});
