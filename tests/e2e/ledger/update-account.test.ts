import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Account } from "#modules/ledger/contract";
import { type AccountHolder, accountHolder } from "../../support/accounts.ts";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { faultsOf, ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());
const pathOf = ({ id }: Pick<Account, "id">) => `/v1/accounts/${id}`;

/** The account's opening transactions with their history, void ones too. */
const openingsOf = async (user: AccountHolder, { id }: Account) => {
  const { items } = (
    await user.get<{ items: { id: string; voidedAt: string | null }[] }>(
      `/v1/transactions?accountId=${id}&kind=opening&state=all`,
    )
  ).body;
  return Promise.all(
    items.map(async (one) => ({
      isVoid: one.voidedAt !== null,
      history: (
        await user.get<{ items: { action: string }[] }>(`/v1/transactions/${one.id}/history`)
      ).body.items.map(({ action }) => action),
    })),
  );
};

describe("200", () => {
  test.each<[string, object, object]>([
    ["name", { name: " New  name " }, { name: "New name" }],
    ["kind", { kind: "cash" }, { kind: "cash" }],
    ["external code", { externalCode: "7" }, { externalCode: "7" }],
    ["nothing", {}, {}],
    [
      "currency, as long as nothing but its opening balance is there",
      { currency: "TRY" },
      {
        currency: "TRY",
        balance: { amount: "100.00", currency: "TRY" },
        openingBalance: { amount: "100.00", currency: "TRY" },
      },
    ],
  ])("changes the %s and leaves the rest", async (_what, body, changed) => {
    const user = await accountHolder(api);
    const before = await user.open({ openingBalance: { amount: "100", currency: "EUR" } });
    const answer = await user.patch<Account>(pathOf(before), body, ifMatch(1));
    expect([answer.status, answer.headers.get("etag")]).toEqual([200, '"2"']);
    expect(answer.body).toEqual({ ...before, ...changed, version: 2 });
    expect(await user.read(before.id)).toEqual(answer.body);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });

  test("takes the code away with null", async () => {
    const user = await accountHolder(api);
    const account = await user.open({ externalCode: "1" });
    const { body } = await user.patch<Account>(pathOf(account), { externalCode: null }, ifMatch(1));
    expect(body.externalCode).toBeNull();
  });

  test("moves the balance with the opening balance, and keeps what that was", async () => {
    const user = await accountHolder(api);
    const account = await user.open({ openingBalance: { amount: "100", currency: "EUR" } });
    await user.move(account, "2026-02-01", "-30");
    const change = (body: object, version: number) =>
      user.patch<Account>(pathOf(account), body, ifMatch(version));
    const balances: string[] = [];
    for (const [index, body] of [
      { openingBalance: { amount: "-50", currency: "EUR" } },
      { openingDate: "2025-12-01" },
      { openingBalance: { amount: "0", currency: "EUR" } },
      { openingBalance: { amount: "10", currency: "EUR" }, openingDate: "2026-01-15" },
    ].entries()) {
      balances.push((await change(body, index + 1)).body.balance.amount);
      expect(await faultsOf(api, user.bookId)).toEqual([]);
    }
    expect(balances).toEqual(["-80.00", "-80.00", "-30.00", "-20.00"]);
    expect(await openingsOf(user, account)).toEqual([
      { isVoid: false, history: [] },
      { isVoid: true, history: ["voided", "changed", "changed"] },
    ]);
    const { items } = (
      await user.get<{ items: { balance: { amount: string } }[] }>(
        `${pathOf(account)}/balances?from=2025-11-30&to=2026-02-28`,
      )
    ).body;
    expect(items.map(({ balance }) => balance.amount)).toEqual(["0.00", "0.00", "10.00", "-20.00"]);
  });
});

describe("403 and 404", () => {
  test("for viewers, and for an account of others or of the book itself", async () => {
    const user = await accountHolder(api);
    const account = await user.open({ openingBalance: { amount: "1", currency: "EUR" } });
    const other = await signedInUser(api);
    const ask = (target: Pick<Account, "id">) =>
      other.patch(pathOf(target), { name: "Mine" }, ifMatch(1));
    expectProblem(await ask(account), 404, "ledger.account_not_found");
    await user.share(other, "viewer");
    expectProblem(await ask(account), 403, "ledger.read_only");
    const [hidden] = await api.sql<{ id: Account["id"] }[]>`
      select id from ledger.accounts where book_id = ${user.bookId} and system is not null`;
    if (!hidden) throw new Error("there is no hidden account");
    const own = await user.patch(pathOf(hidden), { name: "Mine" }, ifMatch(1));
    expectProblem(own, 404, "ledger.account_not_found");
    expect((await user.read(account.id)).name).toBe("Main");
  });
});

describe("409", () => {
  test("for another currency once there is a transaction, a void one too, with the way out", async () => {
    const user = await accountHolder(api);
    const account = await user.open();
    const { id } = await user.move(account, "2026-02-01", "-30");
    const change = () => user.patch(pathOf(account), { currency: "USD" }, ifMatch(1));
    const problem = expectProblem(await change(), 409, "ledger.account_in_use");
    expect(problem.errors?.map(({ path }) => path)).toEqual(["/currency"]);
    expect(problem.meta).toMatchObject({ wayOut: expect.stringContaining("/v1/accounts") });
    await user.post(`/v1/transactions/${id}/void`, {}, ifMatch(1));
    expectProblem(await change(), 409, "ledger.account_in_use");
    expect(await user.read(account.id)).toMatchObject({ currency: "EUR", version: 1 });
  });

  test("for the opening balance of an archived account; its name may change", async () => {
    const user = await accountHolder(api);
    const account = await user.open({ openingBalance: { amount: "1", currency: "EUR" } });
    await user.post(`${pathOf(account)}/archival`, undefined, ifMatch(1));
    const change = (body: object) => user.patch(pathOf(account), body, ifMatch(2));
    const refused = await change({ openingBalance: { amount: "2", currency: "EUR" } });
    expectProblem(refused, 409, "ledger.account_archived");
    expect((await change({ name: "Old one" })).status).toBe(200);
  });

  test("for an opening balance that was, or would be, on a closed day", async () => {
    const user = await accountHolder(api);
    const early = await user.open({ openingBalance: { amount: "1", currency: "EUR" } });
    const late = await user.open({
      openingBalance: { amount: "1", currency: "EUR" },
      openingDate: "2026-03-01",
    });
    await user.closeThrough("2026-01-31");
    for (const [account, body] of [
      [early, { openingBalance: { amount: "2", currency: "EUR" } }],
      [early, { openingDate: "2026-03-01" }],
      [late, { openingDate: "2026-01-31" }],
    ] as const)
      expectProblem(
        await user.patch(pathOf(account), body, ifMatch(1)),
        409,
        "ledger.period_closed",
      );
    expect((await user.patch(pathOf(early), { name: "Early" }, ifMatch(1))).status).toBe(200);
  });

  test("for a code that another one has", async () => {
    const user = await accountHolder(api);
    await user.open({ externalCode: "1" });
    const account = await user.open({ externalCode: "2" });
    const change = (externalCode: string) =>
      user.patch(pathOf(account), { externalCode }, ifMatch(1));
    expectProblem(await change("1"), 409, "ledger.external_code_taken");
    expect((await change("2")).status).toBe(200);
  });
});

describe("412 and 428", () => {
  test("for another version, and for none", async () => {
    const user = await accountHolder(api);
    const account = await user.open();
    const answer = await user.patch(pathOf(account), { name: "Second" }, ifMatch(2));
    expect(expectProblem(answer, 412, "ledger.version_changed").meta).toEqual({ version: 1 });
    expectProblem(await user.patch(pathOf(account), {}), 428, "precondition.required");
  });

  test("for all but one of many who change the same version at once", async () => {
    const user = await accountHolder(api);
    const account = await user.open();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        user.patch(
          pathOf(account),
          { openingBalance: { amount: `${index + 1}.00`, currency: "EUR" } },
          ifMatch(1),
        ),
      ),
    );
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
    expect(await openingsOf(user, account)).toHaveLength(1);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });
});

describe("422", () => {
  test("for an opening balance that is too fine for the new currency", async () => {
    const user = await accountHolder(api);
    const account = await user.open({ openingBalance: { amount: "1.25", currency: "EUR" } });
    const change = (body: object) => user.patch(pathOf(account), body, ifMatch(1));
    expectFaults(await change({ currency: "JPY" }), ["/openingBalance/amount"]);
    expect(
      (await change({ currency: "JPY", openingBalance: { amount: "1", currency: "JPY" } })).status,
    ).toBe(200);
  });

  test.each<[string, object, string[]]>([
    ["a blank name", { name: " " }, ["/name"]],
    ["31 February", { openingDate: "2026-02-31" }, ["/openingDate"]],
    ["a currency that nobody has", { currency: "ZZZ" }, ["/currency"]],
    ["a balance", { balance: { amount: "1" } }, ["/"]],
    ["being archived", { archivedAt: null }, ["/"]],
    [
      "an opening balance in another currency",
      { openingBalance: { amount: "1", currency: "USD" } },
      ["/openingBalance/currency"],
    ],
    [
      "one in the currency that the account leaves",
      { currency: "USD", openingBalance: { amount: "1", currency: "EUR" } },
      ["/openingBalance/currency"],
    ],
  ])("for %s", async (_what, body, paths) => {
    const user = await accountHolder(api);
    const account = await user.open();
    expectFaults(await user.patch(pathOf(account), body, ifMatch(1)), paths);
  });
});
