import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Problem, pathsOf, queryOf, type RateList } from "../../support/currency-api.ts";
import { readFxDays } from "../../support/fx-days.ts";
import { expectBudget, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { crossNaively } from "../../support/naive-rates.ts";
import { openRatesWorld, type RatesApp } from "../../support/rates-app.ts";

const path = "/v1/rates";
const now = "2026-09-18T12:00:00.000Z";
const days = readFxDays();

let app: RatesApp;
beforeAll(async () => {
  app = await openRatesWorld({ READS_PER_MINUTE: "3" });
});
afterAll(() => app.close());

type Parameters = Record<string, string | undefined>;
const list = async (parameters: Parameters = {}) => {
  const { status, body } = await app.get<RateList>(`${path}${queryOf(parameters)}`);
  expect([status, status === 200 ? "" : body]).toEqual([200, ""]);
  return body;
};
const refusal = (parameters: Parameters) => app.get<Problem>(`${path}${queryOf(parameters)}`);
const quotesOf = ({ items }: RateList) => items.map(({ quote }) => quote);

async function allPages(parameters: Parameters) {
  const pages: RateList[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await list({ ...parameters, cursor });
    pages.push(page);
    if (page.nextCursor === null) return pages;
    cursor = page.nextCursor;
  }
}

describe("200", () => {
  test("without parameters: the dollar in everything, now", async () => {
    const body = await list();
    expect([body.base, body.source, body.at, body.items.length]).toEqual([
      "USD",
      "market",
      now,
      50,
    ]);
    expect(body.unavailable).toEqual([]);
    expect(quotesOf(body)).toEqual(quotesOf(body).toSorted());
  });

  test("a rate states its value, both observations and their age", async () => {
    const { items } = await list({ base: "EUR", symbols: "JPY" });
    const seen = { provider: "coinbase", observedAt: now, asOf: null, ageSeconds: 0, stale: false };
    expect(items).toEqual([
      {
        base: "EUR",
        quote: "JPY",
        source: "market",
        rate: "187.5",
        observedAt: now,
        ageSeconds: 0,
        stale: false,
        legs: [
          { currency: "EUR", pivot: "USD", direction: "per_pivot", rate: "0.8", ...seen },
          { currency: "JPY", pivot: "USD", direction: "per_pivot", rate: "150", ...seen },
        ],
      },
    ]);
  });

  test("a pair is as old as its older side", async () => {
    const { items } = await list({ base: "EUR", symbols: "CHF" });
    expect(items[0]).toMatchObject({ observedAt: "2026-09-17T00:00:00.000Z", ageSeconds: 129_600 });
  });

  test("codes are taken in any case, as aliases, repeated and in any order", async () => {
    const body = await list({ base: "eur", symbols: "usd,Xbt,JPY,BTC,eur" });
    expect([body.base, quotesOf(body)]).toEqual(["EUR", ["BTC", "EUR", "JPY", "USD"]]);
    expect(body.items[1]).toMatchObject({ rate: "1", legs: [], observedAt: null, stale: false });
  });

  test("what is known but has no rate is named as unavailable", async () => {
    const unquoted = await app.get<{ items: { code: string }[] }>("/v1/currencies?quoted=false");
    const [first = "", second = ""] = unquoted.body.items.map(({ code }) => code);
    const body = await list({ symbols: `${second},EUR,${first}` });
    expect([quotesOf(body), body.unavailable]).toEqual([["EUR"], [first, second]]);
  });

  test("from whatever base, everything has a rate: the widest pairs too", async () => {
    for (const base of ["USD", "VEB", "BTC", "SHIB", "XAU"]) {
      const pages = await allPages({ base, limit: "200" });
      const items = pages.flatMap((page) => page.items);
      expect(items.length).toBeGreaterThan(300);
      for (const { rate } of items) expect(rate).toMatch(/^(0|[1-9]\d{0,23})(\.\d{1,30})?$/);
      for (const { rate } of items) expect(rate).toMatch(/[1-9]/);
    }
  });

  test("pages of any size hold every code once", async () => {
    const whole = (await allPages({ limit: "200" })).flatMap(quotesOf);
    expect(whole).toEqual([...new Set(whole)].toSorted());
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 20, max: 200 }), async (limit) => {
        const pages = await allPages({ base: "TRY", limit: String(limit) });
        expect(pages.flatMap(quotesOf)).toEqual(whole);
        for (const page of pages.slice(0, -1)) expect(page.items).toHaveLength(limit);
      }),
      { numRuns: 8 },
    );
    const some = whole.filter((_, index) => index % 3 === 0);
    const paged = await allPages({ symbols: some.join(","), limit: "10" });
    expect(paged.flatMap(quotesOf)).toEqual(some);
  });

  describe("at an instant", () => {
    test("every rate of every day is the one that was observed, or the last before", async () => {
      for (const { at, quotes } of days.filter((_, index) => index % 6 === 0)) {
        const pages = await allPages({ at, limit: "200" });
        const rates = new Map(pages.flatMap(({ items }) => items.map((one) => [one.quote, one])));
        for (const { code, rate } of quotes.filter(({ code }) => code !== "XBT")) {
          const found = rates.get(code);
          if (!found) throw new Error(`${code} has no rate at ${at}`);
          const off = Math.abs(Number(found.rate) - Number(rate)) / Number(rate);
          expect([code, off < 1e-6, found.ageSeconds]).toEqual([code, true, 0]);
        }
      }
    });

    test("the last observation carries forward, and its age is stated", async () => {
      const rate = days.at(-1)?.quotes.find(({ code }) => code === "CHF")?.rate;
      const { items, at } = await list({ symbols: "CHF", at: "2026-09-18T09:30:00+03:00" });
      expect(at).toBe("2026-09-18T06:30:00.000Z");
      expect(items[0]).toMatchObject({
        rate,
        observedAt: "2026-09-17T00:00:00.000Z",
        ageSeconds: 30.5 * 3600,
        legs: [{ provider: "fawazahmed0", asOf: "2026-09-17T00:00:00.000Z" }],
      });
    });

    test("a currency that was missing keeps its own last rate, though the day had others", async () => {
      const [missing, day] = firstHole();
      const { items } = await list({ symbols: missing.code, at: day });
      expect(items[0]).toMatchObject({
        observedAt: missing.lastSeen,
        ageSeconds: (Date.parse(day) - Date.parse(missing.lastSeen)) / 1000,
      });
    });

    test("a change counts from its very millisecond on", async () => {
      const before = await app.rate("USD", "EUR", { at: "2026-09-18T11:59:59.999Z" });
      const after = await app.rate("USD", "EUR", { at: now });
      expect([before.rate, after.rate]).toEqual(["0.87236059", "0.8"]);
      const first = await list({ symbols: "EUR", at: "2026-08-09T00:00:00.000Z" });
      expect(first.items).toHaveLength(1);
      const earlier = await list({ symbols: "EUR", at: "2026-08-08T23:59:59.999Z" });
      expect([earlier.items, earlier.unavailable]).toEqual([[], ["EUR"]]);
    });

    test("now and the present instant are the same", async () => {
      const parameters = { base: "TRY", symbols: "EUR,USD,CHF,BTC,VEB" };
      expect(await list({ ...parameters, at: now })).toEqual(await list(parameters));
    });

    test.each(["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-08-08T23:59:59Z"])(
      "before all history (%s) only the pivot has a value",
      async (at) => {
        const pages = await allPages({ at, limit: "200" });
        expect(pages.flatMap(quotesOf)).toEqual(["USD"]);
      },
    );
  });

  test.each([
    ["ecb", "EUR", { USD: "1.25", GBP: "0.85", JPY: "170", EUR: "1" }],
    [
      "tcmb",
      "TRY",
      { USD: "0.020833333333333333333", EUR: "0.017857142857142857143", JPY: "3.125", TRY: "1" },
    ],
  ])("the official rates of %s stand alone, in %s", async (source, base, wanted) => {
    const body = await list({ source });
    expect([body.base, body.source]).toEqual([base, source]);
    expect(Object.fromEntries(body.items.map(({ quote, rate }) => [quote, rate]))).toEqual(wanted);
    const crossed = await list({ source, base: "USD", symbols: "JPY,CHF" });
    expect(crossed.unavailable).toEqual(["CHF"]);
    const jpy = source === "ecb" ? crossNaively({ base: "1.25", quote: "170" }) : "150";
    expect(crossed.items[0]?.rate).toBe(jpy);
  });
});

describe("404", () => {
  test("when the base has no rate", async () => {
    const unquoted = await app.get<{ items: { code: string }[] }>("/v1/currencies?quoted=false");
    const code = unquoted.body.items[0]?.code;
    for (const parameters of [
      { base: code },
      { base: "CHF", source: "ecb" },
      { base: "EUR", at: "2026-01-01T00:00:00Z" },
    ]) {
      const problem = expectProblem(await refusal(parameters), 404, "currency.rate_not_found");
      expect(pathsOf(problem)).toEqual(["base"]);
    }
  });
});

describe("405", () => {
  test("names what the list takes", () => expectOnlyMethods(app, path, ["GET", "HEAD"]));
});

describe("422", () => {
  test.each([
    ["base", "ZZZZ"],
    ["base", ""],
    ["base", "E"],
    ["base", "ınr"],
    ["symbols", ""],
    ["symbols", "EUR,"],
    ["symbols", "EUR USD"],
    ["symbols", "EUR,NOSUCH"],
    ["symbols", `EUR${",USD".repeat(200)}`],
    ["at", "2026-09-18"],
    ["at", "2026-09-18T12:00:00"],
    ["at", "yesterday"],
    ["at", "1789000000"],
    ["at", "2026-02-30T00:00:00Z"],
    ["at", "2026-09-18T12:00:00.001Z"],
    ["at", "9999-12-31T23:59:59Z"],
    ["at", "9999-12-31T23:00:00-05:00"],
    ["at", "0001-01-01T00:00:00+05:00"],
    ["at", "0000-01-01T00:00:00Z"],
    ["source", "MARKET"],
    ["source", "fed"],
    ["limit", "0"],
    ["limit", "1000"],
    ["cursor", "%"],
  ])("names %s when it is %p", async (name, value) => {
    const answer = await refusal({ [name]: value });
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, [name]]);
  });

  test("for a parameter that it does not take", async () => {
    const answer = await refusal({ quote: "EUR" });
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, ["(a parameter)"]]);
  });
});

describe("429", () => {
  test("after the reads of a minute, for that client alone", () => expectBudget(app, 3, {}, path));
});

/** A currency that one day of the data lacks, when it was last seen before, and that day. */
function firstHole(): [missing: { code: string; lastSeen: string }, day: string] {
  for (const [index, { at, quotes }] of days.entries()) {
    const before = days[index - 1];
    const gone = before?.quotes.find(({ code }) => !quotes.some((one) => one.code === code));
    if (before && gone) return [{ code: gone.code, lastSeen: before.at }, at];
  }
  throw new Error("the data has no hole");
}
