import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Book } from "#modules/ledger/contract";
import { bookOwner, categoriesOf, joinBook } from "../../support/books.ts";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());
const pathOf = ({ id }: Book) => `/v1/books/${id}`;

describe("200", () => {
  test.each<[string, object, object]>([
    ["name", { name: " Ev " }, { name: "Ev" }],
    ["base currency", { baseCurrency: "BTC" }, { baseCurrency: "BTC" }],
    ["locale", { locale: "de-ch" }, { locale: "de-CH" }],
    ["nothing", {}, {}],
  ])("changes the %s and leaves the rest", async (_what, body, changed) => {
    const { get, patch, book } = await bookOwner(api);
    const answer = await patch<object>(pathOf(book), body, ifMatch(1));
    expect([answer.status, answer.headers.get("etag"), answer.body]).toEqual([
      200,
      '"2"',
      { ...book, ...changed, version: 2, revision: 2 },
    ]);
    expect((await get(pathOf(book))).body).toEqual(answer.body);
  });

  test("leaves the names of categories as they are, whatever the language becomes", async () => {
    const owner = await bookOwner(api);
    const before = await categoriesOf(owner);
    await owner.patch(pathOf(owner.book), { locale: "tr" }, ifMatch(1));
    expect(await categoriesOf(owner)).toEqual(before);
  });
});

describe("401 and 403", () => {
  test("for strangers; for editors and viewers, however right the rest is", async () => {
    const { book } = await bookOwner(api);
    const init = { method: "PATCH", body: "{}", headers: { "content-type": "application/json" } };
    expectProblem(await api.request(pathOf(book), init), 401, "auth.required");
    for (const [role, code] of [
      ["editor", "ledger.owner_only"],
      ["viewer", "ledger.read_only"],
    ] as const) {
      const { patch } = await joinBook(api, book.id, role);
      expectProblem(await patch(pathOf(book), { name: "Mine" }, ifMatch(1)), 403, code);
    }
  });
});

describe("404", () => {
  test("for a book of others", async () => {
    const { book, get } = await bookOwner(api);
    const { patch } = await signedInUser(api);
    expectProblem(
      await patch(pathOf(book), { name: "Mine" }, ifMatch(1)),
      404,
      "ledger.book_not_found",
    );
    expect((await get(pathOf(book))).body).toEqual(book);
  });
});

describe("412", () => {
  test("with another version, and the version that it has", async () => {
    const { patch, get, book } = await bookOwner(api);
    await patch(pathOf(book), { name: "First" }, ifMatch(1));
    const answer = await patch(pathOf(book), { name: "Second" }, ifMatch(1));
    expect(expectProblem(answer, 412, "ledger.version_changed").meta).toEqual({ version: 2 });
    expectProblem(
      await patch(pathOf(book), {}, { "if-match": 'W/"2"' }),
      412,
      "precondition.failed",
    );
    expect((await get<Book>(pathOf(book))).body.name).toBe("First");
  });

  test("of 20 who change the same version at once all but one", async () => {
    const { patch, get, book } = await bookOwner(api);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        patch(pathOf(book), { name: `${index}` }, ifMatch(1)),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(19).fill(412)]);
    expect((await get<Book>(pathOf(book))).body.version).toBe(2);
  });
});

describe("422", () => {
  test.each<[string, object, string[]]>([
    ["a name of blanks", { name: "  " }, ["/name"]],
    ["a currency that nobody knows", { baseCurrency: "ZZZ" }, ["/baseCurrency"]],
    ["no language", { locale: "??" }, ["/locale"]],
    ["null", { name: null }, ["/name"]],
    ["a closed day: that has a way of its own", { closedThrough: "2026-01-01" }, ["/"]],
    ["a version", { version: 7 }, ["/"]],
  ])("names what is faulty about %s", async (_what, body, paths) => {
    const { patch, book } = await bookOwner(api);
    expectFaults(await patch(pathOf(book), body, ifMatch(1)), paths);
  });
});

describe("428", () => {
  test("without If-Match", async () => {
    const { patch, book } = await bookOwner(api);
    expectProblem(await patch(pathOf(book), { name: "x" }), 428, "precondition.required");
  });
});
