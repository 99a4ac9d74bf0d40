import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Category } from "#modules/ledger/contract";
import { bookOwner, categoriesOf, joinBook } from "../../support/books.ts";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

test("200: every member of its book sees it; 404: nobody else", async () => {
  const owner = await bookOwner(api);
  const rent = (await categoriesOf(owner)).get("Rent");
  const path = `/v1/categories/${rent?.id}`;
  for (const { get } of [owner, await joinBook(api, owner.book.id, "viewer")]) {
    const answer = await get<Category>(path);
    expect([answer.status, answer.headers.get("etag"), answer.body]).toEqual([
      200,
      '"1"',
      rent as Category,
    ]);
  }
  const { get } = await signedInUser(api);
  for (const foreign of [path, "/v1/categories/01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21"])
    expectProblem(await get(foreign), 404, "ledger.category_not_found");
  expectFaults(await get("/v1/categories/rent"), ["id"]);
  expectProblem(await api.get(path), 401, "auth.required");
});
