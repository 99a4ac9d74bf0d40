import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Book } from "#modules/ledger/contract";
import { bookOwner, joinBook } from "../../support/books.ts";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { ifMatch, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

/** "Now" is 18 September 2026. */
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());
const pathOf = ({ id }: Pick<Book, "id">) => `/v1/books/${id}/closing`;

describe("200", () => {
  test("closes everything up to the day; the rest stays as it is", async () => {
    const { put, get, book } = await bookOwner(api);
    const body = { closedThrough: "2026-08-31", reason: " Year end " };
    const answer = await put<object>(pathOf(book), body, ifMatch(1));
    expect([answer.status, answer.headers.get("etag"), answer.body]).toEqual([
      200,
      '"2"',
      { ...book, closedThrough: "2026-08-31", version: 2, revision: 2 },
    ]);
    expect((await get(`/v1/books/${book.id}`)).body).toEqual(answer.body);
  });

  test("moves on as often as wanted, to tomorrow at the latest", async () => {
    const { put, book } = await bookOwner(api);
    let version = 1;
    for (const closedThrough of ["1999-12-31", "2026-08-31", "2026-09-18", "2026-09-19"]) {
      const answer = await put<Book>(pathOf(book), { closedThrough }, ifMatch(version));
      expect([answer.status, String(answer.body.closedThrough)]).toEqual([200, closedThrough]);
      version = answer.body.version;
    }
  });

  test("the same day again changes nothing and is not kept", async () => {
    const { put, get, book } = await bookOwner(api);
    const body = { closedThrough: "2026-08-31" };
    await put(pathOf(book), body, ifMatch(1));
    const again = await put<Book>(pathOf(book), body, ifMatch(2));
    expect([again.status, again.body.version]).toEqual([200, 2]);
    const { items } = (await get<{ items: object[] }>(`/v1/books/${book.id}/closings`)).body;
    expect(items).toHaveLength(1);
  });
});

describe("what is closed", () => {
  test("takes no new transactions, while the day after does", async () => {
    const user = await ledgerUser(api);
    const accountId = await user.addAccount("EUR");
    const version = (await user.get<Book>(`/v1/books/${user.bookId}`)).body.version;
    await user.put(pathOf({ id: user.bookId }), { closedThrough: "2026-08-31" }, ifMatch(version));
    const create = (date: string) =>
      user.post("/v1/transactions", {
        ...{ kind: "expense", date, accountId, amount: { amount: "1", currency: "EUR" } },
      });
    for (const date of ["2026-08-31", "2026-08-01", "1999-01-01"]) {
      const problem = expectProblem(await create(date), 409, "ledger.period_closed");
      expect(problem.meta).toEqual({ closedThrough: "2026-08-31" });
    }
    expect((await create("2026-09-01")).status).toBe(201);
  });
});

describe("401 and 403", () => {
  test("for strangers, editors and viewers", async () => {
    const { book } = await bookOwner(api);
    const body = { closedThrough: "2026-08-31" };
    const init = { method: "PUT", body: "{}", headers: { "content-type": "application/json" } };
    expectProblem(await api.request(pathOf(book), init), 401, "auth.required");
    for (const [role, code] of [
      ["editor", "ledger.owner_only"],
      ["viewer", "ledger.read_only"],
    ] as const) {
      const { put } = await joinBook(api, book.id, role);
      expectProblem(await put(pathOf(book), body, ifMatch(1)), 403, code);
    }
  });
});

describe("404", () => {
  test("for a book of others, which stays open", async () => {
    const { book, get } = await bookOwner(api);
    const { put } = await signedInUser(api);
    const answer = await put(pathOf(book), { closedThrough: "2026-08-31" }, ifMatch(1));
    expectProblem(answer, 404, "ledger.book_not_found");
    expect((await get(`/v1/books/${book.id}`)).body).toEqual(book);
  });
});

describe("409", () => {
  test("when more than that is closed, with the way out", async () => {
    const { put, book } = await bookOwner(api);
    await put(pathOf(book), { closedThrough: "2026-08-31" }, ifMatch(1));
    const answer = await put(pathOf(book), { closedThrough: "2026-08-30" }, ifMatch(2));
    const problem = expectProblem(answer, 409, "ledger.period_closed");
    expect(problem.meta).toEqual({ closedThrough: "2026-08-31" });
    expect(problem.detail).toContain("/reopening");
  });
});

describe("412 and 428", () => {
  test("of two who close the same version at once one is told to look again", async () => {
    const { put, book } = await bookOwner(api);
    expectProblem(
      await put(pathOf(book), { closedThrough: "2026-08-31" }),
      428,
      "precondition.required",
    );
    const answers = await Promise.all(
      ["2026-06-30", "2026-07-31"].map((closedThrough) =>
        put(pathOf(book), { closedThrough }, ifMatch(1)),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412]);
  });
});

describe("422", () => {
  test.each<[string, object, string[]]>([
    ["no day", {}, ["/closedThrough"]],
    ["null: that is reopening", { closedThrough: null }, ["/closedThrough"]],
    ["a day to come", { closedThrough: "2026-09-20" }, ["/closedThrough"]],
    ["31 February", { closedThrough: "2026-02-31" }, ["/closedThrough"]],
    ["an instant", { closedThrough: "2026-08-31T00:00:00Z" }, ["/closedThrough"]],
    ["a blank reason", { closedThrough: "2026-08-31", reason: " " }, ["/reason"]],
  ])("names what is faulty about %s", async (_what, body, paths) => {
    const { put, book } = await bookOwner(api);
    expectFaults(await put(pathOf(book), body, ifMatch(1)), paths);
  });
});
