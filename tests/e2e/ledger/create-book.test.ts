import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Book } from "#modules/ledger/contract";
import { bookOwner, categoriesOf } from "../../support/books.ts";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = "/v1/books";
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

describe("201", () => {
  test("is a book of its own, with categories in the language of its locale", async () => {
    const owner = await bookOwner(api);
    const asked = { name: "  Müller   GmbH ", baseCurrency: "EUR", locale: "de-de" };
    const { status, headers, body } = await owner.post<Book>(path, asked);
    expect([status, headers.get("etag"), body as object]).toEqual([
      201,
      '"1"',
      {
        ...{ id: expect.any(String), name: "Müller GmbH", locale: "de-DE", baseCurrency: "EUR" },
        ...{ closedThrough: null, role: "owner", isDefault: false, revision: 1, version: 1 },
      },
    ]);
    expect((await owner.get(`${path}/${body.id}`)).body).toEqual(body);
    expect([...(await categoriesOf(owner, body.id)).keys()]).toContain("Lebensmittel");
    expect([...(await categoriesOf(owner)).keys()]).toContain("Groceries");
  });

  test("takes from the profile what is not said, whatever the default book has become", async () => {
    const owner = await bookOwner(api, { locale: "tr" });
    const changed = { baseCurrency: "USD", locale: "de" };
    await owner.patch(`${path}/${owner.book.id}`, changed, { "if-match": '"1"' });
    const { body } = await owner.post<object>(path, { name: "Dükkân" });
    expect(body).toMatchObject({ name: "Dükkân", baseCurrency: "TRY", locale: "tr" });
  });

  test("once for each Idempotency-Key", async () => {
    const { get, post } = await signedInUser(api);
    const key = { "idempotency-key": "a-further-book" };
    const answers = [];
    for (const _ of [1, 2]) answers.push(await post<Book>(path, { name: "Twice" }, key));
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers[1]?.body).toEqual(answers[0]?.body as Book);
    expect(answers[1]?.headers.get("idempotency-replayed")).toBe("true");
    expect(answers[1]?.headers.get("etag")).toBe('"1"');
    expect((await get<{ items: Book[] }>(path)).body.items).toHaveLength(2);
  });
});

describe("401", () => {
  test("for a stranger, whatever he sends", async () => {
    expectProblem(await api.post(path, "{"), 401, "auth.required");
  });
});

describe("409", () => {
  test("beyond 20 of one owner, also when 30 are asked for at once", async () => {
    const { get, post } = await bookOwner(api);
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => post<Book>(path, { name: "One more" })),
    );
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(11);
    for (const answer of refused)
      expect(expectProblem(answer, 409, "ledger.too_many_books").meta).toEqual({ limit: 20 });
    expect((await get<{ items: Book[] }>(path)).body.items).toHaveLength(20);
  }, 180_000);
});

describe("422", () => {
  test.each<[string, object, string[]]>([
    ["no name", {}, ["/name"]],
    ["an empty name", { name: "" }, ["/name"]],
    ["a name of blanks", { name: " \u00a0 " }, ["/name"]],
    ["a name of two lines", { name: "a\nb" }, ["/name"]],
    ["a name that is too long", { name: "x".repeat(101) }, ["/name"]],
    ["a currency that nobody knows", { name: "x", baseCurrency: "ZZZ" }, ["/baseCurrency"]],
    ["a currency in small letters", { name: "x", baseCurrency: "eur" }, ["/baseCurrency"]],
    ["no language", { name: "x", locale: "de_DE" }, ["/locale"]],
    ["two faults", { name: " ", locale: "not a tag" }, ["/name", "/locale"]],
    ["an owner", { name: "x", ownerId: "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21" }, ["/"]],
  ])("names what is faulty about %s", async (_what, body, paths) => {
    const { post } = await signedInUser(api);
    expectFaults(await post(path, body), paths);
  });
});
