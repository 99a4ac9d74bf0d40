import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type AccountHolder, accountHolder, importRates } from "../../support/accounts.ts";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

type Money = { readonly amount: string; readonly currency: string };
type Item = {
  readonly categoryId: string | null;
  readonly parentId: string | null;
  readonly name: string | null;
  readonly amount: Money;
  readonly transactions: number;
};
type Spending = {
  readonly items: readonly Item[];
  readonly others: {
    readonly groups: number;
    readonly amount: Money;
    readonly transactions: number;
  } | null;
  readonly total: Money;
  readonly unconverted: readonly Money[];
};

const path = "/v1/insights/spending";
const march = "&from=2026-03-01&to=2026-03-31";
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
  await importRates(api, { "2026-03-05": { EUR: "0.5" }, "2026-03-06": { EUR: "0.8" } });
});
afterAll(() => api.close());

async function household() {
  const user = await accountHolder(api);
  await user.patch(`/v1/books/${user.bookId}`, { baseCurrency: "USD" }, ifMatch(1));
  const [usd, eur] = [await user.open({ currency: "USD" }), await user.open()];
  return { user, usd, eur };
}
const ask = async (user: AccountHolder, query: string) =>
  (await user.get<Spending>(`${path}?${query}`)).body;
const short = ({ items }: Spending) =>
  items.map(({ name, amount, transactions }) => [name, amount.amount, transactions]);

describe("200", () => {
  test("by category: what went to each, parts of splits apart, each day at its own rate", async () => {
    const { user, usd, eur } = await household();
    const food = await user.addCategory("expense", "Food");
    const bread = await user.addCategory("expense", "Bread", { parentId: food });
    const wage = await user.addCategory("income", "Wage");
    await user.move(usd, "2026-03-02", "-30", {
      splits: [
        { categoryId: food, amount: { amount: "20.00", currency: "USD" } },
        { categoryId: bread, amount: { amount: "10.00", currency: "USD" } },
      ],
    });
    await user.move(eur, "2026-03-05", "-10", { categoryId: bread });
    await user.move(eur, "2026-03-06", "-10", { categoryId: bread });
    await user.move(usd, "2026-03-07", "5", { categoryId: food });
    await user.move(usd, "2026-03-08", "900", { categoryId: wage });
    const answer = await ask(user, `by=category${march}`);
    expect(answer.items).toEqual([
      {
        ...{ categoryId: bread, parentId: food, name: "Bread", transactions: 3 },
        amount: { amount: "42.50", currency: "USD" },
      },
      {
        ...{ categoryId: food, parentId: null, name: "Food", transactions: 2 },
        amount: { amount: "15.00", currency: "USD" },
      },
    ]);
    expect([answer.others, answer.total.amount]).toEqual([null, "57.50"]);
  });

  test("by payee: the most first, without payee by itself, all others together", async () => {
    const { user, usd } = await household();
    for (const [payee, amount] of [
      ["A", "-1"],
      ["B", "-5"],
      ["C", "-3"],
      ["B", "-5"],
      [undefined, "-4"],
      ["D", "-2"],
    ] as const)
      await user.move(usd, "2026-03-02", amount, payee === undefined ? {} : { payee });
    const answer = await ask(user, `by=payee&limit=3${march}`);
    expect(short(answer)).toEqual([
      ["B", "10.00", 2],
      [null, "4.00", 1],
      ["C", "3.00", 1],
    ]);
    expect(answer.others).toEqual({
      ...{ groups: 2, transactions: 2 },
      amount: { amount: "3.00", currency: "USD" },
    });
    expect(answer.total.amount).toBe("20.00");
  });

  test("by tag: what has several counts with each, and once in the total", async () => {
    const { user, usd } = await household();
    await user.move(usd, "2026-03-02", "-10", { tags: ["holiday", "food"] });
    await user.move(usd, "2026-03-03", "-5", { tags: ["food"] });
    await user.move(usd, "2026-03-04", "-1");
    const answer = await ask(user, `by=tag${march}`);
    expect(short(answer)).toEqual([
      ["food", "15.00", 2],
      ["holiday", "10.00", 1],
      [null, "1.00", 1],
    ]);
    expect(answer.total.amount).toBe("16.00");
  });

  test.each(["category", "payee", "tag"])("by %s comes to what cash flow says", async (by) => {
    const { user, usd, eur } = await household();
    for (let day = 1; day < 10; day += 1) {
      await user.move(usd, `2026-03-0${day}`, "-0.33", { payee: `P${day % 3}` });
      await user.move(eur, `2026-03-0${day}`, "-0.37", { payee: `P${day % 4}` });
    }
    const { body } = await user.get<{
      total: { expense: Money; unconverted: { expense: Money[] } };
    }>(`/v1/insights/cash-flow?${march.slice(1)}&currency=EUR`);
    const answer = await ask(user, `by=${by}&currency=EUR${march}`);
    expect(answer.total).toEqual(body.total.expense);
    expect(answer.unconverted).toEqual(body.total.unconverted.expense);
    expect(answer.unconverted).not.toEqual([]);
  });

  test("states what has no rate by itself", async () => {
    const { user, usd, eur } = await household();
    await user.move(usd, "2026-03-01", "-1", { payee: "A" });
    await user.move(eur, "2026-03-01", "-7", { payee: "A" });
    const answer = await ask(user, `by=payee${march}`);
    expect(short(answer)).toEqual([["A", "1.00", 1]]);
    expect(answer.unconverted).toEqual([{ amount: "7.00", currency: "EUR" }]);
  });
});

test("401 for strangers, 404 for a book of others", async () => {
  expectProblem(await api.get(`${path}?by=tag`), 401, "auth.required");
  const { user } = await household();
  const other = await signedInUser(api);
  const answer = await other.get(`${path}?by=tag&bookId=${user.bookId}`);
  expectProblem(answer, 404, "ledger.book_not_found");
});

test.each<[string, string, string]>([
  ["nothing to sort by", "", "by"],
  ["what there is not", "by=account", "by"],
  ["more groups than one answer holds", "by=tag&limit=101", "limit"],
  ["no group", "by=tag&limit=0", "limit"],
  ["too long a time", "by=tag&from=2000-01-01", "from"],
])("422 for %s", async (_what, query, field) => {
  const user = await accountHolder(api);
  expectFaults(await user.get(`${path}?${query}`), [field]);
});
