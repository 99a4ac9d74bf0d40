import { afterAll, beforeAll, expect, test } from "bun:test";
import { ifMatch, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { inThisOrder, openPatientDatabase } from "../../support/waiting-for-a-book.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp({ openMain: openPatientDatabase });
});
afterAll(() => api.close());

test("a category that is archived meanwhile takes nothing from those who waited", async () => {
  const user = await ledgerUser(api);
  const accountId = await user.addAccount("EUR");
  const categoryId = await user.addCategory("expense");
  const [amount, path] = [{ amount: "1.00", currency: "EUR" }, `/v1/categories/${categoryId}`];
  const create = () =>
    user.post("/v1/transactions", {
      ...{ kind: "expense", date: "2026-09-01", accountId, categoryId, amount },
    });
  const statuses = await inThisOrder(api, user.bookId, [
    () => user.post(`${path}/archival`, undefined, ifMatch(1)),
    create,
    create,
  ]);
  expect(statuses).toEqual([200, 409, 409]);
});

test("a category that is deleted meanwhile takes nothing from those who waited", async () => {
  const user = await ledgerUser(api);
  const accountId = await user.addAccount("EUR");
  const categoryId = await user.addCategory("expense");
  const amount = { amount: "1.00", currency: "EUR" };
  const statuses = await inThisOrder(api, user.bookId, [
    () => user.delete(`/v1/categories/${categoryId}`, undefined, ifMatch(1)),
    () =>
      user.post("/v1/transactions", {
        ...{ kind: "expense", date: "2026-09-01", accountId, categoryId, amount },
      }),
  ]);
  expect(statuses).toEqual([204, 404]);
});
