import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { accountHolder, importRates } from "../../support/accounts.ts";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

type Money = { readonly amount: string; readonly currency: string };
type Point = {
  readonly on: string;
  readonly assets: Money;
  readonly liabilities: Money;
  readonly net: Money;
  readonly unconverted: readonly Money[];
  readonly rates: readonly { readonly currency: string; readonly rate: string }[];
};
type NetWorth = { readonly currency: string; readonly items: readonly Point[] };

const path = "/v1/insights/net-worth";
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
  await importRates(api, {
    "2026-03-31": { EUR: "0.5", TRY: "40" },
    "2026-04-30": { EUR: "0.8", TRY: "40" },
  });
});
afterAll(() => api.close());

/** 100 EUR from February on, 30 USD owed from 10 April on. */
async function household() {
  const user = await accountHolder(api);
  await user.patch(`/v1/books/${user.bookId}`, { baseCurrency: "USD" }, ifMatch(1));
  const checking = await user.open({
    openingBalance: { amount: "100", currency: "EUR" },
    openingDate: "2026-02-01",
  });
  const card = await user.open({ kind: "credit_card", currency: "USD" });
  await user.move(card, "2026-04-10", "-30");
  const ask = async (query: string) => (await user.get<NetWorth>(path + query)).body;
  return { user, checking, card, ask };
}

const figures = ({ items }: NetWorth) =>
  items.map(({ on, assets, liabilities, net }) => [
    on,
    ...[assets, liabilities, net].map(({ amount }) => amount),
  ]);

describe("200", () => {
  test("converts each point at the rate of its own day, and says which", async () => {
    const { ask, user } = await household();
    const answer = await ask("?from=2026-03-01&to=2026-04-30");
    expect(answer).toEqual({
      ...{ bookId: user.bookId, from: "2026-03-01", to: "2026-04-30" },
      ...{ currency: "USD", source: "market" },
      items: [
        {
          on: "2026-03-31",
          assets: { amount: "200.00", currency: "USD" },
          liabilities: { amount: "0.00", currency: "USD" },
          net: { amount: "200.00", currency: "USD" },
          unconverted: [],
          rates: [
            {
              ...{ currency: "EUR", rate: "2", stale: false },
              observedAt: "2026-03-31T00:00:00.000Z",
            },
          ],
        },
        {
          on: "2026-04-30",
          assets: { amount: "125.00", currency: "USD" },
          liabilities: { amount: "30.00", currency: "USD" },
          net: { amount: "95.00", currency: "USD" },
          unconverted: [],
          rates: [
            {
              ...{ currency: "EUR", rate: "1.25", stale: false },
              observedAt: "2026-04-30T00:00:00.000Z",
            },
          ],
        },
      ],
    } as unknown as NetWorth);
  });

  test("never adds unlike currencies: what has no rate is stated by itself", async () => {
    const { ask } = await household();
    const { items } = await ask("?from=2026-02-01&to=2026-02-28");
    expect(items).toMatchObject([
      {
        assets: { amount: "0.00" },
        net: { amount: "0.00" },
        unconverted: [{ amount: "100.00", currency: "EUR" }],
        rates: [],
      },
    ]);
  });

  test("says when a rate is old", async () => {
    const { ask } = await household();
    const { items } = await ask("?from=2026-04-09&to=2026-04-09");
    expect(items).toMatchObject([
      { rates: [{ rate: "2", stale: true, observedAt: "2026-03-31T00:00:00.000Z" }] },
    ]);
  });

  test("is in any currency that is asked for", async () => {
    const { ask } = await household();
    expect(figures(await ask("?from=2026-04-30&to=2026-04-30&currency=TRY"))).toEqual([
      ["2026-04-30", "5000.00", "1200.00", "3800.00"],
    ]);
    expect(figures(await ask("?from=2026-04-30&to=2026-04-30&currency=EUR"))).toEqual([
      ["2026-04-30", "100.00", "24.00", "76.00"],
    ]);
  });

  test("comes day by day, and values days to come at the present rates", async () => {
    const { ask } = await household();
    expect(figures(await ask("?from=2026-04-09&to=2026-04-11&interval=day"))).toEqual([
      ["2026-04-09", "200.00", "0.00", "200.00"],
      ["2026-04-10", "200.00", "30.00", "170.00"],
      ["2026-04-11", "200.00", "30.00", "170.00"],
    ]);
    const { items } = await ask("?from=2026-09-18&to=2026-09-20&interval=day");
    const [today, , later] = items;
    expect(later?.assets).toEqual(today?.assets as Money);
    expect(later?.rates).toEqual(today?.rates as Point["rates"]);
  });

  test("counts archived accounts, overdrawn assets, and cards with money on them", async () => {
    const { ask, user, checking, card } = await household();
    await user.move(checking, "2026-04-30", "-180");
    await user.move(card, "2026-04-30", "40");
    await user.post(`/v1/accounts/${checking.id}/archival`, undefined, ifMatch(1));
    expect(figures(await ask("?from=2026-04-30&to=2026-04-30"))).toEqual([
      ["2026-04-30", "-100.00", "-10.00", "-90.00"],
    ]);
  });

  test("does not change when money moves from one account to the other", async () => {
    const { ask, user, checking, card } = await household();
    const before = figures(await ask("?from=2026-04-30&to=2026-04-30"));
    await user.record({
      ...{ kind: "transfer", date: "2026-04-20", accountId: checking.id, toAccountId: card.id },
      ...{
        amount: { amount: "8.00", currency: "EUR" },
        toAmount: { amount: "10.00", currency: "USD" },
      },
    });
    const after = figures(await ask("?from=2026-04-30&to=2026-04-30"));
    expect(before).toEqual([["2026-04-30", "125.00", "30.00", "95.00"]]);
    expect(after).toEqual([["2026-04-30", "115.00", "20.00", "95.00"]]);
  });

  test("is zeros for a book without accounts, the last year by months", async () => {
    const user = await accountHolder(api);
    const { items, currency } = (await user.get<NetWorth>(path)).body;
    expect([items.length, items[0]?.on, items.at(-1)?.on]).toEqual([
      13,
      "2025-09-30",
      "2026-09-18",
    ]);
    expect(new Set(items.map(({ net }) => net.amount))).toEqual(new Set(["0.00"]));
    expect(currency).toBe("TRY");
  });
});

test("401 for strangers, 404 for a book of others", async () => {
  expectProblem(await api.get(path), 401, "auth.required");
  const { user } = await household();
  const other = await signedInUser(api);
  const answer = await other.get(`${path}?bookId=${user.bookId}`);
  expectProblem(answer, 404, "ledger.book_not_found");
});

describe("422", () => {
  test.each<[string, string, string]>([
    ["a currency that nobody has", "?currency=ZZZ", "currency"],
    ["an end before the beginning", "?from=2026-02-01&to=2026-01-01", "from"],
    ["more days than one answer holds", "?interval=day&from=2025-01-01&to=2026-03-01", "from"],
    ["an interval that there is not", "?interval=week", "interval"],
    ["30 February", "?to=2026-02-30", "to"],
  ])("for %s", async (_what, query, field) => {
    const user = await accountHolder(api);
    expectFaults(await user.get(path + query), [field]);
  });
});

test("405", () => expectOnlyMethods(api, path, ["GET", "HEAD"]));
