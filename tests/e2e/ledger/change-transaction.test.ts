import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Transaction } from "#modules/ledger/contract";
import type { Id } from "#platform/kernel/ids";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { faultsOf, ifMatch, type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const nobodysId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
let api: TestApp;
let user: LedgerUser;
let account: Id;
let food: Id;
let rent: Id;
let before: Transaction;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());
beforeEach(async () => {
  user = await ledgerUser(api);
  account = await user.addAccount("EUR");
  food = await user.addCategory("expense", "Food");
  rent = await user.addCategory("expense", "Rent");
  before = await user.record({
    ...{ kind: "expense", date: "2026-09-01", accountId: account, amount: eur("12.50") },
    ...{ categoryId: food, payee: "Migros", note: "lunch", tags: ["a"], externalId: "b-1" },
  });
});

const eur = (amount: string) => ({ amount, currency: "EUR" });
const pathOf = ({ id }: { readonly id: string }) => `/v1/transactions/${id}`;
const patch = (body: unknown, version = before.version, of: Transaction = before) =>
  user.patch<Transaction>(pathOf(of), body, ifMatch(version));
async function changed(body: unknown, of: Transaction = before): Promise<Transaction> {
  const answer = await patch(body, of.version, of);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
  expect(await faultsOf(api, user.bookId)).toEqual([]);
  return answer.body;
}
async function refused(body: unknown, of: Transaction = before) {
  const answer = await patch(body, of.version, of);
  expect((await user.get<Transaction>(pathOf(of))).body).toEqual(of);
  return answer;
}

describe("200", () => {
  test("changes nothing where nothing is named", async () => {
    const { updatedAt: _, ...same } = before;
    expect(await changed({})).toMatchObject({ ...same, version: 2 });
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });

  test("changes what is named and nothing else, with a new version", async () => {
    api.clock.advance(60);
    const answer = await patch({ payee: "Coop", tags: ["b", "c"] });
    expect([answer.status, answer.headers.get("etag")]).toEqual([200, '"2"']);
    expect(answer.body).toEqual({
      ...before,
      ...{ payee: "Coop", tags: ["b", "c"], version: 2, updatedAt: api.clock.now() },
    });
    expect((await user.get<Transaction>(pathOf(before))).body).toEqual(answer.body);
  });

  test("null empties", async () => {
    const after = await changed({ payee: null, note: null, tags: [], externalId: null });
    expect(after).toMatchObject({ payee: null, note: null, tags: [], externalId: null });
    expect(after.splits).toEqual(before.splits);
  });

  test("a new amount changes the balance and the only split", async () => {
    const after = await changed({ amount: eur("20") });
    expect<object>(after.amount).toEqual(eur("20.00"));
    expect<object>(after.splits).toEqual([
      { categoryId: food, amount: { amount: "20.00", currency: "EUR" }, note: null },
    ]);
    expect(await user.balance(account)).toBe("-20.00");
  });

  test("another account, another day, another category", async () => {
    const other = await user.addAccount("EUR");
    await changed({ accountId: other, date: "2026-08-15", categoryId: rent });
    expect([await user.balance(account), await user.balance(other)]).toEqual(["0.00", "-12.50"]);
  });

  test("an account in another currency, together with its amount", async () => {
    const lira = await user.addAccount("TRY");
    await changed({ accountId: lira, amount: { amount: "600.00", currency: "TRY" } });
    expect([await user.balance(account), await user.balance(lira)]).toEqual(["0.00", "-600.00"]);
  });

  test("one category becomes splits, and one again; without any it is uncategorised", async () => {
    const splits = [
      { categoryId: rent, amount: { amount: "10.00", currency: "EUR" }, note: "half" },
      { categoryId: food, amount: { amount: "2.50", currency: "EUR" }, note: null },
    ];
    const split = await changed({ splits });
    expect<object>(split.splits).toEqual(splits);
    const whole = await changed({ categoryId: rent }, split);
    expect<object>(whole.splits).toEqual([
      { categoryId: rent, amount: { amount: "12.50", currency: "EUR" }, note: null },
    ]);
    const none = await changed({ categoryId: null }, whole);
    expect(none.splits[0]?.categoryId).toBe(await user.uncategorised("expense"));
  });

  test("an expense becomes an income, and a transfer, and an expense again", async () => {
    const income = await changed({ kind: "income" });
    expect(income.splits[0]?.categoryId).toBe(await user.uncategorised("income"));
    expect(await user.balance(account)).toBe("12.50");
    const other = await user.addAccount("EUR");
    const transfer = await changed({ kind: "transfer", toAccountId: other }, income);
    expect(transfer).toMatchObject({ splits: [], transfer: { accountId: other } });
    expect([await user.balance(account), await user.balance(other)]).toEqual(["-12.50", "12.50"]);
    const expense = await changed({ kind: "expense", categoryId: food }, transfer);
    expect(expense.transfer).toBeNull();
    expect([await user.balance(account), await user.balance(other)]).toEqual(["-12.50", "0.00"]);
  });

  test("a transfer between currencies keeps what arrived unless told otherwise", async () => {
    const lira = await user.addAccount("TRY");
    const made = await user.record({
      ...{ kind: "transfer", date: "2026-09-01", accountId: account, amount: eur("10.00") },
      ...{ toAccountId: lira, toAmount: { amount: "480.00", currency: "TRY" } },
    });
    const first = await changed({ amount: eur("9.60") }, made);
    expect(first.transfer).toMatchObject({ amount: { amount: "480.00" }, rate: "50" });
    const second = await changed({ toAmount: { amount: "490.00", currency: "TRY" } }, first);
    expect(second.transfer).toMatchObject({ amount: { amount: "490.00" } });
    const euros = await user.addAccount("EUR");
    const third = await changed({ toAccountId: euros, toAmount: null }, second);
    expect(third.transfer).toMatchObject({ amount: eur("9.60"), rate: "1" });
    expect([await user.balance(lira), await user.balance(euros)]).toEqual(["0.00", "9.60"]);
  });

  test("a transfer within a currency takes a new amount on both sides", async () => {
    const other = await user.addAccount("EUR");
    const made = await user.record({
      ...{ kind: "transfer", date: "2026-09-01", accountId: account, amount: eur("10.00") },
      toAccountId: other,
    });
    const after = await changed({ amount: eur("11.00") }, made);
    expect<object | undefined>(after.transfer?.amount).toEqual(eur("11.00"));
    expect(await user.balance(other)).toBe("11.00");
  });

  test("what an archived account or category already has may be described anew", async () => {
    await user.archiveAccount(account);
    await user.archiveCategory(food);
    await changed({ note: "dinner" });
  });

  test("its own external id is not taken", async () => {
    await changed({ externalId: "b-1", note: "again" });
  });

  test("it is found by its new words, not by its old ones", async () => {
    await changed({ payee: "Bäckerei" });
    const found = async (word: string) => {
      const path = `/v1/transactions?search=${encodeURIComponent(word)}`;
      return (await user.get<{ items: readonly unknown[] }>(path)).body.items.length;
    };
    expect([await found("baeckerei"), await found("Migros")]).toEqual([1, 0]);
  });
});

test("403: viewers change nothing", async () => {
  const viewer = await ledgerUser(api);
  await user.share(viewer, "viewer");
  const answer = await viewer.patch(pathOf(before), { note: "x" }, ifMatch(1));
  expectProblem(answer, 403, "ledger.read_only");
});

describe("404", () => {
  test("somebody else's transaction, or none", async () => {
    const stranger = await ledgerUser(api);
    for (const id of [before.id, nobodysId])
      expectProblem(
        await stranger.patch(pathOf({ id }), { note: "x" }, ifMatch(1)),
        404,
        "ledger.transaction_not_found",
      );
  });

  test("somebody else's account or category", async () => {
    const stranger = await ledgerUser(api);
    const theirs = await stranger.addAccount("EUR");
    const category = await stranger.addCategory("expense");
    expectProblem(await refused({ accountId: theirs }), 404, "ledger.account_not_found");
    expectProblem(await refused({ categoryId: category }), 404, "ledger.category_not_found");
    const splits = [
      { categoryId: food, amount: { amount: "12.00", currency: "EUR" } },
      { categoryId: category, amount: { amount: "0.50", currency: "EUR" } },
    ];
    expectProblem(await refused({ splits }), 404, "ledger.category_not_found");
    const asTransfer = { kind: "transfer", toAccountId: theirs };
    expectProblem(await refused(asTransfer), 404, "ledger.account_not_found");
  });
});

describe("409", () => {
  test("from or to a closed day", async () => {
    await user.closeThrough("2026-08-31");
    expectProblem(await refused({ date: "2026-08-31" }), 409, "ledger.period_closed");
    await user.closeThrough("2026-09-01");
    expectProblem(await refused({ date: "2026-09-02" }), 409, "ledger.period_closed");
    expectProblem(await refused({ note: "x" }), 409, "ledger.period_closed");
  });

  test("a void one", async () => {
    const answer = await user.post<Transaction>(`${pathOf(before)}/void`, {}, ifMatch(1));
    expectProblem(await refused({ note: "x" }, answer.body), 409, "ledger.transaction_voided");
  });

  test("the money of an archived account, and archived things that it did not have", async () => {
    const [other, old] = [await user.addAccount("EUR"), await user.addCategory("expense")];
    await user.archiveAccount(other);
    await user.archiveCategory(old);
    expectProblem(await refused({ accountId: other }), 409, "ledger.account_archived");
    expectProblem(await refused({ categoryId: old }), 409, "ledger.category_archived");
    await user.archiveAccount(account);
    expectProblem(await refused({ amount: eur("1.00") }), 409, "ledger.account_archived");
    expectProblem(await refused({ date: "2026-09-02" }), 409, "ledger.account_archived");
  });

  test("an external id that the account has already", async () => {
    const other = await user.record({
      ...{ kind: "expense", date: "2026-09-01", accountId: account, amount: eur("1.00") },
      externalId: "b-2",
    });
    expectProblem(await refused({ externalId: "b-1" }, other), 409, "ledger.external_id_taken");
  });
});

describe("412 and 428", () => {
  test("another version", async () => {
    await changed({ note: "first" });
    const answer = await patch({ note: "second" });
    expectProblem(answer, 412, "ledger.version_changed");
    expect((await user.get<Transaction>(pathOf(before))).body.note).toBe("first");
  });

  test("one of many that begin from the same version wins", async () => {
    const amounts = Array.from({ length: 10 }, (_, index) => `${index + 1}.00`);
    const answers = await Promise.all(amounts.map((amount) => patch({ amount: eur(amount) })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(412)]);
    const winner = answers.find(({ status }) => status === 200)?.body.amount.amount;
    expect(await user.balance(account)).toBe(`-${winner}`);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });

  test("no version", async () => {
    expectProblem(await user.patch(pathOf(before), { note: "x" }), 428, "precondition.required");
  });
});

describe("422", () => {
  test("the currency of another account", async () => {
    const lira = await user.addAccount("TRY");
    expectFaults(await refused({ accountId: lira }), ["/amount/currency"]);
    expectFaults(await refused({ amount: { amount: "1.00", currency: "TRY" } }), [
      "/amount/currency",
    ]);
  });

  test.each(["0", "-1.00", "1.001"])("an amount of %s", async (amount) => {
    expectFaults(await refused({ amount: eur(amount) }), ["/amount/amount"]);
  });

  test("a new amount of several splits that stay as they are", async () => {
    const splits = [
      { categoryId: rent, amount: { amount: "10.00", currency: "EUR" } },
      { categoryId: food, amount: { amount: "2.50", currency: "EUR" } },
    ];
    const split = await changed({ splits });
    expectFaults(await refused({ amount: eur("13.00") }, split), ["/splits"]);
  });

  test("a transfer's field on an expense, a category on a transfer", async () => {
    const other = await user.addAccount("EUR");
    expectFaults(await refused({ toAccountId: other }), ["/toAccountId"]);
    expectFaults(await refused({ kind: "transfer", toAccountId: other, categoryId: food }), [
      "/categoryId",
    ]);
    expectFaults(await refused({ kind: "transfer" }), ["/toAccountId"]);
  });

  test("what is no field", async () => {
    expectFaults(await refused({ balance: "5" }), ["/"]);
    expectFaults(await refused({ amount: null }), ["/amount"]);
    expectFaults(await refused({ kind: "opening" }), ["/kind"]);
  });
});
