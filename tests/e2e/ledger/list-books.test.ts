import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Book } from "#modules/ledger/contract";
import { bookOwner, joinBook } from "../../support/books.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { createUser, signedInUser } from "../../support/identity.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

type Books = { readonly items: readonly Book[] };
const path = "/v1/books";
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

const rowsOf = async (userId: string) => {
  const [rows] = await api.sql`
    with mine as (select id from ledger.books where default_of = ${userId})
    select (select count(*) from mine)::int as books,
      (select count(*) from ledger.book_members where book_id in (select id from mine))::int as members,
      (select count(*) from ledger.book_states where book_id in (select id from mine))::int as states,
      (select count(*) from ledger.categories where book_id in (select id from mine))::int as categories`;
  return { ...rows };
};

describe("200", () => {
  test.each([
    ["tr-TR", "Kişisel"],
    ["de-AT", "Privat"],
    ["en-GB", "Personal"],
    ["fr", "Personal"],
  ])(
    "of a newcomer who reads %s: a default book named %s, as his profile has it",
    async (locale, name) => {
      const { get } = await signedInUser(api, { locale });
      const answer = await get<object>(path);
      expect([answer.status, answer.body]).toEqual([
        200,
        {
          items: [
            {
              ...{ id: expect.any(String), name, locale, baseCurrency: "TRY", closedThrough: null },
              ...{ role: "owner", isDefault: true, revision: 1, version: 1 },
            },
          ],
        },
      ]);
    },
  );

  test("is one default book with one set of categories, however many first requests meet", async () => {
    const one = await bookOwner(api);
    const whole = await rowsOf(one.user.id);
    expect(whole).toMatchObject({ books: 1, members: 1, states: 1 });
    const { get, post, user } = await signedInUser(api);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        [
          () => get(path),
          () => get("/v1/categories"),
          () =>
            post(
              "/v1/categories",
              { kind: "income", name: "x" },
              { "idempotency-key": `${index}` },
            ),
          () => post(path, { name: "Business" }),
        ][index % 4]?.(),
      ),
    );
    expect(answers.map((answer) => answer?.status)).toEqual(
      answers.map((_, index) => (index % 4 < 2 ? 200 : 201)),
    );
    const made = await rowsOf(user.id);
    expect(made).toEqual({ ...whole, categories: Number(whole["categories"]) + 5 });
  });

  test("has the default book first, then the oldest, and those that one was let into", async () => {
    const { get, post, user } = await bookOwner(api);
    const made: string[] = [];
    for (const name of ["Zebra", "Apple"]) made.push((await post<Book>(path, { name })).body.id);
    const { book } = await bookOwner(api);
    await api.sql`insert into ledger.book_members values
      (${book.id}, ${user.id}, 'viewer', ${api.clock.now()})`;
    const { items } = (await get<Books>(path)).body;
    expect(items[0]).toMatchObject({ isDefault: true, role: "owner" });
    expect(items.find(({ id }) => id === book.id)).toMatchObject({
      isDefault: false,
      role: "viewer",
    });
    expect(items.slice(1).map(({ id }) => id)).toEqual(expect.arrayContaining([...made, book.id]));
    expect(items).toHaveLength(4);
  });

  test("of whoever was let into a book before he had one: his own, and first", async () => {
    const { book } = await bookOwner(api);
    const { get } = await joinBook(api, book.id, "editor");
    const { items } = (await get<Books>(path)).body;
    expect(items.map(({ isDefault, role }) => [isDefault, role])).toEqual([
      [true, "owner"],
      [false, "editor"],
    ]);
  });

  test("is made for nobody before he asks", async () => {
    const user = await createUser(api);
    expect(await rowsOf(user.id)).toMatchObject({ books: 0 });
  });
});

describe("401 and 405", () => {
  test("for a stranger, and for other methods", async () => {
    expectProblem(await api.get(path), 401, "auth.required");
    await expectOnlyMethods(api, path, ["GET", "HEAD", "POST"]);
  });
});
