import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Transaction } from "#modules/ledger/contract";
import type { Id } from "#platform/kernel/ids";
import { type AccountHolder, accountHolder } from "../../support/accounts.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let user: AccountHolder;
let ids: { account: Id; other: Id; expense: Transaction; transfer: Transaction; opening: Id };
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

const emptyLedger = async () => {
  await api.sql`delete from ledger.transactions`;
  await api.sql`delete from ledger.books`;
};
const verify = () => api.runCommand("ledger:verify");

beforeEach(async () => {
  await emptyLedger();
  user = await accountHolder(api);
  const account = await user.open({ openingBalance: { amount: "100", currency: "EUR" } });
  const other = await user.open({ currency: "USD" });
  const expense = await user.move(account, "2026-02-10", "-30");
  const transfer = await user.record({
    ...{ kind: "transfer", date: "2026-03-01", accountId: account.id, toAccountId: other.id },
    amount: { amount: "10.00", currency: "EUR" },
    toAmount: { amount: "11.00", currency: "USD" },
  });
  const [row] = await api.sql<
    { id: Id }[]
  >`select id from ledger.transactions where kind = 'opening'`;
  if (!row) throw new Error("there is no opening balance");
  ids = { account: account.id, other: other.id, expense, transfer, opening: row.id };
});

describe("finds nothing", () => {
  test("in an empty ledger, and in one that is whole", async () => {
    expect(await verify()).toEqual({ code: 0, lines: ["no differences"] });
    await emptyLedger();
    expect(await verify()).toEqual({ code: 0, lines: ["no differences"] });
  });

  test("amiss in sums of zero that nothing is posted to", async () => {
    await api.sql`insert into ledger.account_days (account_id, date, book_id, amount)
      values (${ids.account}, '2026-05-05', ${user.bookId}, 0)`;
    expect((await verify()).code).toBe(0);
  });
});

describe("reports, and ends with 1", () => {
  const broken: [string, () => Promise<unknown>, () => string[]][] = [
    [
      "a balance that is off",
      () =>
        api.sql`update ledger.account_balances set balance = balance + 0.01 where account_id = ${ids.account}`,
      () => [`account ${ids.account}: balance is kept as 60.01, its postings come to 60.00`],
    ],
    [
      "a balance that is gone",
      () => api.sql`delete from ledger.account_balances where account_id = ${ids.other}`,
      () => [`account ${ids.other}: balance is kept as 0, its postings come to 11.00`],
    ],
    [
      "a month that is off",
      () =>
        api.sql`update ledger.account_months set amount = 5 where account_id = ${ids.account} and month = '2026-02-01'`,
      () => [`account ${ids.account}: month 2026-02 is kept as 5, its postings come to -30.00`],
    ],
    [
      "a day that is there and should not be",
      () => api.sql`insert into ledger.account_days (account_id, date, book_id, amount)
        values (${ids.account}, '2026-05-05', ${user.bookId}, 1)`,
      () => [`account ${ids.account}: day 2026-05-05 is kept as 1, its postings come to 0`],
    ],
    [
      "postings that do not sum to zero",
      () => api.sql`update ledger.postings set amount = amount + 0.02
        where transaction_id = ${ids.expense.id} and category_id is not null`,
      () => [`transaction ${ids.expense.id}: its postings come to 0.02 EUR, not to zero`],
    ],
    [
      "a void transaction that is posted",
      () =>
        api.sql`update ledger.transactions set voided_at = created_at where id = ${ids.expense.id}`,
      () => [`transaction ${ids.expense.id}: is void and has postings`],
    ],
    [
      "a posting on another day",
      () => api.sql`update ledger.postings set date = '2026-02-11'
        where transaction_id = ${ids.expense.id} and category_id is not null`,
      () => [`transaction ${ids.expense.id}: has postings on another day`],
    ],
    [
      "an amount that its account did not get",
      () => api.sql`update ledger.transactions set amount = 31 where id = ${ids.expense.id}`,
      () => [`transaction ${ids.expense.id}: its account got 1.00 EUR too much`],
    ],
    [
      "the other side of a transfer",
      () => api.sql`update ledger.transactions set to_amount = 12 where id = ${ids.transfer.id}`,
      () => [`transaction ${ids.transfer.id}: its account got -1.00 USD too much`],
    ],
    [
      "an account of another currency",
      () => api.sql`update ledger.accounts set currency = 'TRY' where id = ${ids.other}`,
      () => [
        `transaction ${ids.transfer.id}: has postings in USD to an account of another currency`,
      ],
    ],
    [
      "a category of another book",
      async () => {
        const stranger = await accountHolder(api);
        await api.sql`update ledger.postings set category_id = ${await stranger.uncategorised("expense")}
          where transaction_id = ${ids.expense.id} and category_id is not null`;
      },
      () => [`transaction ${ids.expense.id}: has postings in another book`],
    ],
  ];
  test.each(broken)("%s", async (_what, breakIt, lines) => {
    await breakIt();
    expect(await verify()).toEqual({ code: 1, lines: [...lines(), "differences: 1"] });
  });

  test("a transaction whose postings are gone, with every sum that they were in", async () => {
    await api.sql`delete from ledger.postings where transaction_id = ${ids.expense.id}`;
    expect(await verify()).toEqual({
      code: 1,
      lines: [
        `transaction ${ids.expense.id}: has no postings`,
        `account ${ids.account}: balance is kept as 60.00, its postings come to 90.00`,
        `account ${ids.account}: day 2026-02-10 is kept as -30.00, its postings come to 0`,
        `account ${ids.account}: month 2026-02 is kept as -30.00, its postings come to 0`,
        "differences: 4",
      ],
    });
  });

  test("hidden accounts too", async () => {
    await api.sql`update ledger.account_balances set balance = 0
      where account_id in (select id from ledger.accounts where system = 'opening')`;
    const { code, lines } = await verify();
    expect([code, lines.length]).toEqual([1, 2]);
  });

  test("each of many, in more accounts than are looked at together", async () => {
    const made: Id[] = [];
    for (let count = 0; count < 120; count += 1) made.push(await user.addAccount());
    await api.sql`insert into ledger.account_balances (account_id, book_id, balance)
      select id, book_id, 1 from ledger.accounts where id = any(${made})`;
    const { code, lines } = await verify();
    expect([code, lines.at(-1)]).toEqual([1, "differences: 120"]);
    for (const id of made) expect(lines.filter((line) => line.includes(id))).toHaveLength(1);
  });
});

test("says how it is used", async () => {
  expect(await api.runCommand("ledger:verify", "all")).toEqual({
    code: 64,
    lines: ["It takes no words.", expect.stringContaining("usage: bun run ledger:verify")],
  });
});
