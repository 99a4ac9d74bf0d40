import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

type Totals = {
  readonly count: number;
  readonly more: boolean;
  readonly totals: readonly object[];
};

const strangersId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
let api: TestApp;
let user: LedgerUser;
let food: string;
let home: string;
beforeAll(async () => {
  api = await openTestApp();
  user = await ledgerUser(api);
  const [euro, savings, yen] = [
    await user.addAccount("EUR"),
    await user.addAccount("EUR"),
    await user.addAccount("JPY"),
  ];
  [food, home] = [await user.addCategory("expense"), await user.addCategory("expense")];
  const amount = (text: string) => ({ amount: text, currency: "EUR" });
  const date = "2026-01-10";
  await user.record({ kind: "income", accountId: euro, date, amount: amount("1000.00") });
  await user.record({
    kind: "expense",
    accountId: euro,
    date,
    amount: amount("0.10"),
    categoryId: food,
  });
  await user.record({
    ...{ kind: "expense", accountId: euro, date: "2026-01-11", amount: amount("0.20") },
    splits: [
      { categoryId: food, amount: { amount: "0.05", currency: "EUR" } },
      { categoryId: home, amount: { amount: "0.15", currency: "EUR" } },
    ],
  });
  // A refund: an income in the category of the expense.
  await user.record({
    kind: "income",
    accountId: euro,
    date,
    amount: amount("0.03"),
    categoryId: food,
  });
  await user.record({
    kind: "transfer",
    accountId: euro,
    toAccountId: savings,
    date,
    amount: amount("500.00"),
  });
  await user.record({
    kind: "expense",
    accountId: yen,
    date,
    amount: { amount: "1200", currency: "JPY" },
  });
});
afterAll(() => api.close());

const totals = <T = Totals>(query: Record<string, string> = {}, client = user) =>
  client.get<T>(`/v1/transactions/totals?${new URLSearchParams(query)}`);

const totalIn = (currency: string, income: string, expense: string, net: string) => ({
  currency,
  income: { amount: income, currency },
  expense: { amount: expense, currency },
  net: { amount: net, currency },
});

describe("200", () => {
  test("counts everything and adds up each currency by itself, exactly; a transfer is neither", async () => {
    expect((await totals()).body).toEqual({
      count: 6,
      more: false,
      totals: [totalIn("EUR", "1000.03", "0.30", "999.73"), totalIn("JPY", "0", "1200", "-1200")],
    });
  });

  test("adds of a split transaction what is in the category, and takes a refund for what it is", async () => {
    expect((await totals({ categoryId: food })).body).toEqual({
      count: 3,
      more: false,
      totals: [totalIn("EUR", "0.03", "0.15", "-0.12")],
    });
    expect((await totals({ categoryId: home, search: "nothing" })).body).toEqual({
      count: 0,
      more: false,
      totals: [],
    });
  });

  test("counts transfers that come to nothing", async () => {
    expect((await totals({ kind: "transfer" })).body).toEqual({
      count: 1,
      more: false,
      totals: [],
    });
  });

  test("is empty for whoever has recorded nothing", async () => {
    const newcomer = await ledgerUser(api);
    expect((await totals({}, newcomer)).body).toEqual({ count: 0, more: false, totals: [] });
  });

  test("adds amounts up that together have more digits than one may have", async () => {
    const rich = await ledgerUser(api);
    const account = await rich.addAccount("EUR");
    const amount = { amount: `${"9".repeat(18)}.99`, currency: "EUR" };
    for (const kind of ["income", "income"] as const)
      await rich.record({ kind, accountId: account, date: "2026-01-01", amount });
    const { status, body } = await totals({}, rich);
    expect([status, body.totals]).toEqual([
      200,
      [totalIn("EUR", `1${"9".repeat(18)}.98`, "0.00", `1${"9".repeat(18)}.98`)],
    ]);
  });
});

describe("401", () => {
  test("without a token", async () => {
    expect((await api.get("/v1/transactions/totals")).status).toBe(401);
  });
});

describe("404", () => {
  test("for a book, account or category of somebody else", async () => {
    const other = await ledgerUser(api);
    expect((await totals({ bookId: other.bookId })).status).toBe(404);
    expect((await totals({ accountId: await other.addAccount() })).status).toBe(404);
    expect((await totals({ categoryId: await other.addCategory("expense") })).status).toBe(404);
    expect((await totals({ importId: strangersId })).status).toBe(404);
  });
});

describe("422", () => {
  test("for what only lists have", async () => {
    expect((await totals({ limit: "10" })).status).toBe(422);
    expect((await totals({ cursor: "abc" })).status).toBe(422);
  });

  test("for a faulty filter", async () => {
    expect((await totals({ from: "2026-02-01", to: "2026-01-01" })).status).toBe(422);
  });
});
