import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Book, Category } from "#modules/ledger/contract";
import { bookOwner, joinBook } from "../../support/books.ts";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

type Categories = { readonly items: readonly Category[] };
const path = "/v1/categories";
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

describe("200", () => {
  test.each([
    ["tr-TR", "Market alışverişi", "Yiyecek ve içecek", "Kategorisiz"],
    ["de-DE", "Lebensmittel", "Essen und Trinken", "Ohne Kategorie"],
    ["en-GB", "Groceries", "Food and drink", "Uncategorised"],
    ["fr-FR", "Groceries", "Food and drink", "Uncategorised"],
  ])(
    "of a newcomer who reads %s: a tree in his language, made on first use",
    async (locale, leaf, parent, none) => {
      const { get } = await signedInUser(api, { locale });
      const { status, body } = await get<Categories>(path);
      expect(status).toBe(200);
      const named = (name: string) => body.items.filter((one) => one.name === name);
      expect(named(leaf).map(({ parentId }) => parentId)).toEqual(
        named(parent).map(({ id }) => id),
      );
      expect(named(parent)[0]).toMatchObject({
        ...{ kind: "expense", parentId: null, externalCode: null, isUncategorised: false },
        ...{ archivedAt: null, version: 1 },
      });
      expect(named(none).map(({ kind, isUncategorised }) => [kind, isUncategorised])).toEqual([
        ["expense", true],
        ["income", true],
      ]);
      expect(body.items.length).toBeWithin(20, 31);
    },
  );

  test("of the book that is named, for each of its members", async () => {
    const { post, get } = await bookOwner(api);
    const business = (await post<Book>("/v1/books", { name: "Business" })).body;
    const { items } = (await get<Categories>(`${path}?bookId=${business.id}`)).body;
    expect([...new Set(items.map(({ bookId }) => bookId))]).toEqual([business.id]);
    const viewer = await joinBook(api, business.id, "viewer");
    const seen = await viewer.get<Categories>(`${path}?bookId=${business.id}`);
    expect(seen.body.items).toEqual(items);
    const own = (await viewer.get<Categories>(path)).body.items;
    expect(own.map(({ bookId }) => bookId)).not.toContain(business.id);
  });
});

describe("401, 404, 405 and 422", () => {
  test("for strangers, books of others, other methods, and what is no id", async () => {
    expectProblem(await api.get(path), 401, "auth.required");
    const { book } = await bookOwner(api);
    const { get } = await signedInUser(api);
    expectProblem(await get(`${path}?bookId=${book.id}`), 404, "ledger.book_not_found");
    await expectOnlyMethods(api, path, ["GET", "HEAD", "POST"]);
    expectFaults(await get(`${path}?bookId=mine`), ["bookId"]);
  });
});
