import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type Currency,
  type History,
  type Page,
  type Point,
  type Problem,
  pathsOf,
  queryOf,
} from "../../support/currency-api.ts";
import { readFxDays } from "../../support/fx-days.ts";
import { expectBudget, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import {
  crossNaively,
  naiveHistory,
  type Observation,
  storeNaively,
} from "../../support/naive-rates.ts";
import { openRatesApp, type RatesApp } from "../../support/rates-app.ts";

const path = "/v1/rates/history";
const coinbaseStaleSeconds = 1800;
/** When the market is polled after the imported days: in dense series, after pauses, on the edges of days. */
const pollTimes = [
  "2026-09-18T00:00:00.000Z",
  "2026-09-18T00:10:00.000Z",
  "2026-09-18T00:20:00.000Z",
  "2026-09-18T07:00:00.000Z",
  "2026-09-18T23:59:59.999Z",
  "2026-09-19T00:10:00.000Z",
  "2026-09-19T00:30:00.000Z",
  "2026-09-19T12:00:00.000Z",
  // nobody is asked on the 20th
  "2026-09-21T08:00:00.000Z",
  "2026-09-21T08:10:00.000Z",
  "2026-09-21T17:45:12.345Z",
  "2026-09-22T10:00:00.000Z",
];
const now = "2026-09-22T10:00:00.000Z";
const polled = ["EUR", "JPY", "TRY", "BTC", "SHIB", "VEB"];

const days = readFxDays();
const observations: Observation[] = days.map(({ at, quotes }) => ({
  provider: "fawazahmed0",
  at,
  rates: new Map(
    quotes.flatMap(({ code, rate }) => (/^(USD|XBT)$/.test(code) ? [] : [[code as string, rate]])),
  ),
}));

let app: RatesApp;
let model: ReturnType<typeof naiveHistory>;
beforeAll(async () => {
  app = await openRatesApp({ history: true, environment: { RATES_PROVIDERS: "coinbase" } });
  const last = new Map(observations.at(-1)?.rates);
  for (const [index, at] of pollTimes.entries()) {
    // Up, down, a hair, nothing, and each third poll without one of them.
    const rates = new Map(
      polled
        .filter((_, place) => index % 3 !== 1 || place !== index % polled.length)
        .map((code, place) => [code, moved(last.get(code) ?? "1", (index * 7 + place * 3) % 5)]),
    );
    for (const [code, rate] of rates) last.set(code, rate);
    observations.push({ provider: "coinbase", at, rates });
    app.clock.set(at);
    app.quote("coinbase", Object.fromEntries(rates));
    await app.refresh();
  }
  model = naiveHistory(storeNaively(observations, { coinbase: coinbaseStaleSeconds }), "USD");
});
afterAll(() => app.close());

/** Digits are changed, not numbers: nothing here is rounded. */
function moved(rate: string, how: number): string {
  const [integer = "", fraction = ""] = rate.split(".");
  const digits = BigInt(integer + fraction);
  const next = [digits, (digits * 1011n) / 1000n, (digits * 993n) / 1000n, digits + 1n, digits][
    how
  ];
  const text = String(next).padStart(fraction.length + 1, "0");
  if (how === 3 && fraction.length < 18) return `${rate}${fraction === "" ? "." : ""}0000001`;
  if (fraction === "") return text;
  return `${text.slice(0, -fraction.length)}.${text.slice(-fraction.length)}`;
}

type Parameters = Record<string, string | undefined>;
const history = async (parameters: Parameters) => {
  const { status, body } = await app.get<History>(`${path}${queryOf(parameters)}`);
  expect([status, status === 200 ? "" : body]).toEqual([200, ""]);
  return body;
};
const refusal = (parameters: Parameters) =>
  app.get<Problem>(`${path}${queryOf({ base: "EUR", quote: "USD", ...parameters })}`);

const dayAfter = (day: string, count: number) =>
  new Date(Date.parse(day) + count * 86_400_000).toISOString().slice(0, 10);
const daysOf = (from: string, to: string) => {
  const list: string[] = [];
  for (let day = from; day <= to; day = dayAfter(day, 1)) list.push(day);
  return list;
};
const allCodes = ["USD", ...new Set(observations.flatMap(({ rates }) => [...rates.keys()]))];
const someCode = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("USD", ...polled) },
  { weight: 1, arbitrary: fc.constantFrom(...allCodes) },
);
const pair = fc.tuple(someCode, someCode).filter(([base, quote]) => base !== quote);
const range = fc
  .tuple(fc.integer({ min: -3, max: 44 }), fc.integer({ min: 0, max: 20 }))
  .map(([start, length]) => {
    const from = dayAfter("2026-08-09", start);
    const to = dayAfter(from, length);
    return { from, to: to < "2026-09-22" ? to : "2026-09-22" };
  })
  .filter(({ from, to }) => from <= to);

describe("200", () => {
  test("each day's open, high, low and close are those of the observations, for any pair", async () => {
    await fc.assert(
      fc.asyncProperty(pair, range, async ([base, quote], { from, to }) => {
        const found = await history({ base, quote, from, to });
        expect(found.days).toEqual(model.daily(base, quote, daysOf(from, to), now));
        expect([found.base, found.quote, found.from, found.to]).toEqual([base, quote, from, to]);
      }),
      { numRuns: 120, examples: [[["EUR", "JPY"], { from: "2026-09-16", to: "2026-09-22" }]] },
    );
  });

  test("a day keeps within its low and its high, and opens where the day before closed", async () => {
    for (const [base, quote] of [
      ["BTC", "TRY"],
      ["EUR", "USD"],
      ["VEB", "SHIB"],
    ] as const) {
      const found = await history({ base, quote, from: "2026-08-09", to: "2026-09-22" });
      expect(found.days).toHaveLength(45);
      for (const [index, day] of found.days.entries()) {
        const [low, high] = [Number(day.low), Number(day.high)];
        for (const value of [day.open, day.close].map(Number))
          expect(value).toBeWithin(low, high * 1.0000001);
        const before = found.days[index - 1];
        // At midnight sharp the 18th had a poll of its own.
        if (before && day.day > "2026-09-18") expect(day.open).toBe(before.close);
      }
      expect(found.days.at(-1)?.close).toBe(found.current.rate);
    }
  });

  test("moments of a day that differ in the 18th digit are told apart", async () => {
    const fine = await openRatesApp({ environment: { RATES_PROVIDERS: "coinbase" } });
    try {
      // Both sides move, and the pair by hardly anything: up, then down.
      const steps = [
        ["2026-09-18T23:50:00Z", "6000", "26000"],
        ["2026-09-19T00:10:00Z", "6006", "26026.0000000000001"],
        ["2026-09-19T00:20:00Z", "6138", "26597.9999999999999"],
      ] as const;
      for (const [at, pyg, vnd] of steps) {
        fine.clock.set(at);
        fine.quote("coinbase", { PYG: pyg, VND: vnd });
        await fine.refresh();
      }
      const query = queryOf({ base: "PYG", quote: "VND", from: "2026-09-19", to: "2026-09-19" });
      const [open, high, low] = steps.map(([, base, quote]) => crossNaively({ base, quote }));
      const { body } = await fine.get<History>(`${path}${query}`);
      expect(body.days).toMatchObject([{ open, high, low, close: low }]);
      expect(new Set([open, high, low]).size).toBe(3);
    } finally {
      await fine.close();
    }
  });

  test("the day that has just begun is there, with what changed at its first moment", async () => {
    const early = await openRatesApp({ environment: { RATES_PROVIDERS: "coinbase" } });
    try {
      early.clock.set("2026-09-21T00:00:00.000Z");
      early.quote("coinbase", { EUR: "0.8" });
      await early.refresh();
      const query = queryOf({ base: "USD", quote: "EUR", from: "2026-09-20" });
      const { body } = await early.get<History>(`${path}${query}`);
      expect(body.days.map(({ day, close, carried }) => [day, close, carried])).toEqual([
        ["2026-09-20", "0.87236059", true],
        ["2026-09-21", "0.8", false],
      ]);
      expect(body.current.rate).toBe("0.8");
    } finally {
      await early.close();
    }
  });

  test("raw: every moment at which the pair changed, whatever the size of the pages", async () => {
    await fc.assert(
      fc.asyncProperty(
        pair,
        range,
        fc.integer({ min: 1, max: 60 }),
        async ([base, quote], { from, to }, limit) => {
          const asked = { base, quote, from, to, interval: "raw" };
          const wanted = model.raw(base, quote, from, dayAfter(to, 1));
          const whole = await history(asked);
          expect(whole.points).toEqual(wanted);
          const points: Point[] = [];
          for (let cursor: string | undefined; ; ) {
            const page = await history({ ...asked, limit: String(limit), cursor });
            // Each page says what was in force where it begins: the last point before it.
            const before = points.at(-1);
            if (before) expect(page.opening?.rate).toBe(before.rate);
            points.push(...page.points);
            if (page.nextCursor === null) break;
            expect(page.points).toHaveLength(limit);
            cursor = page.nextCursor;
          }
          expect(points).toEqual(wanted);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("raw points are the rates at their instants, and so is the opening", async () => {
    const found = await history({
      base: "BTC",
      quote: "EUR",
      interval: "raw",
      from: "2026-09-10",
    });
    expect(found.points.length).toBeGreaterThan(15);
    for (const { at, rate } of [found.opening, ...found.points].flatMap((one) => one ?? []))
      expect((await app.rate("BTC", "EUR", { at })).rate).toBe(rate);
  });

  test("before the first rate nothing opens, and days are left out", async () => {
    const found = await history({
      base: "EUR",
      quote: "USD",
      from: "2026-08-01",
      to: "2026-08-10",
    });
    expect(found.opening).toBeNull();
    expect(found.days.map(({ day }) => day)).toEqual(["2026-08-09", "2026-08-10"]);
    const earlier = await history({
      base: "EUR",
      quote: "USD",
      from: "2026-01-01",
      to: "2026-01-31",
    });
    expect([earlier.days, earlier.opening]).toEqual([[], null]);
  });

  test("without a range: the last thirty days, and how the pair moved up to now", async () => {
    const found = await history({ base: "eur", quote: "xbt" });
    expect([found.base, found.quote, found.from, found.to, found.interval]).toEqual([
      "EUR",
      "BTC",
      "2026-08-24",
      "2026-09-22",
      "day",
    ]);
    expect(found.days).toHaveLength(30);
    expect(found.current).toEqual(await app.rate("EUR", "BTC"));
    const sinces = ["2026-09-21", "2026-09-15", "2026-08-23", "2025-09-22"];
    expect(found.changes.map(({ period, since }) => [period, since])).toEqual(
      ["24h", "7d", "30d", "1y"].map((period, index) => [period, `${sinces[index]}T10:00:00.000Z`]),
    );
    for (const { since, rate } of found.changes.slice(0, 3))
      expect(rate).toBe((await app.rate("EUR", "BTC", { at: since })).rate);
    expect(found.changes[3]).toMatchObject({ rate: null, change: null, changePercent: null });
  });

  test("changes in per cent are those of round numbers", async () => {
    const simple = await openRatesApp({ environment: { RATES_PROVIDERS: "coinbase" } });
    try {
      simple.quote("coinbase", { EUR: "0.8" });
      await simple.refresh();
      simple.quote("coinbase", { EUR: "1" });
      await simple.refreshAfter(86_400);
      const moves = async (base: string, quote: string) =>
        (await simple.get<History>(`${path}${queryOf({ base, quote })}`)).body.changes.map(
          ({ rate, change, changePercent }) => [rate, change, changePercent],
        );
      const unknown = [null, null, null];
      expect(await moves("EUR", "USD")).toEqual([
        ["1.25", "-0.25", "-20.0000"],
        ...[unknown, unknown, unknown],
      ]);
      expect((await moves("USD", "EUR"))[0]).toEqual(["0.8", "0.2", "25.0000"]);
    } finally {
      await simple.close();
    }
  });

  test("a currency in itself has no history, and the widest range is a leap year", async () => {
    const same = await history({ base: "EUR", quote: "eur" });
    expect([same.current.rate, same.days, same.points]).toEqual(["1", [], []]);
    const year = await history({ base: "EUR", quote: "USD", from: "2025-09-22", to: "2026-09-22" });
    expect(year.days).toHaveLength(45);
    const ancient = await history({ base: "EUR", quote: "USD", to: "0001-01-05" });
    expect([ancient.from, ancient.days]).toEqual(["0001-01-05", []]);
  });
});

describe("404", () => {
  test("when one side has no rate", async () => {
    const unquoted = await app.get<Page<Currency>>("/v1/currencies?quoted=false&limit=1");
    const code = unquoted.body.items[0]?.code;
    for (const parameters of [{ base: code }, { quote: code }]) {
      const problem = expectProblem(await refusal(parameters), 404, "currency.rate_not_found");
      expect(pathsOf(problem)).toEqual(["quote"]);
    }
  });
  test("in a source that does not quote the pair", async () => {
    expect((await refusal({ source: "ecb" })).status).toBe(404);
  });
});

describe("405", () => {
  test("names what it takes", () => expectOnlyMethods(app, path, ["GET", "HEAD"]));
});

describe("422", () => {
  const cursorAt = (...key: string[]) => Buffer.from(JSON.stringify(key)).toString("base64url");
  test.each([
    ["base", "NOSUCH"],
    ["quote", "NOSUCH"],
    ["base", undefined],
    ["quote", undefined],
    ["from", "2026-09-31"],
    ["from", "2026-9-1"],
    ["from", "2026-09-01T00:00:00Z"],
    ["from", "2026-09-23"],
    ["to", "2026-09-23"],
    ["to", "9999-12-31"],
    ["to", "0000-01-01"],
    ["from", "2025-09-21"],
    ["from", "0001-01-01"],
    ["interval", "hour"],
    ["source", "none"],
    ["limit", "0"],
    ["limit", "201"],
    ["cursor", cursorAt("2026-09-20T00:00:00.000Z")],
  ])("names %s when it is %p", async (name, value) => {
    const answer = await refusal({ [name]: value });
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, [name]]);
  });

  test("a range that ends before it begins", async () => {
    const answer = await refusal({ from: "2026-09-10", to: "2026-09-09" });
    expect(pathsOf(expectProblem(answer, 422, "input.invalid"))).toEqual(["from"]);
  });

  test.each([
    ["no instant", cursorAt("EUR")],
    ["the present", cursorAt(now)],
    ["the future", cursorAt("2027-01-01T00:00:00.000Z")],
    ["the end of time", cursorAt("9999-12-31T23:59:59.999Z")],
    ["beyond it", cursorAt("+010000-01-01T00:00:00.000Z")],
    ["two keys", cursorAt(now, now)],
  ])("a cursor of %s", async (_what, cursor) => {
    const answer = await refusal({ interval: "raw", cursor });
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, ["cursor"]]);
  });
});

describe("429", () => {
  test("after its own budget, which is smaller than that of other reads", () =>
    expectBudget(app, 120, {}, `${path}?base=EUR&quote=USD&from=2026-09-22`));
});
