import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { accountBody } from "../../support/accounts.ts";
import { eur, monthlyBudget } from "../../support/budgets.ts";
import { expectFaults } from "../../support/http-statuses.ts";
import { csvOf, type Importer, importer } from "../../support/imports.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

type Schema = { readonly properties?: Readonly<Record<string, unknown>> };
type Operation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly required?: boolean }[];
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema: Schema }> }>>;
};
type List = { readonly path: string; readonly operation: Operation; readonly isPaged: boolean };

let api: TestApp;
let user: Importer;
/** What stands for {id} in the lists that are of one thing. */
const ids = new Map<string, string>();
beforeAll(async () => {
  api = await openTestApp();
  user = await importer(api);
  const accountId = await user.addAccount("EUR");
  const made = await user.record({
    ...{ kind: "expense", date: "2026-09-01", accountId, amount: eur("1.00") },
  });
  const read = await user.upload(csvOf([["2026-09-01", "-1.00"]]), accountId);
  ids.set("/v1/books/{id}/closings", user.bookId);
  ids.set("/v1/transactions/{id}/history", made.id);
  ids.set("/v1/imports/{id}/rows", read.id);
  ids.set("/v1/accounts/{id}/balances", accountId);
});
afterAll(() => api.close());

/** Every operation of the ledger that answers with `items`, as the published description has them. */
function lists(): List[] {
  const { paths } = api.app.describe() as unknown as {
    paths: Readonly<Record<string, { readonly get?: Operation }>>;
  };
  return Object.entries(paths).flatMap(([path, { get: operation }]) => {
    const schema = operation?.responses["200"]?.content?.["application/json"]?.schema;
    if (!operation?.tags.includes("Ledger") || !schema?.properties?.["items"]) return [];
    // Insights are figures of a time, not things.
    if (path.startsWith("/v1/insights/")) return [];
    return [{ path, operation, isPaged: "nextCursor" in schema.properties }];
  });
}
const pathOf = ({ path }: List): string => {
  const id = ids.get(path);
  if (path.includes("{") && id === undefined) throw new Error(`what is {id} of ${path}?`);
  return path.replace("{id}", id ?? "");
};

describe("every list of the ledger", () => {
  test("of somebody who has nothing is empty, and never 404", async () => {
    const newcomer = await importer(api);
    /** Nobody is without these. */
    const given = ["/v1/books", "/v1/categories"];
    const own = lists().filter(({ path }) => !path.includes("{") && !given.includes(path));
    expect(own.length).toBeGreaterThan(5);
    for (const { path } of own) {
      const { status, body } = await newcomer.get<{ items: object[] }>(path);
      expect([path, status, body.items]).toEqual([path, 200, []]);
    }
  });

  test("that can grow comes page by page, and says so; others are bounded by what may be made", async () => {
    const unpaged = lists().filter(({ isPaged }) => !isPaged);
    expect(unpaged.map(({ path }) => path).toSorted()).toEqual([
      ...["/v1/accounts/{id}/balances", "/v1/books", "/v1/budgets/progress", "/v1/categories"],
      ...["/v1/payees", "/v1/tags"],
    ]);
    for (const { path, operation } of lists().filter(({ isPaged }) => isPaged)) {
      const names = operation.parameters?.map(({ name }) => name);
      expect([path, names]).toEqual([path, expect.arrayContaining(["limit", "cursor"])]);
    }
  });

  test("refuses a page of no or too many things, what is no cursor, and what it does not know", async () => {
    for (const list of lists()) {
      const path = pathOf(list);
      expectFaults(await user.get(`${path}?sort=name`), ["(a parameter)"]);
      if (!list.isPaged) continue;
      for (const limit of ["0", "201", "-1", "1.5", "many"])
        expectFaults(await user.get(`${path}?limit=${limit}`), ["limit"]);
      expectFaults(await user.get(`${path}?cursor=bm9uZQ`), ["cursor"]);
    }
  });
});

describe("whatever is made", () => {
  test("is answered as it is then shown, by itself and in its list", async () => {
    const owner = await importer(api);
    const account = await owner.post<{ id: string }>("/v1/accounts", accountBody());
    const category = { kind: "expense", name: "Food" };
    const made = [
      ["/v1/accounts", account],
      ["/v1/books", await owner.post("/v1/books", { name: "Business" })],
      ["/v1/categories", await owner.post("/v1/categories", category)],
      [
        "/v1/budgets",
        await owner.post("/v1/budgets", monthlyBudget([await owner.uncategorised("expense")])),
      ],
      [
        "/v1/transactions",
        await owner.post("/v1/transactions", {
          ...{ kind: "income", date: "2026-09-01", accountId: account.body.id },
          amount: eur("1.00"),
        }),
      ],
      ["/v1/imports", await owner.send(csvOf([["2026-09-01", "-1.00"]]), account.body.id)],
    ] as const;
    for (const [path, { status, headers, body }] of made) {
      expect([path, status]).toEqual([path, path === "/v1/imports" ? 202 : 201]);
      const { id, version } = body as { id: string; version: number };
      expect(headers.get("etag")).toBe(`"${version}"`);
      const shown = await owner.get<object>(`${path}/${id}`);
      const listed = await owner.get<{ items: { id: string }[] }>(path);
      const inList = listed.body.items.find((one) => one.id === id);
      // Money moves the account meanwhile.
      const now = path === "/v1/accounts" ? shown.body : body;
      expect([path, shown.body, inList]).toEqual([path, now, shown.body] as never);
    }
  });
});
