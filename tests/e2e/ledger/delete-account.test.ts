import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Account } from "#modules/ledger/contract";
import { accountHolder } from "../../support/accounts.ts";
import { expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { faultsOf, ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());
const pathOf = ({ id }: Account) => `/v1/accounts/${id}`;

describe("204", () => {
  test.each<[string, object]>([
    ["with nothing", {}],
    ["with an opening balance", { openingBalance: { amount: "12.34", currency: "EUR" } }],
  ])("deletes an account %s, and leaves no trace in the sums", async (_what, body) => {
    const user = await accountHolder(api);
    const [kept, account] = [
      await user.open({ openingBalance: { amount: "1", currency: "EUR" } }),
      await user.open(body),
    ];
    const answer = await user.delete(pathOf(account), undefined, ifMatch(1));
    expect([answer.status, answer.body]).toEqual([204, null]);
    expectProblem(await user.get(pathOf(account)), 404, "ledger.account_not_found");
    expect(await faultsOf(api, user.bookId)).toEqual([]);
    expect((await user.get<{ items: Account[] }>("/v1/accounts")).body.items).toEqual([kept]);
  });

  test("deletes one whose opening balance was changed and taken away", async () => {
    const user = await accountHolder(api);
    const account = await user.open({ openingBalance: { amount: "12.34", currency: "EUR" } });
    for (const [index, amount] of ["5", "0", "7"].entries())
      await user.patch(
        pathOf(account),
        { openingBalance: { amount, currency: "EUR" } },
        ifMatch(index + 1),
      );
    expect((await user.delete(pathOf(account), undefined, ifMatch(4))).status).toBe(204);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });
});

describe("403 and 404", () => {
  test("for viewers, and for an account of others", async () => {
    const user = await accountHolder(api);
    const account = await user.open();
    const other = await signedInUser(api);
    const ask = () => other.delete(pathOf(account), undefined, ifMatch(1));
    expectProblem(await ask(), 404, "ledger.account_not_found");
    await user.share(other, "viewer");
    expectProblem(await ask(), 403, "ledger.read_only");
  });
});

describe("409", () => {
  test("once it has a transaction, as either side of a transfer, a void one too: archive it", async () => {
    const user = await accountHolder(api);
    const [from, to] = [await user.open(), await user.open()];
    const { id } = await user.record({
      ...{ kind: "transfer", date: "2026-02-01", accountId: from.id, toAccountId: to.id },
      amount: { amount: "1.00", currency: "EUR" },
    });
    await user.post(`/v1/transactions/${id}/void`, {}, ifMatch(1));
    for (const account of [from, to]) {
      const answer = await user.delete(pathOf(account), undefined, ifMatch(1));
      const problem = expectProblem(answer, 409, "ledger.account_in_use");
      expect(problem.meta).toEqual({ wayOut: "POST /v1/accounts/{id}/archival" });
    }
    const { items } = (await user.get<{ items: object[] }>("/v1/accounts")).body;
    expect(items).toHaveLength(2);
    const { body } = await user.get<{ kind: string }>(`/v1/transactions/${id}`);
    expect(body.kind).toBe("transfer");
  });

  test("once it had a transaction, though all were moved elsewhere: their history speaks of it", async () => {
    const user = await accountHolder(api);
    const [from, to, other] = [await user.open(), await user.open(), await user.open()];
    const { id } = await user.record({
      ...{ kind: "transfer", date: "2026-02-01", accountId: from.id, toAccountId: to.id },
      amount: { amount: "1.00", currency: "EUR" },
    });
    for (const [version, change] of [{ accountId: other.id }, { toAccountId: from.id }].entries())
      expect(
        (await user.patch(`/v1/transactions/${id}`, change, ifMatch(version + 1))).status,
      ).toBe(200);
    const answer = await user.delete(pathOf(to), undefined, ifMatch(1));
    expectProblem(answer, 409, "ledger.account_in_use");
    const dollars = await user.patch(pathOf(to), { currency: "USD" }, ifMatch(1));
    expectProblem(dollars, 409, "ledger.account_in_use");
  });

  test("for an opening balance on a closed day", async () => {
    const user = await accountHolder(api);
    const account = await user.open({ openingBalance: { amount: "1", currency: "EUR" } });
    await user.closeThrough("2026-01-31");
    const answer = await user.delete(pathOf(account), undefined, ifMatch(1));
    expectProblem(answer, 409, "ledger.period_closed");
  });
});

describe("412 and 428", () => {
  test("for another version, and for none", async () => {
    const user = await accountHolder(api);
    const account = await user.open();
    const answer = await user.delete(pathOf(account), undefined, ifMatch(7));
    expectProblem(answer, 412, "ledger.version_changed");
    expectProblem(await user.delete(pathOf(account)), 428, "precondition.required");
  });
});
