import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type Conversion,
  type Currency,
  type Page,
  type Problem,
  pathsOf,
  type RateList,
} from "../../support/currency-api.ts";
import { expectBudget, expectProblem } from "../../support/http-statuses.ts";
import { convertNaively, units } from "../../support/naive-rates.ts";
import { openRatesWorld, type RatesApp } from "../../support/rates-app.ts";

const path = "/v1/conversions";
let app: RatesApp;
let codes: string[] = [];
let decimals = new Map<string, number>();
beforeAll(async () => {
  app = await openRatesWorld({ READS_PER_MINUTE: "3" });
  const quoted: Currency[] = [];
  for (let cursor = ""; ; ) {
    const { body } = await app.get<Page<Currency>>(`/v1/currencies?quoted=true&limit=200${cursor}`);
    quoted.push(...body.items);
    if (body.nextCursor === null) break;
    cursor = `&cursor=${body.nextCursor}`;
  }
  codes = quoted.map(({ code }) => code);
  decimals = new Map(quoted.map(({ code, minorUnits }) => [code, minorUnits]));
});
afterAll(() => app.close());

type Item = { amount: string; from: string; to: string; at?: string };
const convert = (conversions: unknown, more: object = {}) =>
  app.post<{ items: Conversion[] }>(path, { conversions, ...more });
const refusal = (body: unknown) => app.post<Problem>(path, body);
const good: Item = { amount: "1", from: "EUR", to: "USD" };

describe("200", () => {
  test("answers in the order asked, each as it would be alone", async () => {
    const asked: Item[] = [
      { amount: "12.34", from: "EUR", to: "USD" },
      { amount: "-3", from: "jpy", to: "Kwd" },
      { amount: "1", from: "XBT", to: "TRY", at: "2026-09-10T12:00:00Z" },
      { amount: "12.34", from: "EUR", to: "USD" },
      { amount: "0", from: "CHF", to: "CHF" },
    ];
    const { status, body } = await convert(asked);
    expect(status).toBe(200);
    const alone = await Promise.all(
      asked.map(({ amount, from, to, at }) => app.convert(amount, from, to, at ? { at } : {})),
    );
    expect(body.items).toEqual(alone.map((answer) => answer.body));
  });

  test("in the source of the whole batch", async () => {
    const { body } = await convert([good, { amount: "100", from: "JPY", to: "EUR" }], {
      source: "ecb",
    });
    expect(body.items.map(({ to, source }) => [to.amount, source])).toEqual([
      ["1.25", "ecb"],
      ["0.59", "ecb"],
    ]);
  });

  test("500 at once, now and at as many different moments", async () => {
    const now = await convert(Array.from({ length: 500 }, () => good));
    expect([now.status, now.body.items.length]).toEqual([200, 500]);
    const moments = Array.from({ length: 500 }, (_, index) => ({
      ...good,
      from: codes[index % 200] ?? "EUR",
      at: new Date(Date.parse("2026-09-17T00:00:00Z") + index * 60_000).toISOString(),
    }));
    const past = await convert(moments.filter(({ from }) => from !== "EUR" && decimals.get(from)));
    expect(past.status).toBe(200);
    for (const item of past.body.items) expect(item.rate).toMatch(/[1-9]/);
  });

  test("any amount of any pair comes out as amount times rate, rounded once", async () => {
    const item = fc
      .record({
        from: fc.constantFrom(...codes),
        to: fc.constantFrom(...codes),
        // A billion ounces of gold are 24 digits of old bolívares, which is as many as an amount may have.
        units: fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }),
      })
      .map(
        ({ from, to, units }): Item => ({ from, to, amount: shifted(units, decimals.get(from)) }),
      );
    await fc.assert(
      fc.asyncProperty(fc.array(item, { minLength: 100, maxLength: 100 }), async (asked) => {
        const { status, body } = await convert(asked);
        expect(status).toBe(200);
        for (const [index, { from, to, amount }] of asked.entries()) {
          const found = body.items[index];
          if (!found) throw new Error("an answer is missing");
          expect(units(found.from.amount)).toBe(units(amount));
          expect([found.from.currency, found.to.currency]).toEqual([from, to]);
          expect(found.to.amount).toBe(convertNaively(amount, found.rate, decimals.get(to) ?? 0));
        }
      }),
      { numRuns: 10 },
    );
  });

  test("there and back gives the amount, within what the two roundings may cost", async () => {
    const pairs = fc.sample(
      fc.record({
        from: fc.constantFrom(...codes),
        to: fc.constantFrom(...codes),
        units: fc.bigInt({ min: 1n, max: 10n ** 9n }),
      }),
      { numRuns: 500, seed: 20_260_918 },
    );
    const there = await convert(
      pairs.map(({ from, to, units }) => ({
        from,
        to,
        amount: shifted(units, decimals.get(from)),
      })),
    );
    const back = await convert(
      there.body.items.map(({ from, to }) => ({
        from: to.currency,
        to: from.currency,
        amount: to.amount,
      })),
    );
    expect([there.status, back.status]).toEqual([200, 200]);
    const scale = 10n ** 30n;
    for (const [index, start] of there.body.items.entries()) {
      const end = back.body.items[index];
      if (!end) throw new Error("an answer is missing");
      const off = units(end.to.amount) - units(start.from.amount);
      const half = (code: string) => scale / 2n / 10n ** BigInt(decimals.get(code) ?? 0);
      // Half a coin of the other currency seen in this one, half a coin of this one, and what 14 digits of a rate leave.
      const bound =
        (half(start.to.currency) * units(end.rate)) / scale +
        half(start.from.currency) +
        units(start.from.amount) / 10n ** 13n;
      expect((off < 0n ? -off : off) <= bound).toBe(true);
    }
  });

  test("needs no key to be repeated: it changes nothing", async () => {
    const before = await app.sql`select count(*) from platform.idempotency_keys`;
    await convert([good]);
    expect(await app.sql`select count(*) from platform.idempotency_keys`).toEqual(before);
  });
});

describe("400", () => {
  test.each(["{", "", "{'amount':1}", '{"conversions":[}'])(
    "for %p, which is no JSON",
    async (body) => {
      expect((await refusal(body)).status).toBe(400);
    },
  );
});

describe("404", () => {
  test("fails as a whole and names every pair without a rate", async () => {
    const answer = await refusal({
      conversions: [good, { ...good, to: "CHF" }, { ...good, from: "USD", to: "TRY" }],
      source: "ecb",
    });
    const problem = expectProblem(answer, 404, "currency.rate_not_found");
    expect(pathsOf(problem)).toEqual(["/conversions/1/to", "/conversions/2/to"]);
  });
});

describe("413", () => {
  test("for a body that is too large to be a batch", async () => {
    const answer = await refusal({ conversions: [{ ...good, note: "x".repeat(300_000) }] });
    expect(answer.status).toBe(413);
  });
});

describe("415", () => {
  test("for anything but JSON", async () => {
    const body = "amount=1&from=EUR&to=USD";
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await app.request(path, { method: "POST", body, headers })).status).toBe(415);
  });
});

describe("422", () => {
  const third = (change: object) => ({
    conversions: [good, good, good, { ...good, ...change }, good],
  });
  test.each([
    ["/conversions/3/amount", third({ amount: "1.234" })],
    ["/conversions/3/amount", third({ amount: "much" })],
    ["/conversions/3/amount", third({ amount: 1 })],
    ["/conversions/3/amount", third({ amount: null })],
    ["/conversions/3/amount", third({ amount: undefined })],
    ["/conversions/3/amount", third({ from: "BTC", to: "VEB", amount: "9".repeat(24) })],
    ["/conversions/3/from", third({ from: "NOSUCH" })],
    ["/conversions/3/to", third({ to: "X" })],
    ["/conversions/3/to", third({ to: ["USD"] })],
    ["/conversions/3/at", third({ at: "2026-09-19T00:00:00Z" })],
    ["/conversions/3/at", third({ at: "2026-09-19" })],
    ["/conversions/3", third({ rate: "1" })],
    ["/conversions", { conversions: [] }],
    ["/conversions", { conversions: Array.from({ length: 501 }, () => good) }],
    ["/conversions", {}],
    ["/conversions", { conversions: good }],
    ["/conversions/0", { conversions: [null] }],
    ["/source", { conversions: [good], source: "fed" }],
    ["/", { conversions: [good], base: "EUR" }],
    ["/", [good]],
    ["/", "null"],
    ["/", '"text"'],
  ])("names %s", async (name, body) => {
    const answer = await refusal(body);
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, [name]]);
  });

  test("names every bad item at once", async () => {
    const conversions = [{ ...good, amount: "x" }, good, { ...good, to: "" }];
    const paths = pathsOf((await refusal({ conversions })).body);
    expect(paths).toEqual(["/conversions/0/amount", "/conversions/2/to"]);
  });
});

describe("429", () => {
  test("after the reads of a minute, for that client alone", () =>
    expectBudget(
      app,
      3,
      {
        method: "POST",
        body: JSON.stringify({ conversions: [good] }),
        headers: { "content-type": "application/json" },
      },
      path,
    ));
});

/** 12345 with 2 decimals is "123.45". */
function shifted(units: bigint, places = 0): string {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, "0");
  const sign = units < 0n ? "-" : "";
  if (places === 0) return `${sign}${digits}`;
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

test("the same pair has the same rate in a list of rates", async () => {
  const { body } = await app.get<RateList>("/v1/rates?base=TRY&symbols=BTC,EUR,VEB,SHIB");
  const { body: converted } = await convert(
    body.items.map(({ quote }) => ({ amount: "1", from: "TRY", to: quote })),
  );
  expect(converted.items.map(({ rate }) => rate)).toEqual(body.items.map(({ rate }) => rate));
});
