import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { accountHolder } from "../../support/accounts.ts";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

type Balances = {
  readonly accountId: string;
  readonly currency: string;
  readonly items: readonly { readonly on: string; readonly balance: { readonly amount: string } }[];
};

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

/** An account with 100 on 15 January, 30 less on 10 February, 5 more on the last of it, and 7 more in a year. */
async function moved() {
  const user = await accountHolder(api);
  const account = await user.open({
    openingBalance: { amount: "100", currency: "EUR" },
    openingDate: "2026-01-15",
  });
  const { id } = await user.move(account, "2026-02-10", "-30");
  await user.move(account, "2026-02-28", "5");
  await user.move(account, "2027-09-18", "7");
  const path = `/v1/accounts/${account.id}/balances`;
  const ask = async (query: string) => {
    const { items } = (await user.get<Balances>(path + query)).body;
    return items.map(({ on, balance }) => [on, balance.amount]);
  };
  return { user, account, path, ask, expenseId: id };
}

describe("200", () => {
  test("is what it held at the end of a day", async () => {
    const { ask } = await moved();
    for (const [day, amount] of [
      ["0001-01-01", "0.00"],
      ["2026-01-14", "0.00"],
      ["2026-01-15", "100.00"],
      ["2026-02-09", "100.00"],
      ["2026-02-10", "70.00"],
      ["2026-02-28", "75.00"],
      ["2026-03-01", "75.00"],
      ["9999-12-31", "82.00"],
    ] as const)
      expect(await ask(`?on=${day}`)).toEqual([[day, amount]]);
  });

  test("is today's without a day: what is to come does not count yet", async () => {
    const { ask, account, user } = await moved();
    expect(await ask("")).toEqual([["2026-09-18", "75.00"]]);
    expect((await user.read(account.id)).balance).toMatchObject({ amount: "82.00" });
  });

  test("is that of every month's end, and of the last day", async () => {
    const { ask } = await moved();
    expect(await ask("?from=2025-12-20&to=2026-02-10")).toEqual([
      ["2025-12-31", "0.00"],
      ["2026-01-31", "100.00"],
      ["2026-02-10", "70.00"],
    ]);
    expect(await ask("?from=2026-02-28&to=2026-02-28")).toEqual([["2026-02-28", "75.00"]]);
    expect(await ask("?from=2026-09-01")).toEqual([["2026-09-18", "75.00"]]);
    expect(await ask("?to=2026-02-28")).toHaveLength(13);
  });

  test("follows at once when something of the past changes", async () => {
    const { ask, user, expenseId } = await moved();
    await user.post(`/v1/transactions/${expenseId}/void`, {}, ifMatch(1));
    expect(await ask("?on=2026-02-10")).toEqual([["2026-02-10", "100.00"]]);
    expect(await ask("?on=2026-02-28")).toEqual([["2026-02-28", "105.00"]]);
  });
});

test("404 for an account of others", async () => {
  const { path } = await moved();
  const other = await signedInUser(api);
  expectProblem(await other.get(path), 404, "ledger.account_not_found");
});

describe("422", () => {
  test.each<[string, string, string]>([
    ["both a day and a time", "?on=2026-01-01&from=2026-01-01", "on"],
    ["a time that ends before it begins", "?from=2026-02-01&to=2026-01-01", "from"],
    ["more months than one answer holds", "?from=1900-01-01&to=2026-01-01", "from"],
    ["30 February", "?on=2026-02-30", "on"],
  ])("for %s", async (_what, query, path) => {
    const { user, path: balances } = await moved();
    expectFaults(await user.get(balances + query), [path]);
  });
});
