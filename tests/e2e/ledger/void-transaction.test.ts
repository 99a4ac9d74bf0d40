import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Transaction } from "#modules/ledger/contract";
import type { Id } from "#platform/kernel/ids";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { faultsOf, ifMatch, type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let user: LedgerUser;
let account: Id;
let before: Transaction;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());
beforeEach(async () => {
  user = await ledgerUser(api);
  account = await user.addAccount("EUR");
  const [food, rent] = [await user.addCategory("expense"), await user.addCategory("expense")];
  before = await user.record({
    ...{ kind: "expense", date: "2026-09-01", accountId: account, externalId: "b-1" },
    amount: { amount: "12.50", currency: "EUR" },
    splits: [
      { categoryId: food, amount: { amount: "12.00", currency: "EUR" }, note: "most" },
      { categoryId: rent, amount: { amount: "0.50", currency: "EUR" } },
    ],
  });
});

const pathOf = ({ id }: { readonly id: string }) => `/v1/transactions/${id}/void`;
const voided = (body?: unknown, version = before.version) =>
  user.post<Transaction>(pathOf(before), body, ifMatch(version));

describe("200", () => {
  test("takes it out of the balance; it stays readable with its splits", async () => {
    api.clock.advance(5);
    const answer = await voided({ reason: "Entered twice" });
    expect([answer.status, answer.headers.get("etag")]).toEqual([200, '"2"']);
    const at = api.clock.now();
    expect(answer.body).toEqual({ ...before, version: 2, voidedAt: at, updatedAt: at });
    const read = await user.get<Transaction>(`/v1/transactions/${before.id}`);
    expect(read.body).toEqual(answer.body);
    expect(await user.balance(account)).toBe("0.00");
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });

  test("needs no body: a reason may be given, and stands in the history", async () => {
    expect((await voided()).status).toBe(200);
    const reasonOf = async ({ id }: { readonly id: string }) => {
      const path = `/v1/transactions/${id}/history`;
      const { items } = (await user.get<{ items: { reason: string | null }[] }>(path)).body;
      return items.map(({ reason }) => reason);
    };
    expect(await reasonOf(before)).toEqual([null]);
    const again = await user.record({
      ...{ kind: "expense", date: "2026-09-01", accountId: account },
      amount: { amount: "1.00", currency: "EUR" },
    });
    expect((await user.post(pathOf(again), { reason: " Twice " }, ifMatch(1))).status).toBe(200);
    expect(await reasonOf(again)).toEqual(["Twice"]);
  });

  test("gives back both sides of a transfer between currencies", async () => {
    const lira = await user.addAccount("TRY");
    const made = await user.record({
      ...{ kind: "transfer", date: "2026-09-01", accountId: account, toAccountId: lira },
      amount: { amount: "10.00", currency: "EUR" },
      toAmount: { amount: "480.00", currency: "TRY" },
    });
    expect((await user.post(pathOf(made), {}, ifMatch(1))).status).toBe(200);
    expect([await user.balance(account), await user.balance(lira)]).toEqual(["-12.50", "0.00"]);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });

  test("frees its external id", async () => {
    await voided();
    const again = await user.record({
      ...{ kind: "expense", date: "2026-09-01", accountId: account, externalId: "b-1" },
      amount: { amount: "12.50", currency: "EUR" },
    });
    expect(again.externalId).toBe("b-1");
  });
});

test("403: viewers void nothing", async () => {
  const viewer = await ledgerUser(api);
  await user.share(viewer, "viewer");
  expectProblem(await viewer.post(pathOf(before), {}, ifMatch(1)), 403, "ledger.read_only");
});

test("404: somebody else's transaction, or none", async () => {
  const stranger = await ledgerUser(api);
  for (const id of [before.id, "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21"])
    expectProblem(
      await stranger.post(pathOf({ id }), {}, ifMatch(1)),
      404,
      "ledger.transaction_not_found",
    );
  expect(await user.balance(account)).toBe("-12.50");
});

describe("409", () => {
  test("it is void already", async () => {
    await voided();
    expectProblem(await voided({}, 2), 409, "ledger.transaction_voided");
    expect(await user.balance(account)).toBe("0.00");
  });

  test("its day is closed", async () => {
    await user.closeThrough("2026-09-01");
    expectProblem(await voided(), 409, "ledger.period_closed");
  });

  test("its account is archived", async () => {
    await user.archiveAccount(account);
    expectProblem(await voided(), 409, "ledger.account_archived");
  });
});

describe("412 and 428", () => {
  test("another version", async () => {
    expectProblem(await voided({}, 2), 412, "ledger.version_changed");
  });

  test("one of many that void the same version wins, and none of a change that comes with it", async () => {
    const change = () =>
      user.patch(
        `/v1/transactions/${before.id}`,
        { accountId: account, date: "2026-09-02" },
        ifMatch(1),
      );
    const answers = await Promise.all([voided(), change(), voided(), change(), voided()]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(4);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });

  test("no version", async () => {
    expectProblem(await user.post(pathOf(before), {}), 428, "precondition.required");
  });
});

test("422: a reason that is none", async () => {
  expectFaults(await voided({ reason: 7 }), ["/reason"]);
  expectFaults(await voided({ reason: "x".repeat(501) }), ["/reason"]);
  for (const reason of ["", " \u00a0", null]) expectFaults(await voided({ reason }), ["/reason"]);
  expectFaults(await voided({ why: "x" }), ["/"]);
});

test("405: other methods", () => expectOnlyMethods(api, pathOf(before), ["POST"]));
