import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Account } from "#modules/ledger/contract";
import { type AccountBody, accountBody, accountHolder, grantPlus } from "../../support/accounts.ts";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { faultsOf, ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

const path = "/v1/accounts";

describe("201", () => {
  test("opens an account with what it holds already", async () => {
    const user = await accountHolder(api);
    const answer = await user.post<Account>(
      path,
      accountBody({
        ...{ kind: "savings", name: "  Emergency   fund ", externalCode: "1020" },
        openingBalance: { amount: "1250.5", currency: "EUR" },
      }),
    );
    expect([answer.status, answer.headers.get("etag")]).toEqual([201, '"1"']);
    expect(answer.body).toEqual({
      ...{ id: expect.any(String), bookId: user.bookId },
      ...{ kind: "savings", name: "Emergency fund", currency: "EUR", externalCode: "1020" },
      openingBalance: { amount: "1250.50", currency: "EUR" },
      openingDate: "2026-01-01",
      balance: { amount: "1250.50", currency: "EUR" },
      ...{ archivedAt: null, version: 1 },
    } as Account);
    expect(await user.read(answer.body.id)).toEqual(answer.body);
    const { items } = (
      await user.get<{ items: object[] }>(`/v1/transactions?accountId=${answer.body.id}`)
    ).body;
    expect(items).toMatchObject([
      { kind: "opening", date: "2026-01-01", amount: { amount: "1250.50", currency: "EUR" } },
    ]);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });

  test.each<[string, AccountBody, string]>([
    [
      "what is owed",
      { kind: "loan", openingBalance: { amount: "-9000", currency: "EUR" } },
      "-9000.00",
    ],
    ["nothing", {}, "0.00"],
    ["a zero with a sign", { openingBalance: { amount: "-0.00", currency: "EUR" } }, "0.00"],
    ["no decimals", { currency: "JPY", openingBalance: { amount: "5", currency: "JPY" } }, "5"],
    [
      "three decimals",
      { currency: "KWD", openingBalance: { amount: "1.5", currency: "KWD" } },
      "1.500",
    ],
    [
      "eight decimals",
      { currency: "BTC", openingBalance: { amount: "0.00000001", currency: "BTC" } },
      "0.00000001",
    ],
  ])("opens one that holds %s", async (_what, body, amount) => {
    const { balance, openingBalance } = await (await accountHolder(api)).open(body);
    expect<string[]>([balance.amount, openingBalance.amount]).toEqual([amount, amount]);
  });

  test("answers a repeat of the same key with the same account", async () => {
    const user = await accountHolder(api);
    const create = () => user.post<Account>(path, accountBody(), { "idempotency-key": "first" });
    const [once, again] = [await create(), await create()];
    expect(again.body).toEqual(once.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect((await user.get<{ items: object[] }>(path)).body.items).toHaveLength(1);
  });
});

describe("401, 403 and 404", () => {
  test("for strangers, viewers, and a book of others", async () => {
    const owner = await accountHolder(api);
    expectProblem(await api.post(path, accountBody()), 401, "auth.required");
    const viewer = await signedInUser(api);
    const body = accountBody({ bookId: owner.bookId });
    expectProblem(await viewer.post(path, body), 404, "ledger.book_not_found");
    await owner.share(viewer, "viewer");
    expectProblem(await viewer.post(path, body), 403, "ledger.read_only");
  });
});

describe("402", () => {
  test("beyond what the plan allows, before anything else is said, with the way out", async () => {
    const user = await accountHolder(api);
    const accounts = [await user.open(), await user.open(), await user.open()];
    for (const body of [accountBody(), accountBody({ currency: "ZZZ" })]) {
      const problem = expectProblem(await user.post(path, body), 402, "ledger.plan_limit_reached");
      expect(problem.meta).toEqual({
        ...{ plan: "free", limit: 3, used: 3 },
        wayOut: "POST /v1/accounts/{id}/archival; GET /v1/billing/plans",
      });
    }
    const [first] = accounts;
    await user.post(`${path}/${first?.id}/archival`, undefined, ifMatch(1));
    expect((await user.post(path, accountBody())).status).toBe(201);
  });

  test("counts the accounts of all books that the owner has, whoever opens them", async () => {
    const owner = await accountHolder(api);
    const { body } = await owner.post<{ id: string }>("/v1/books", { name: "Business" });
    const other = await accountHolder(api);
    await owner.share(other, "editor");
    await owner.open();
    await owner.open({ bookId: body.id });
    await other.open({ bookId: owner.bookId });
    const refused = await other.post(path, accountBody({ bookId: owner.bookId }));
    expectProblem(refused, 402, "ledger.plan_limit_reached");
    expect((await other.open()).bookId).toBe(other.bookId);
  });

  test("does not keep whoever has a plan without limit", async () => {
    const user = await accountHolder(api);
    await grantPlus(api, user.user.id);
    for (let count = 0; count < 5; count += 1) await user.open();
  });
});

describe("409", () => {
  test("for a code that another account of the book has, in whatever spelling", async () => {
    const user = await accountHolder(api);
    await user.open({ externalCode: "10 20" });
    const again = await user.post(path, accountBody({ externalCode: " 10  20 " }));
    expectProblem(again, 409, "ledger.external_code_taken");
    expect((await user.get<{ items: object[] }>(path)).body.items).toHaveLength(1);
  });

  test("for an opening balance on a closed day; not without one", async () => {
    const user = await accountHolder(api);
    await user.closeThrough("2026-01-31");
    const body = accountBody({ openingBalance: { amount: "1", currency: "EUR" } });
    expectProblem(await user.post(path, body), 409, "ledger.period_closed");
    expect((await user.post(path, accountBody())).status).toBe(201);
  });
});

describe("422", () => {
  test.each<[string, object, string[]]>([
    ["a currency that nobody has", { currency: "ZZZ" }, ["/currency"]],
    [
      "more decimals than the currency has",
      { openingBalance: { amount: "1.001", currency: "EUR" } },
      ["/openingBalance/amount"],
    ],
    [
      "an amount that is too large",
      { openingBalance: { amount: "9".repeat(19), currency: "EUR" } },
      ["/openingBalance/amount"],
    ],
    [
      "an amount with an exponent",
      { openingBalance: { amount: "1e400", currency: "EUR" } },
      ["/openingBalance/amount"],
    ],
    [
      "a number for an amount",
      { openingBalance: { amount: 1, currency: "EUR" } },
      ["/openingBalance/amount"],
    ],
    [
      "an opening balance in another currency",
      { openingBalance: { amount: "1", currency: "USD" } },
      ["/openingBalance/currency"],
    ],
    [
      "an opening balance without a currency",
      { openingBalance: { amount: "1" } },
      ["/openingBalance/currency"],
    ],
    ["31 February", { openingDate: "2026-02-31" }, ["/openingDate"]],
    ["a name of blanks", { name: " \u00a0" }, ["/name"]],
    ["a name with NUL", { name: "a\u0000b" }, ["/name"]],
    ["a kind that there is not", { kind: "wallet" }, ["/kind"]],
    ["an unknown field", { balance: "1" }, ["/"]],
  ])("for %s", async (_what, body, paths) => {
    const user = await accountHolder(api);
    expectFaults(await user.post(path, { ...accountBody(), ...body }), paths);
    expect((await user.get<{ items: object[] }>(path)).body.items).toHaveLength(0);
  });
});

test("405", () => expectOnlyMethods(api, path, ["GET", "HEAD", "POST"]));
