import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { accountHolder, importRates } from "../../support/accounts.ts";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

type Money = { readonly amount: string; readonly currency: string };
type Flow = { readonly income: Money; readonly expense: Money; readonly net: Money };
type CashFlow = {
  readonly items: readonly (Flow & { readonly month: string })[];
  readonly total: Flow & {
    readonly unconverted: { readonly income: Money[]; readonly expense: Money[] };
  };
  readonly rates: readonly object[];
};

const path = "/v1/insights/cash-flow";
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
  await importRates(api, {
    "2026-03-05": { EUR: "0.5" },
    "2026-03-06": { EUR: "0.8" },
    "2026-04-01": { EUR: "0.4" },
  });
});
afterAll(() => api.close());

async function household() {
  const user = await accountHolder(api);
  await user.patch(`/v1/books/${user.bookId}`, { baseCurrency: "USD" }, ifMatch(1));
  const usd = await user.open({
    currency: "USD",
    openingBalance: { amount: "1000", currency: "USD" },
  });
  const eur = await user.open({ openingBalance: { amount: "1000", currency: "EUR" } });
  const ask = async (query: string) => (await user.get<CashFlow>(path + query)).body;
  return { user, usd, eur, ask };
}
const amounts = ({ income, expense, net }: Flow) =>
  [income, expense, net].map(({ amount }) => amount);

describe("200", () => {
  test("is income and expense by month, each day at its own rate", async () => {
    const { user, usd, eur, ask } = await household();
    await user.move(usd, "2026-03-01", "500");
    await user.move(eur, "2026-03-05", "-10");
    await user.move(eur, "2026-03-06", "-10");
    await user.move(eur, "2026-03-07", "-10");
    await user.move(eur, "2026-04-01", "10");
    const answer = await ask("?from=2026-03-01&to=2026-05-10");
    expect(answer.items.map((item) => [item.month, ...amounts(item)])).toEqual([
      ["2026-03-01", "500.00", "45.00", "455.00"],
      ["2026-04-01", "25.00", "0.00", "25.00"],
      ["2026-05-01", "0.00", "0.00", "0.00"],
    ]);
    expect(amounts(answer.total)).toEqual(["525.00", "45.00", "480.00"]);
    expect(answer.rates).toEqual([
      {
        ...{ currency: "EUR", days: 4, staleDays: 1, lowest: "1.25", highest: "2.5" },
        oldestObservedAt: "2026-03-05T00:00:00.000Z",
      },
    ]);
  });

  test("adds up products of many digits: eight of a coin, and of a rate as many as it takes", async () => {
    await importRates(api, { "2026-03-10": { SHIB: "140000.7", EUR: "0.7" } });
    const { user, ask } = await household();
    const shib = await user.open({ currency: "SHIB" });
    await user.move(shib, "2026-03-10", "123456789.12345678");
    const answer = await ask("?from=2026-03-10&to=2026-03-10&currency=EUR");
    // 123456789.12345678 x (0.7 / 140000.7)
    expect(amounts(answer.total)).toEqual(["617.28", "0.00", "617.28"]);
  });

  test("counts neither transfers nor opening balances, and a refund against the expense", async () => {
    const { user, usd, eur, ask } = await household();
    const categoryId = await user.uncategorised("expense");
    await user.record({
      ...{ kind: "transfer", date: "2026-04-20", accountId: usd.id, toAccountId: eur.id },
      ...{
        amount: { amount: "10.00", currency: "USD" },
        toAmount: { amount: "4.00", currency: "EUR" },
      },
    });
    await user.move(usd, "2026-04-21", "-50");
    await user.move(usd, "2026-04-22", "20", { categoryId });
    const { total } = await ask("?from=2026-01-01&to=2026-04-30");
    expect(amounts(total)).toEqual(["0.00", "30.00", "-30.00"]);
  });

  test("takes the first and the last day, and nothing outside", async () => {
    const { user, usd, ask } = await household();
    for (const day of ["2026-03-04", "2026-03-05", "2026-04-05", "2026-04-06"])
      await user.move(usd, day, "1");
    const { items } = await ask("?from=2026-03-05&to=2026-04-05");
    expect(items.map(({ income }) => income.amount)).toEqual(["1.00", "1.00"]);
  });

  test("states what has no rate by itself, never added one to one", async () => {
    const { user, usd, eur, ask } = await household();
    await user.move(usd, "2026-02-01", "-1");
    await user.move(eur, "2026-02-01", "-7");
    await user.move(eur, "2026-02-02", "9");
    const { total } = await ask("?from=2026-02-01&to=2026-02-28");
    expect(amounts(total)).toEqual(["0.00", "1.00", "-1.00"]);
    expect(total.unconverted).toEqual({
      income: [{ amount: "9.00", currency: "EUR" }],
      expense: [{ amount: "7.00", currency: "EUR" }],
    });
  });

  test("rounds once: cents of many days do not get lost", async () => {
    const { user, usd, ask } = await household();
    for (let day = 10; day < 20; day += 1) await user.move(usd, `2026-04-${day}`, "-0.01");
    const { total } = await ask("?from=2026-04-01&to=2026-04-30&currency=EUR");
    expect(total.expense).toEqual({ amount: "0.04", currency: "EUR" });
  });

  test("forgets what is void", async () => {
    const { user, usd, ask } = await household();
    const { id } = await user.move(usd, "2026-04-10", "-5");
    await user.post(`/v1/transactions/${id}/void`, {}, ifMatch(1));
    expect(amounts((await ask("?from=2026-04-01&to=2026-04-30")).total)).toEqual([
      "0.00",
      "0.00",
      "0.00",
    ]);
  });
});

test("401 for strangers, 404 for a book of others, 422 for too long a time", async () => {
  expectProblem(await api.get(path), 401, "auth.required");
  const { user } = await household();
  const other = await signedInUser(api);
  expectProblem(await other.get(`${path}?bookId=${user.bookId}`), 404, "ledger.book_not_found");
  expectFaults(await user.get(`${path}?from=2000-01-01&to=2026-01-01`), ["from"]);
});
