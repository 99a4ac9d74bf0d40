import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Category } from "#modules/ledger/contract";
import { bookOwner, categoriesOf, joinBook } from "../../support/books.ts";
import { expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { ifMatch, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());
const pathOf = (category: Pick<Category, "id"> | undefined) => `/v1/categories/${category?.id}`;

/** A user with an account and a category that was never used. */
async function withCategory() {
  const user = await ledgerUser(api);
  const accountId = await user.addAccount("EUR");
  const category = { id: await user.addCategory("expense", "Fishing") };
  const record = () =>
    user.record({
      ...{ kind: "expense", date: "2026-09-01", accountId, categoryId: category.id },
      amount: { amount: "3", currency: "EUR" },
    });
  return { ...user, category, record };
}

describe("204", () => {
  test("for one that was never used: it is gone", async () => {
    const { delete: remove, get, category } = await withCategory();
    const answer = await remove(pathOf(category), undefined, ifMatch(1));
    expect([answer.status, answer.body, answer.headers.get("etag")]).toEqual([204, null, null]);
    expectProblem(await get(pathOf(category)), 404, "ledger.category_not_found");
    const again = await remove(pathOf(category), undefined, ifMatch(1));
    expectProblem(again, 404, "ledger.category_not_found");
  });
});

describe("401, 403, 404, 412 and 428", () => {
  test("for strangers, viewers, members of other books, other versions and none", async () => {
    const owner = await bookOwner(api);
    const taxes = (await categoriesOf(owner)).get("Taxes");
    expectProblem(await api.request(pathOf(taxes), { method: "DELETE" }), 401, "auth.required");
    const ask = ({ delete: remove }: Pick<typeof owner, "delete">, headers = ifMatch(1)) =>
      remove(pathOf(taxes), undefined, headers);
    expectProblem(await ask(await joinBook(api, owner.book.id, "viewer")), 403, "ledger.read_only");
    expectProblem(await ask(await signedInUser(api)), 404, "ledger.category_not_found");
    expectProblem(await ask(owner, ifMatch(7)), 412, "ledger.version_changed");
    expectProblem(await ask(owner, {}), 428, "precondition.required");
    expect((await categoriesOf(owner)).get("Taxes")).toEqual(taxes as Category);
  });
});

describe("409, with the way out", () => {
  test("for one that transactions have, have had, or had before they were void", async () => {
    const used = await withCategory();
    const transaction = await used.record();
    const refuse = async () => {
      const answer = await used.delete(pathOf(used.category), undefined, ifMatch(1));
      expect(expectProblem(answer, 409, "ledger.category_in_use").detail).toContain("/archival");
    };
    await refuse();
    const path = `/v1/transactions/${transaction.id}`;
    const other = await used.uncategorised("expense");
    const moved = await used.patch(path, { categoryId: other }, ifMatch(1));
    expect(moved.status).toBe(200);
    await refuse();

    const voided = await withCategory();
    const { id } = await voided.record();
    const answer = await voided.post(`/v1/transactions/${id}/void`, {}, ifMatch(1));
    expect(answer.status).toBe(200);
    const still = await voided.delete(pathOf(voided.category), undefined, ifMatch(1));
    expectProblem(still, 409, "ledger.category_in_use");
  });

  test("for one that a budget is for", async () => {
    const { post, delete: remove, category } = await withCategory();
    const budget = await post("/v1/budgets", {
      ...{ name: "Fishing", period: "monthly", startsOn: "2026-09-01", rollover: "none" },
      amount: { amount: "100", currency: "EUR" },
      ...{ categoryIds: [category.id], thresholds: [] },
    });
    expect(budget.status).toBe(201);
    const answer = await remove(pathOf(category), undefined, ifMatch(1));
    expectProblem(answer, 409, "ledger.category_in_use");
  });

  test("for one that has others below it", async () => {
    const owner = await bookOwner(api);
    const housing = (await categoriesOf(owner)).get("Housing");
    const answer = await owner.delete(pathOf(housing), undefined, ifMatch(1));
    expectProblem(answer, 409, "ledger.category_in_use");
  });

  test("for the one for what has no other", async () => {
    const owner = await bookOwner(api);
    const none = (await categoriesOf(owner)).get("Uncategorised");
    const answer = await owner.delete(pathOf(none), undefined, ifMatch(1));
    expectProblem(answer, 409, "ledger.category_fixed");
  });
});
