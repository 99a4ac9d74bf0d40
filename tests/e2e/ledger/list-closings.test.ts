import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Book } from "#modules/ledger/contract";
import { bookOwner, joinBook } from "../../support/books.ts";
import type { Page } from "../../support/currency-api.ts";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

type Closing = { readonly closedThrough: string | null; readonly reason: string | null };
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());
const pathOf = ({ id }: Book) => `/v1/books/${id}/closings`;

/** Closed twice, reopened once. */
async function history() {
  const owner = await bookOwner(api);
  const path = `/v1/books/${owner.book.id}`;
  await owner.put(`${path}/closing`, { closedThrough: "2026-06-30" }, ifMatch(1));
  api.clock.advance(60);
  await owner.put(`${path}/closing`, { closedThrough: "2026-07-31", reason: "July" }, ifMatch(2));
  api.clock.advance(60);
  await owner.post(`${path}/reopening`, { closedThrough: null, reason: "A mistake" }, ifMatch(3));
  return owner;
}

describe("200", () => {
  test("tells every member who moved the closed period, when and why, the newest first", async () => {
    const { get, book, user } = await history();
    const closedBy = user.id;
    const answer = await get<Page<Closing>>(pathOf(book));
    expect([answer.status, answer.body as unknown]).toEqual([
      200,
      {
        items: [
          { closedThrough: null, reason: "A mistake", closedBy, closedAt: expect.any(String) },
          { closedThrough: "2026-07-31", reason: "July", closedBy, closedAt: expect.any(String) },
          { closedThrough: "2026-06-30", reason: null, closedBy, closedAt: expect.any(String) },
        ],
        nextCursor: null,
      },
    ]);
    const viewer = await joinBook(api, book.id, "viewer");
    expect((await viewer.get<Page<Closing>>(pathOf(book))).body).toEqual(answer.body);
  });

  test("page by page", async () => {
    const { get, book } = await history();
    const seen: (string | null)[] = [];
    let next = "";
    for (let page = 0; page < 3; page += 1) {
      const { body } = await get<Page<Closing>>(`${pathOf(book)}?limit=1${next}`);
      seen.push(...body.items.map(({ closedThrough }) => closedThrough));
      next = `&cursor=${body.nextCursor}`;
      expect(body.nextCursor === null).toBe(page === 2);
    }
    expect(seen).toEqual([null, "2026-07-31", "2026-06-30"]);
  });

  test("is empty of a book that was never closed", async () => {
    const { get, book } = await bookOwner(api);
    expect((await get<object>(pathOf(book))).body).toEqual({ items: [], nextCursor: null });
  });
});

test("404: for a book of others", async () => {
  const { book } = await history();
  const { get } = await signedInUser(api);
  expectProblem(await get(pathOf(book)), 404, "ledger.book_not_found");
});

test("422: for what is no cursor of the list", async () => {
  const { get, book } = await bookOwner(api);
  for (const cursor of ["x", "WyJhIiwiYiJd", "WyJhIl0"])
    expectFaults(await get(`${pathOf(book)}?cursor=${cursor}`), ["cursor"]);
});
