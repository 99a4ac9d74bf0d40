import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Category } from "#modules/ledger/contract";
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
const pathOf = (category: Pick<Category, "id">) => `/v1/categories/${category.id}`;

/** A user with categories by name. */
async function withCategories() {
  const owner = await bookOwner(api);
  const names = await categoriesOf(owner);
  const named = (name: string): Category => {
    const category = names.get(name);
    if (!category) throw new Error(`there is no ${name}`);
    return category;
  };
  return { ...owner, named };
}

describe("200", () => {
  test("renames, moves and codes; what is absent stays", async () => {
    const { patch, get, named } = await withCategories();
    const rent = named("Rent");
    let expected: object = rent;
    for (const [index, change] of [
      { name: " Miete  kalt " },
      { parentId: named("Insurance").id },
      { externalCode: "6310" },
      { parentId: null },
      { externalCode: null },
      {},
    ].entries()) {
      const answer = await patch<Category>(pathOf(rent), change, ifMatch(index + 1));
      expected = { ...expected, ...change, version: index + 2 };
      if (index === 0) expected = { ...expected, name: "Miete kalt" };
      expect([answer.status, answer.headers.get("etag"), answer.body as object]).toEqual([
        200,
        `"${index + 2}"`,
        expected,
      ]);
    }
    expect((await get<object>(pathOf(rent))).body).toEqual(expected);
  });

  test("a branch moves with all below it", async () => {
    const { patch, get, named } = await withCategories();
    const answer = await patch(
      pathOf(named("Housing")),
      { parentId: named("Taxes").id },
      ifMatch(1),
    );
    expect(answer.status).toBe(200);
    expect((await get<Category>(pathOf(named("Rent")))).body).toEqual(named("Rent"));
  });

  test("the one for what has no other is renamed", async () => {
    const { patch, named } = await withCategories();
    const answer = await patch<Category>(
      pathOf(named("Uncategorised")),
      { name: "Rest" },
      ifMatch(1),
    );
    expect([answer.status, answer.body.name, answer.body.isUncategorised]).toEqual([
      200,
      "Rest",
      true,
    ]);
  });

  test("its own code is not taken by itself", async () => {
    const { patch, named } = await withCategories();
    for (const version of [1, 2])
      expect(
        (await patch(pathOf(named("Rent")), { externalCode: "1" }, ifMatch(version))).status,
      ).toBe(200);
  });
});

describe("401, 403 and 404", () => {
  test("for strangers, viewers and members of other books", async () => {
    const { book, named, get } = await withCategories();
    const init = { method: "PATCH", body: "{}", headers: { "content-type": "application/json" } };
    expectProblem(await api.request(pathOf(named("Rent")), init), 401, "auth.required");
    const change = { name: "Mine" };
    const viewer = await joinBook(api, book.id, "viewer");
    const read = await viewer.patch(pathOf(named("Rent")), change, ifMatch(1));
    expectProblem(read, 403, "ledger.read_only");
    const stranger = await signedInUser(api);
    const foreign = await stranger.patch(pathOf(named("Rent")), change, ifMatch(1));
    expectProblem(foreign, 404, "ledger.category_not_found");
    expect((await get<Category>(pathOf(named("Rent")))).body).toEqual(named("Rent"));
  });

  test("for a parent in a book of others", async () => {
    const { patch, named } = await withCategories();
    const other = await withCategories();
    const answer = await patch(
      pathOf(named("Rent")),
      { parentId: other.named("Housing").id },
      ifMatch(1),
    );
    expectProblem(answer, 404, "ledger.category_not_found");
  });
});

describe("409", () => {
  test("for the one for what has no other: it stays at the top", async () => {
    const { patch, named } = await withCategories();
    const [none, salary] = [named("Uncategorised"), named("Salary")];
    const answer = await patch(pathOf(none), { parentId: salary.id }, ifMatch(1));
    expectProblem(answer, 409, "ledger.category_fixed");
  });

  test("for an archived parent, and for a code that another one has", async () => {
    const { patch, post, named } = await withCategories();
    await post(`${pathOf(named("Leisure"))}/archival`, undefined, ifMatch(1));
    const moved = await patch(pathOf(named("Rent")), { parentId: named("Leisure").id }, ifMatch(1));
    expectProblem(moved, 409, "ledger.category_archived");
    await patch(pathOf(named("Taxes")), { externalCode: "4000" }, ifMatch(1));
    const coded = await patch(pathOf(named("Rent")), { externalCode: "4000" }, ifMatch(1));
    expectProblem(coded, 409, "ledger.external_code_taken");
  });
});

describe("412 and 428", () => {
  test("with another version, and with none", async () => {
    const { patch, named } = await withCategories();
    const path = pathOf(named("Rent"));
    await patch(path, { name: "First" }, ifMatch(1));
    const { meta } = expectProblem(
      await patch(path, { name: "Second" }, ifMatch(1)),
      412,
      "ledger.version_changed",
    );
    expect(meta).toEqual({ version: 2 });
    expectProblem(await patch(path, { name: "Third" }), 428, "precondition.required");
  });
});

describe("422", () => {
  test("for a parent that is itself, lies below it, or is of the other kind; for a fifth level", async () => {
    const { patch, post, named } = await withCategories();
    const [housing, rent] = [named("Housing"), named("Rent")];
    for (const parentId of [housing.id, rent.id, named("Salary").id])
      expectFaults(await patch(pathOf(housing), { parentId }, ifMatch(1)), ["/parentId"]);
    const asked = { kind: "expense", name: "x", parentId: named("Travel").id };
    const third = (await post<Category>("/v1/categories", asked)).body;
    expectFaults(await patch(pathOf(housing), { parentId: third.id }, ifMatch(1)), ["/parentId"]);
  });

  test.each<[string, object, string[]]>([
    ["a name of blanks", { name: " " }, ["/name"]],
    ["no name", { name: null }, ["/name"]],
    ["another kind", { kind: "income" }, ["/"]],
    ["another book", { bookId: "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21" }, ["/"]],
    ["a parent that is no id", { parentId: 7 }, ["/parentId"]],
  ])("names what is faulty about %s", async (_what, body, paths) => {
    const { patch, named } = await withCategories();
    expectFaults(await patch(pathOf(named("Rent")), body, ifMatch(1)), paths);
  });
});

test("moves that meet never make a cycle", async () => {
  const { patch, named } = await withCategories();
  for (let round = 0; round < 5; round += 1) {
    const [one, other] = [named("Health"), named("Education")];
    const versions = await api.sql<{ id: string; version: number }[]>`
      select id, version from ledger.categories where id in (${one.id}, ${other.id})`;
    const versionOf = (id: string) => versions.find((row) => row.id === id)?.version ?? 0;
    const answers = await Promise.all([
      patch(pathOf(one), { parentId: other.id }, ifMatch(versionOf(one.id))),
      patch(pathOf(other), { parentId: one.id }, ifMatch(versionOf(other.id))),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422]);
    for (const category of [one, other]) {
      const [row] = await api.sql<{ version: number }[]>`
        select version from ledger.categories where id = ${category.id}`;
      await patch(pathOf(category), { parentId: null }, ifMatch(row?.version ?? 0));
    }
  }
});
