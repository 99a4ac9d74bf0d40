import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { bookOwner, joinBook } from "../../support/books.ts";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

test("200: every member sees it, with his own role", async () => {
  const { get, book } = await bookOwner(api);
  const answer = await get<object>(`/v1/books/${book.id}`);
  expect([answer.status, answer.body, answer.headers.get("etag")]).toEqual([200, book, '"1"']);
  for (const role of ["owner", "editor", "viewer"] as const) {
    const member = await joinBook(api, book.id, role);
    const seen = await member.get<object>(`/v1/books/${book.id}`);
    expect([seen.status, seen.body]).toEqual([200, { ...book, role, isDefault: false }]);
  }
});

describe("404", () => {
  test("for a book of others, and for one that is not there", async () => {
    const { book } = await bookOwner(api);
    const { get } = await signedInUser(api);
    for (const id of [book.id, "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21"])
      expectProblem(await get(`/v1/books/${id}`), 404, "ledger.book_not_found");
  });
});

test("422: what is no id", async () => {
  const { get } = await signedInUser(api);
  for (const id of ["1", "default", "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e2"])
    expectFaults(await get(`/v1/books/${id}`), ["id"]);
});

test("405: a book is read and changed, and never deleted with all that it holds", async () => {
  const { book } = await bookOwner(api);
  await expectOnlyMethods(api, `/v1/books/${book.id}`, ["GET", "HEAD", "PATCH"]);
});
