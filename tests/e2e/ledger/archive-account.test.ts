import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Account } from "#modules/ledger/contract";
import { accountHolder } from "../../support/accounts.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());
const pathOf = ({ id }: Account) => `/v1/accounts/${id}/archival`;

describe("200", () => {
  test("archives an account with all that it holds, and reopens it", async () => {
    const user = await accountHolder(api);
    const account = await user.open({ openingBalance: { amount: "5", currency: "EUR" } });
    const archived = await user.post<Account>(pathOf(account), undefined, ifMatch(1));
    expect([archived.status, archived.headers.get("etag")]).toEqual([200, '"2"']);
    expect(archived.body).toEqual({ ...account, archivedAt: api.clock.now(), version: 2 });
    const expense = {
      ...{ kind: "expense", date: "2026-02-01", accountId: account.id },
      amount: { amount: "1.00", currency: "EUR" },
    };
    expectProblem(await user.post("/v1/transactions", expense), 409, "ledger.account_archived");
    const reopened = await user.delete<Account>(pathOf(account), undefined, ifMatch(2));
    expect([reopened.status, reopened.body]).toEqual([200, { ...account, version: 3 }]);
    expect((await user.post("/v1/transactions", expense)).status).toBe(201);
  });

  test("changes nothing of what is so already", async () => {
    const user = await accountHolder(api);
    const account = await user.open();
    const open = await user.delete<Account>(pathOf(account), undefined, ifMatch(1));
    expect([open.status, open.body]).toEqual([200, account]);
    const { body } = await user.post<Account>(pathOf(account), undefined, ifMatch(1));
    const again = await user.post<Account>(pathOf(account), undefined, ifMatch(2));
    expect([again.status, again.body]).toEqual([200, body]);
  });
});

describe("402", () => {
  test("for reopening one that the plan has no room for", async () => {
    const user = await accountHolder(api);
    const account = await user.open();
    await user.post(pathOf(account), undefined, ifMatch(1));
    for (let count = 0; count < 3; count += 1) await user.open();
    const refused = await user.delete(pathOf(account), undefined, ifMatch(2));
    const problem = expectProblem(refused, 402, "ledger.plan_limit_reached");
    expect(problem.meta).toMatchObject({ plan: "free", limit: 3, used: 3 });
    expect((await user.read(account.id)).archivedAt).not.toBeNull();
  });
});

describe("403 and 404", () => {
  test("for viewers, and for an account of others", async () => {
    const user = await accountHolder(api);
    const account = await user.open();
    const other = await signedInUser(api);
    const asks = [
      () => other.post(pathOf(account), undefined, ifMatch(1)),
      () => other.delete(pathOf(account), undefined, ifMatch(1)),
    ];
    for (const ask of asks) expectProblem(await ask(), 404, "ledger.account_not_found");
    await user.share(other, "viewer");
    for (const ask of asks) expectProblem(await ask(), 403, "ledger.read_only");
  });
});

describe("412 and 428", () => {
  test("for another version, and for none", async () => {
    const user = await accountHolder(api);
    const account = await user.open();
    for (const send of [user.post, user.delete]) {
      const answer = await send(pathOf(account), undefined, ifMatch(9));
      expectProblem(answer, 412, "ledger.version_changed");
      expectProblem(await send(pathOf(account)), 428, "precondition.required");
    }
  });
});

test("405", async () => {
  const account = await (await accountHolder(api)).open();
  await expectOnlyMethods(api, pathOf(account), ["DELETE", "POST"]);
});
