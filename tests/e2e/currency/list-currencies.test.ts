import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import catalogue from "../../../src/modules/currency/data/currencies.json" with { type: "json" };
import {
  type Currency,
  type Page,
  type Problem,
  pathsOf,
  queryOf,
} from "../../support/currency-api.ts";
import { expectBudget, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = "/v1/currencies";
const codes = catalogue.map(({ code }) => code).sort();

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ environment: { READS_PER_MINUTE: "3" } });
});
afterAll(() => app.close());

const list = async (parameters: Record<string, string | undefined>) => {
  const { status, body } = await app.get<Page<Currency>>(`${path}${queryOf(parameters)}`);
  expect(status).toBe(200);
  return body;
};

async function allPages(parameters: Record<string, string | undefined>): Promise<Currency[]> {
  const items: Currency[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await list({ ...parameters, cursor });
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    expect(page.items).toHaveLength(Number(parameters["limit"] ?? 50));
    cursor = page.nextCursor;
  }
}
const codesOf = (items: readonly Currency[]) => items.map(({ code }) => code);

describe("200", () => {
  test("all pages together are the whole catalogue, each currency once, sorted by code", async () => {
    expect(codes.length).toBeGreaterThanOrEqual(950);
    expect(codesOf(await allPages({ limit: "200" }))).toEqual(codes);
    expect(codesOf(await allPages({}))).toEqual(codes);
  });

  test("pages of any size and filter hold what one list would", async () => {
    const parameters = fc.record({
      search: fc.constantFrom(undefined, "dollar", "a", "peso", "tr"),
      kind: fc.constantFrom(undefined, "fiat", "crypto", "metal", "other"),
      quoted: fc.constantFrom(undefined, "true", "false"),
      limit: fc.integer({ min: 7, max: 200 }).map(String),
    });
    await fc.assert(
      fc.asyncProperty(parameters, async (asked) => {
        const { limit: _, ...filter } = asked;
        const whole = await allPages({ ...filter, limit: "200" });
        expect(codesOf(await allPages(asked))).toEqual(codesOf(whole));
      }),
      { numRuns: 20 },
    );
  });

  test("a currency states its facts", async () => {
    const { items } = await list({ search: "kuwaiti" });
    expect(items).toEqual([
      expect.objectContaining({
        code: "KWD",
        name: "Kuwaiti Dinar",
        kind: "fiat",
        minorUnits: 3,
        countries: ["KW"],
        numeric: "414",
        quoted: true,
      }),
    ]);
  });

  test.each([
    ["lira", ["TRY", "ITL", "MTL"]],
    ["LİRA", ["TRY", "ITL"]],
    ["turkish lira", ["TRY"]],
    ["lira turkish", ["TRY"]],
    ["€", ["EUR"]],
    ["xbt", ["BTC"]],
    ["sao tome", ["STN"]],
  ])("a search for %p finds %p", async (search, wanted) => {
    const found = codesOf(await allPages({ search, limit: "200" }));
    for (const code of wanted) expect(found).toContain(code);
    expect(found.length).toBeLessThan(60);
  });

  test("the dots of i make no difference, in whatever language they were typed", async () => {
    const searches = ["inr", "INR", "İNR", "ınr", "iNR", "İnr", "İNR"];
    const found = await Promise.all(searches.map((search) => list({ search })));
    for (const { items } of found) expect(codesOf(items)).toEqual(codesOf(found[0]?.items ?? []));
    expect(codesOf(found[0]?.items ?? [])).toContain("INR");
  });

  test("a country lists all currencies in use there, in any case of its code", async () => {
    expect(codesOf((await list({ country: "tr" })).items)).toEqual(["TRY"]);
    expect(codesOf((await list({ country: "PA" })).items)).toEqual(["PAB", "USD"]);
    expect(codesOf((await list({ country: "BT" })).items)).toEqual(["BTN", "INR"]);
    expect((await list({ country: "QQ" })).items).toEqual([]);
  });

  test("kinds part the catalogue, and so does being quoted", async () => {
    const parts = async (name: string, values: readonly string[]) => {
      const lists = await Promise.all(
        values.map((value) => allPages({ [name]: value, limit: "200" })),
      );
      expect(codesOf(lists.flat()).sort()).toEqual(codes);
      return lists;
    };
    const kinds = ["fiat", "crypto", "metal", "other"];
    const byKind = await parts("kind", kinds);
    for (const [index, items] of byKind.entries())
      expect([...new Set(items.map(({ kind }) => kind))]).toEqual([kinds[index] ?? ""]);
    const [quoted = [], unquoted = []] = await parts("quoted", ["true", "false"]);
    expect([quoted.every((one) => one.quoted), unquoted.some((one) => one.quoted)]).toEqual([
      true,
      false,
    ]);
    expect(quoted.length).toBeGreaterThan(300);
  });

  test("nothing found is an empty list", async () => {
    expect(await list({ search: "no currency is called so" })).toEqual({
      items: [],
      nextCursor: null,
    });
  });
});

describe("404", () => {
  test("for a path that only looks like it", async () => {
    for (const wrong of ["/v1/currency", "/currencies", "/v2/currencies", `${path}/`])
      expect((await app.get(wrong)).status).toBe(404);
  });
});

describe("405", () => {
  test("names what the list takes", () => expectOnlyMethods(app, path, ["GET", "HEAD"]));
});

describe("422", () => {
  test.each([
    ["kind", "coin"],
    ["kind", "FIAT"],
    ["kind", ""],
    ["quoted", "yes"],
    ["quoted", "1"],
    ["country", "TUR"],
    ["country", "T"],
    ["search", "x".repeat(101)],
    ["search", "a\nb"],
    ["limit", "0"],
    ["limit", "201"],
    ["limit", "-1"],
    ["limit", "1e1"],
    ["limit", "ten"],
    ["cursor", ""],
    ["cursor", "not a cursor"],
    ["cursor", "W10"],
    ["cursor", "WyJBIiwiQiJd"],
    ["cursor", "x".repeat(2000)],
  ])("names %s when it is %p", async (name, value) => {
    const answer = await app.get<Problem>(`${path}${queryOf({ [name]: value })}`);
    expect(answer.status).toBe(422);
    expect(pathsOf(answer.body)).toEqual([name]);
    expect(JSON.stringify(answer.body)).not.toContain("x".repeat(50));
  });

  test("for a parameter that it does not take", async () => {
    const answer = await app.get<Problem>(`${path}${queryOf({ page: "2" })}`);
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, ["(a parameter)"]]);
  });

  test("names a parameter that is given twice", async () => {
    const answer = await app.get<Problem>(`${path}?kind=fiat&kind=metal`);
    expect(pathsOf(expectProblem(answer, 422, "request.invalid"))).toEqual(["kind"]);
  });
});

describe("429", () => {
  test("after the reads of a minute, for that client alone", () => expectBudget(app, 3, {}, path));
});
