import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { maxCategories } from "#modules/ledger/bounds";
import type { Book, Category } from "#modules/ledger/contract";
import { bookOwner, categoriesOf, joinBook } from "../../support/books.ts";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = "/v1/categories";
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

describe("201", () => {
  test("at the top of the default book, and below another with a code", async () => {
    const { get, post, book } = await bookOwner(api);
    const top = await post<Category>(path, { kind: "expense", name: " Haustiere  &  Tiere " });
    expect([top.status, top.headers.get("etag"), top.body as object]).toEqual([
      201,
      '"1"',
      {
        ...{ id: expect.any(String), bookId: book.id, parentId: null, kind: "expense" },
        ...{ name: "Haustiere & Tiere", externalCode: null, isUncategorised: false },
        ...{ archivedAt: null, version: 1 },
      },
    ]);
    const below = { kind: "expense", name: "Cat", parentId: top.body.id, externalCode: " 4210 " };
    const { status, body } = await post<Category>(path, below);
    expect([status, body.parentId, body.externalCode]).toEqual([201, top.body.id, "4210"]);
    expect((await get(`${path}/${body.id}`)).body).toEqual(body);
  });

  test("in the book that is named, where the same code is free", async () => {
    const { post } = await bookOwner(api);
    const business = (await post<Book>("/v1/books", { name: "Business" })).body;
    const asked = { kind: "income", name: "Sales", externalCode: "8400" };
    expect((await post(path, asked)).status).toBe(201);
    const answer = await post<Category>(path, { ...asked, bookId: business.id });
    expect([answer.status, answer.body.bookId]).toEqual([201, business.id]);
  });

  test("by an editor; raises the book's revision", async () => {
    const { book, get } = await bookOwner(api);
    const editor = await joinBook(api, book.id, "editor");
    const asked = { bookId: book.id, kind: "income", name: "Lottery" };
    expect((await editor.post(path, asked)).status).toBe(201);
    const { revision, version } = (await get<Book>(`/v1/books/${book.id}`)).body;
    expect([revision, version]).toEqual([book.revision + 1, book.version]);
  });

  test("once for each Idempotency-Key", async () => {
    const owner = await bookOwner(api);
    const before = (await categoriesOf(owner)).size;
    const key = { "idempotency-key": "once" };
    const asked = { kind: "income", name: "Only once" };
    const answers = await Promise.all([1, 2].map(() => owner.post<Category>(path, asked, key)));
    const again = await owner.post<Category>(path, asked, key);
    expect(answers.map(({ status }) => [201, 409].includes(status))).toEqual([true, true]);
    expect(again.status).toBe(201);
    expect((await categoriesOf(owner)).size).toBe(before + 1);
  });
});

describe("401 and 403", () => {
  test("for strangers and viewers", async () => {
    expectProblem(await api.post(path, "{"), 401, "auth.required");
    const { book } = await bookOwner(api);
    const viewer = await joinBook(api, book.id, "viewer");
    const answer = await viewer.post(path, { bookId: book.id, kind: "income", name: "x" });
    expectProblem(answer, 403, "ledger.read_only");
  });
});

describe("404", () => {
  test("for a book of others, and for a parent in another book, one's own or not", async () => {
    const other = await bookOwner(api);
    const owner = await bookOwner(api);
    const asked = { kind: "expense", name: "x" };
    const inOthers = await owner.post(path, { ...asked, bookId: other.book.id });
    expectProblem(inOthers, 404, "ledger.book_not_found");
    const theirs = (await categoriesOf(other)).get("Food and drink")?.id;
    const business = (await owner.post<Book>("/v1/books", { name: "Business" })).body;
    const elsewhere = (await categoriesOf(owner, business.id)).get("Food and drink")?.id;
    for (const parentId of [theirs, elsewhere, "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21"]) {
      const answer = await owner.post(path, { ...asked, parentId });
      expectProblem(answer, 404, "ledger.category_not_found");
    }
  });
});

describe("409", () => {
  test("below an archived one, and below the one for what has no other", async () => {
    const owner = await bookOwner(api);
    const names = await categoriesOf(owner);
    const archived = names.get("Leisure")?.id;
    await owner.post(`${path}/${archived}/archival`, undefined, ifMatch(1));
    const none = names.get("Uncategorised");
    for (const [parentId, kind, code] of [
      [archived, "expense", "ledger.category_archived"],
      [none?.id, none?.kind, "ledger.category_fixed"],
    ])
      expectProblem(await owner.post(path, { kind, name: "x", parentId }), 409, code ?? "");
  });

  test("with a code that another one has, also of those who ask at once all but one", async () => {
    const { post } = await bookOwner(api);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        post(path, { kind: "income", name: `${index}`, externalCode: "8400" }),
      ),
    );
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(9);
    for (const answer of refused) expectProblem(answer, 409, "ledger.external_code_taken");
  });

  test("in a book that is full", async () => {
    const { post, book } = await bookOwner(api);
    await api.sql`
      insert into ledger.categories (id, book_id, kind, name, is_uncategorised, version, created_at, updated_at)
      select gen_random_uuid(), ${book.id}, 'income', 'Filler', false, 1, now(), now()
      from generate_series(1, ${maxCategories} - (
        select count(*) from ledger.categories where book_id = ${book.id}) - 1)`;
    expect((await post(path, { kind: "income", name: "The last one" })).status).toBe(201);
    const answer = await post(path, { kind: "income", name: "One more" });
    const { meta } = expectProblem(answer, 409, "ledger.too_many_categories");
    expect(meta).toEqual({ limit: maxCategories });
  });
});

describe("422", () => {
  test.each<[string, object, string[]]>([
    ["nothing", {}, ["/kind", "/name"]],
    ["no kind that there is", { kind: "transfer", name: "x" }, ["/kind"]],
    ["a name of blanks", { kind: "income", name: "  " }, ["/name"]],
    ["a name of two lines", { kind: "income", name: "a\nb" }, ["/name"]],
    ["half a character", { kind: "income", name: "\ud800" }, ["/name"]],
    ["a name that is too long", { kind: "income", name: "x".repeat(101) }, ["/name"]],
    ["a parent that is no id", { kind: "income", name: "x", parentId: "top" }, ["/parentId"]],
    [
      "a code that is too long",
      { kind: "income", name: "x", externalCode: "1".repeat(101) },
      ["/externalCode"],
    ],
    ["what only we decide", { kind: "income", name: "x", isUncategorised: true }, ["/"]],
  ])("names what is faulty about %s", async (_what, body, paths) => {
    const { post } = await signedInUser(api);
    expectFaults(await post(path, body), paths);
  });

  test("a parent of the other kind, and a fifth level", async () => {
    const owner = await bookOwner(api);
    const rent = (await categoriesOf(owner)).get("Rent");
    const below = (parentId: string | undefined, kind = "expense") =>
      owner.post<Category>(path, { kind, name: "x", parentId });
    expectFaults(await below(rent?.id, "income"), ["/parentId"]);
    const third = await below(rent?.id);
    const fourth = await below(third.body.id);
    expect([third.status, fourth.status]).toEqual([201, 201]);
    expectFaults(await below(fourth.body.id), ["/parentId"]);
  });
});
