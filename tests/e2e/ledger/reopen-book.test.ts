import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Book } from "#modules/ledger/contract";
import { addSeconds } from "#platform/kernel/time";
import { type BookOwner, bookOwner, joinBook } from "../../support/books.ts";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { authorized, signedInUser, signIn } from "../../support/identity.ts";
import { ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());
const pathOf = ({ id }: Book) => `/v1/books/${id}/reopening`;
const reason = "A receipt was found";

/** Closed through 31 August 2026, version 2. */
async function closedBook(): Promise<BookOwner> {
  const owner = await bookOwner(api);
  const path = `/v1/books/${owner.book.id}/closing`;
  const { body } = await owner.put<Book>(path, { closedThrough: "2026-08-31" }, ifMatch(1));
  return { ...owner, book: body };
}

describe("200", () => {
  test.each([["2026-07-31"], [null]])("opens what lies after %p", async (closedThrough) => {
    const { post, book } = await closedBook();
    const answer = await post<object>(pathOf(book), { closedThrough, reason }, ifMatch(2));
    expect([answer.status, answer.headers.get("etag"), answer.body]).toEqual([
      200,
      '"3"',
      { ...book, closedThrough, version: 3, revision: book.revision + 1 },
    ]);
  });
});

describe("401", () => {
  test("to a session whose password was proved more than five minutes ago, and nothing opens", async () => {
    const { user, get, book } = await closedBook();
    const authenticatedAt = addSeconds(api.clock.now(), -301);
    const { accessToken } = await signIn(api, user, { authenticatedAt });
    const old = authorized(api, accessToken);
    const answer = await old.post(pathOf(book), { closedThrough: null, reason }, ifMatch(2));
    expectProblem(answer, 401, "auth.step_up_required");
    expect((await get(`/v1/books/${book.id}`)).body).toEqual(book);
    // Closing further needs none: it takes nothing away that was written.
    const closing = `/v1/books/${book.id}/closing`;
    expect((await old.put(closing, { closedThrough: "2026-09-01" }, ifMatch(2))).status).toBe(200);
  });
});

describe("403", () => {
  test("for editors and viewers", async () => {
    const { book } = await closedBook();
    for (const [role, code] of [
      ["editor", "ledger.owner_only"],
      ["viewer", "ledger.read_only"],
    ] as const) {
      const { post } = await joinBook(api, book.id, role);
      const answer = await post(pathOf(book), { closedThrough: null, reason }, ifMatch(2));
      expectProblem(answer, 403, code);
    }
  });
});

describe("404", () => {
  test("for a book of others", async () => {
    const { book } = await closedBook();
    const { post } = await signedInUser(api);
    const answer = await post(pathOf(book), { closedThrough: null, reason }, ifMatch(2));
    expectProblem(answer, 404, "ledger.book_not_found");
  });
});

describe("409", () => {
  test("when those days are open", async () => {
    const { post, book } = await closedBook();
    for (const closedThrough of ["2026-08-31", "2026-09-01"]) {
      const answer = await post(pathOf(book), { closedThrough, reason }, ifMatch(2));
      const { meta } = expectProblem(answer, 409, "ledger.not_closed");
      expect(meta).toEqual({ closedThrough: "2026-08-31" });
    }
  });

  test("when nothing is closed", async () => {
    const { post, book } = await bookOwner(api);
    const answer = await post(pathOf(book), { closedThrough: null, reason }, ifMatch(1));
    expectProblem(answer, 409, "ledger.not_closed");
  });
});

describe("412 and 428", () => {
  test("for another version, and for none", async () => {
    const { post, book } = await closedBook();
    const body = { closedThrough: null, reason };
    expectProblem(await post(pathOf(book), body, ifMatch(1)), 412, "ledger.version_changed");
    expectProblem(await post(pathOf(book), body), 428, "precondition.required");
  });
});

describe("422", () => {
  test.each<[string, object, string[]]>([
    ["no reason", { closedThrough: null }, ["/reason"]],
    ["a blank reason", { closedThrough: null, reason: "  " }, ["/reason"]],
    ["a reason that is too long", { closedThrough: null, reason: "x".repeat(501) }, ["/reason"]],
    ["no day", { reason }, ["/closedThrough"]],
    ["31 February", { closedThrough: "2026-02-31", reason }, ["/closedThrough"]],
  ])("names what is faulty about %s", async (_what, body, paths) => {
    const { post, book } = await closedBook();
    expectFaults(await post(pathOf(book), body, ifMatch(2)), paths);
  });
});
