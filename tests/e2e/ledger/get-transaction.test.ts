import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Transaction } from "#modules/ledger/contract";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let user: LedgerUser;
let recorded: Transaction;
beforeAll(async () => {
  api = await openTestApp();
  user = await ledgerUser(api);
  recorded = await user.record({
    ...{ kind: "income", date: "2026-09-01", accountId: await user.addAccount("KWD") },
    amount: { amount: "12.5", currency: "KWD" },
    ...{ payee: "İşçi Bankası", tags: ["ücret"] },
  });
});
afterAll(() => api.close());
const pathOf = (id: string) => `/v1/transactions/${id}`;

describe("200", () => {
  test("the transaction with its version, amounts with all decimals of their currency", async () => {
    const answer = await user.get<Transaction>(pathOf(recorded.id));
    expect([answer.status, answer.headers.get("etag")]).toEqual([200, '"1"']);
    expect(answer.body).toEqual(recorded);
    expect<string>(answer.body.amount.amount).toBe("12.500");
    expect<string | undefined>(answer.body.splits[0]?.amount.amount).toBe("12.500");
  });

  test("ids in any case", async () => {
    expect((await user.get(pathOf(recorded.id.toUpperCase()))).status).toBe(200);
  });

  test("to every member of the book", async () => {
    const viewer = await ledgerUser(api);
    expectProblem(await viewer.get(pathOf(recorded.id)), 404, "ledger.transaction_not_found");
    await user.share(viewer, "viewer");
    expect((await viewer.get<Transaction>(pathOf(recorded.id))).body).toEqual(recorded);
  });
});

test("404: none", async () => {
  const answer = await user.get(pathOf("01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21"));
  expectProblem(answer, 404, "ledger.transaction_not_found");
});

test("422: what is no id", async () => {
  expectFaults(await user.get(pathOf("7")), ["id"]);
});

test("405: other methods", () =>
  expectOnlyMethods(api, pathOf(recorded.id), ["GET", "HEAD", "PATCH"]));
