import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Category, Transaction } from "#modules/ledger/contract";
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
const pathOf = (category: Category | undefined) => `/v1/categories/${category?.id}/archival`;

describe("archiving", () => {
  test("takes all that is below, each with a new version; again it changes nothing", async () => {
    const owner = await bookOwner(api);
    const before = await categoriesOf(owner);
    const food = before.get("Food and drink");
    const answer = await owner.post<Category>(pathOf(food), undefined, ifMatch(1));
    expect([answer.status, answer.headers.get("etag"), answer.body]).toEqual([
      200,
      '"2"',
      { ...food, archivedAt: api.clock.now(), version: 2 } as Category,
    ]);
    const after = await categoriesOf(owner);
    for (const [name, category] of before) {
      const isBelow = category.id === food?.id || category.parentId === food?.id;
      const expected = isBelow
        ? { ...category, archivedAt: api.clock.now(), version: 2 }
        : category;
      expect(after.get(name)).toEqual(expected);
    }
    api.clock.advance(60);
    const again = await owner.post<Category>(pathOf(food), undefined, ifMatch(2));
    expect([again.status, again.body]).toEqual([200, answer.body]);
  });

  test("keeps the history, and lets nothing new in", async () => {
    const user = await ledgerUser(api);
    const accountId = await user.addAccount("EUR");
    const [groceries] = (await user.get<{ items: Category[] }>("/v1/categories")).body.items.filter(
      ({ name }) => name === "Groceries",
    );
    const expense = {
      ...({ kind: "expense", date: "2026-09-01", accountId, categoryId: groceries?.id } as const),
      amount: { amount: "12.50", currency: "EUR" },
    };
    const recorded = await user.record({ ...expense, categoryId: groceries?.id ?? "" });
    await user.post(pathOf(groceries), undefined, ifMatch(1));
    const refused = await user.post("/v1/transactions", expense);
    expectProblem(refused, 409, "ledger.category_archived");
    const kept = await user.get<Transaction>(`/v1/transactions/${recorded.id}`);
    expect(kept.body.splits).toEqual(recorded.splits);
  });

  test("409: for the one for what has no other", async () => {
    const owner = await bookOwner(api);
    const none = (await categoriesOf(owner)).get("Uncategorised");
    const answer = await owner.post(pathOf(none), undefined, ifMatch(1));
    expectProblem(answer, 409, "ledger.category_fixed");
  });
});

describe("restoring", () => {
  test("brings back what was archived with it, and not what was archived before", async () => {
    const owner = await bookOwner(api);
    const names = await categoriesOf(owner);
    await owner.post(pathOf(names.get("Eating out")), undefined, ifMatch(1));
    api.clock.advance(60);
    await owner.post(pathOf(names.get("Food and drink")), undefined, ifMatch(1));
    const answer = await owner.delete<Category>(
      pathOf(names.get("Food and drink")),
      undefined,
      ifMatch(2),
    );
    expect([answer.status, answer.body.archivedAt, answer.headers.get("etag")]).toEqual([
      200,
      null,
      '"3"',
    ]);
    const after = await categoriesOf(owner);
    expect(after.get("Groceries")?.archivedAt).toBeNull();
    expect(after.get("Eating out")?.archivedAt).not.toBeNull();
  });

  test("changes nothing of an active one", async () => {
    const owner = await bookOwner(api);
    const rent = (await categoriesOf(owner)).get("Rent");
    const answer = await owner.delete<Category>(pathOf(rent), undefined, ifMatch(1));
    expect([answer.status, answer.body]).toEqual([200, rent as Category]);
  });

  test("409: while its parent is archived", async () => {
    const owner = await bookOwner(api);
    const names = await categoriesOf(owner);
    await owner.post(pathOf(names.get("Food and drink")), undefined, ifMatch(1));
    const answer = await owner.delete(pathOf(names.get("Groceries")), undefined, ifMatch(2));
    expectProblem(answer, 409, "ledger.category_archived");
  });
});

describe("401, 403, 404, 412 and 428 of both", () => {
  test("for strangers, viewers, members of other books, other versions and none", async () => {
    const owner = await bookOwner(api);
    const rent = (await categoriesOf(owner)).get("Rent");
    const viewer = await joinBook(api, owner.book.id, "viewer");
    const stranger = await signedInUser(api);
    for (const method of ["post", "delete"] as const) {
      const ask = (client: typeof stranger, headers: Record<string, string> = ifMatch(1)) =>
        client[method](pathOf(rent), undefined, headers);
      const anonymous = await api.request(pathOf(rent), { method: method.toUpperCase() });
      expectProblem(anonymous, 401, "auth.required");
      expectProblem(await ask(viewer), 403, "ledger.read_only");
      expectProblem(await ask(stranger), 404, "ledger.category_not_found");
      expectProblem(await ask(owner, ifMatch(2)), 412, "ledger.version_changed");
      expectProblem(await ask(owner, {}), 428, "precondition.required");
    }
    expect((await categoriesOf(owner)).get("Rent")).toEqual(rent as Category);
  });
});
