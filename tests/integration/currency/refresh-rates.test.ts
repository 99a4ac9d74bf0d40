import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import postgres from "postgres";
import { type RateProviderName, rateProviderNames } from "#platform/config";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import type { Instant } from "#platform/kernel/time";
import type { RateList } from "../../support/currency-api.ts";
import { eventually } from "../../support/eventually.ts";
import {
  type FakeRateProviders,
  openFakeRateProviders,
} from "../../support/fake-rate-providers.ts";
import { openRatesApp, type RatesApp, refreshJob } from "../../support/rates-app.ts";

const start = "2026-09-18T12:00:00.000Z";
const after = (seconds: number) => new Date(Date.parse(start) + seconds * 1000).toISOString();
const coinbaseSeconds = 600;

let fakes: FakeRateProviders;
let opened: RatesApp[] = [];
beforeAll(async () => {
  fakes = await openFakeRateProviders();
});
afterAll(() => fakes.close());
beforeEach(() => {
  for (const name of rateProviderNames) {
    fakes[name].reset();
    fakes[name].setAsOf(start as Instant);
  }
});
afterEach(async () => {
  for (const app of opened.toReversed()) await app.close();
  opened = [];
});

/** An application whose providers are only those named, the first the best. It starts with the shipped rates. */
async function open(
  providers: string,
  options: Omit<Parameters<typeof openRatesApp>[0] & object, "fakes"> = {},
): Promise<RatesApp> {
  const app = await openRatesApp({
    ...options,
    fakes,
    environment: { RATES_PROVIDERS: providers, ...options.environment },
  });
  opened.push(app);
  return app;
}

type Row = {
  rate: string;
  provider: string;
  first_seen: Date;
  last_seen: Date;
  as_of: Date | null;
  multiplier: number;
};
const rowsOf = (app: RatesApp, code: string, source = "market") =>
  app.sql<Row[]>`
    select rate::text, provider, first_seen, last_seen, as_of, multiplier from currency.rates
    where code = ${code} and source = ${source} and provider <> 'fawazahmed0' or
      (code = ${code} and source = ${source} and first_seen >= ${start}) order by first_seen`;
const shown = (rows: readonly Row[]) =>
  rows.map(({ rate, first_seen, last_seen, multiplier }) => [
    rate,
    first_seen.toISOString(),
    last_seen.toISOString(),
    multiplier,
  ]);
const rateOf = async (app: RatesApp, code: string) => (await app.rate("USD", code)).rate;

describe("a refresh", () => {
  test("stores every quote as it was written, with its provider and times", async () => {
    const app = await open("coinbase,fawazahmed0");
    app.quote("coinbase", { EUR: "0.80", BTC: "0.0000093400000000", JPY: "150.123456789012345" });
    app.quote("fawazahmed0", { sek: "9.5", shib: "200000.10" });
    await app.refresh();
    expect(await rowsOf(app, "BTC")).toMatchObject([
      { rate: "0.0000093400000000", provider: "coinbase", as_of: null, multiplier: 1 },
    ]);
    expect(shown(await rowsOf(app, "EUR"))).toEqual([["0.80", start, start, 1]]);
    expect((await app.rate("USD", "JPY")).legs).toEqual([
      {
        currency: "JPY",
        pivot: "USD",
        direction: "per_pivot",
        rate: "150.123456789012345",
        provider: "coinbase",
        observedAt: start,
        asOf: null,
        ageSeconds: 0,
        stale: false,
      },
    ]);
    const [sek] = await rowsOf(app, "SEK");
    expect(sek).toMatchObject({ rate: "9.5", provider: "fawazahmed0" });
    expect(sek?.as_of?.toISOString()).toBe("2026-09-18T00:00:00.000Z");
    expect(await app.provider("coinbase")).toMatchObject({
      status: "ok",
      quotes: 3,
      quarantined: 0,
      lastSuccessAt: start,
      nextDueAt: after(coinbaseSeconds),
      requestsThisMonth: 1,
    });
  });

  test("that finds nothing changed adds no row: the row is seen once more", async () => {
    const app = await open("coinbase");
    app.quote("coinbase", { EUR: "0.8", JPY: "150" });
    await app.refresh();
    const before = await app.sql`select count(*) from currency.rates`;
    for (let n = 1; n <= 3; n += 1) await app.refreshAfter(coinbaseSeconds);
    expect(shown(await rowsOf(app, "EUR"))).toEqual([["0.8", start, after(1800), 4]]);
    expect(await app.sql`select count(*) from currency.rates`).toEqual(before);
    expect(
      await app.metric("fintrack_rates_stored_total", { provider: "coinbase", kind: "unchanged" }),
    ).toBe(6);
    expect((await app.rate("USD", "EUR")).ageSeconds).toBe(0);
  });

  test.each([
    ["scaled", "0.8000000999", "0.8000001"],
    ["plain", "0.800000999", "0.800001"],
  ])("under the %s rule keeps a row at %s and starts one at %s", async (rule, same, moved) => {
    const app = await open("coinbase", { environment: { RATES_SIGNIFICANCE: rule } });
    app.quote("coinbase", { EUR: "0.8" });
    await app.refresh();
    app.quote("coinbase", { EUR: same });
    await app.refreshAfter(coinbaseSeconds);
    expect((await rowsOf(app, "EUR")).map((row) => row.rate)).toEqual(["0.8"]);
    app.quote("coinbase", { EUR: moved });
    await app.refreshAfter(coinbaseSeconds);
    expect((await rowsOf(app, "EUR")).map((row) => row.rate)).toEqual(["0.8", moved]);
  });

  test("compares with the stored rate: small steps in one direction add up to a change", async () => {
    const app = await open("coinbase");
    for (const rate of ["0.9", "0.90000006", "0.90000012", "0.90000018", "0.90000024"]) {
      app.quote("coinbase", { EUR: rate });
      await app.refreshAfter(coinbaseSeconds);
    }
    expect((await rowsOf(app, "EUR")).map((row) => [row.rate, row.multiplier])).toEqual([
      ["0.9", 2],
      ["0.90000012", 2],
      ["0.90000024", 1],
    ]);
  });

  test("that no longer finds a code leaves its row alone, and begins a new one when it is back", async () => {
    const app = await open("coinbase");
    app.quote("coinbase", { EUR: "0.8", JPY: "150" });
    await app.refresh();
    app.quote("coinbase", { EUR: "0.8" });
    await app.refreshAfter(coinbaseSeconds);
    app.quote("coinbase", { EUR: "0.8", JPY: "150" });
    await app.refreshAfter(coinbaseSeconds);
    expect(shown(await rowsOf(app, "JPY"))).toEqual([
      ["150", start, start, 1],
      ["150", after(1200), after(1200), 1],
    ]);
    expect(shown(await rowsOf(app, "EUR"))).toEqual([["0.8", start, after(1200), 3]]);
    const within = await app.rate("USD", "JPY", { at: after(900) });
    expect([within.rate, within.observedAt, within.ageSeconds]).toEqual(["150", start, 900]);
  });

  test("after a silence that made the rates stale does not claim that they were seen meanwhile", async () => {
    const app = await open("coinbase");
    app.quote("coinbase", { EUR: "0.8" });
    await app.refresh();
    await app.refreshAfter(3 * coinbaseSeconds);
    expect(shown(await rowsOf(app, "EUR"))).toEqual([["0.8", start, after(1800), 2]]);
    await app.refreshAfter(3 * coinbaseSeconds + 1);
    expect(shown(await rowsOf(app, "EUR"))).toEqual([
      ["0.8", start, after(1800), 2],
      ["0.8", after(3601), after(3601), 1],
    ]);
    expect(await app.rate("USD", "EUR", { at: after(3600) })).toMatchObject({
      rate: "0.8",
      observedAt: after(1800),
      ageSeconds: 1800,
      stale: false,
    });
  });

  test("asks only those whose time has come", async () => {
    const app = await open("coinbase,fawazahmed0,ecb");
    await app.refresh();
    await app.refreshAfter(coinbaseSeconds - 1);
    await app.refreshAfter(1);
    await app.refreshAfter(3000);
    const asked = ["coinbase", "fawazahmed0", "ecb"] as const;
    expect(asked.map((name) => fakes[name].requests.length)).toEqual([3, 1, 2]);
  });
});

describe("bad single rates", () => {
  test("are kept out, counted and shown while the rest is stored", async () => {
    const app = await open("coinbase");
    app.quote("coinbase", {
      EUR: "0",
      GBP: "-0.75",
      CHF: "n/a",
      INR: "1e400",
      TRY: "480.1",
      SEK: "100000000000000",
      JPY: "150.5",
    });
    await app.refresh();
    expect(await app.provider("coinbase")).toMatchObject({
      status: "ok",
      quotes: 7,
      quarantined: 6,
    });
    const counted = (reason: string) =>
      app.metric("fintrack_rates_quarantined_total", { provider: "coinbase", reason });
    expect(
      await Promise.all(["not_a_number", "not_positive", "out_of_range", "jump"].map(counted)),
    ).toEqual([2, 2, 1, 1]);
    expect(await rateOf(app, "JPY")).toBe("150.5");
    // What shipped goes on, dated.
    expect(await app.rate("USD", "TRY")).toMatchObject({
      rate: "48.67812245",
      observedAt: "2026-09-17T00:00:00.000Z",
      ageSeconds: 36 * 3600,
    });
    expect(await rateOf(app, "EUR")).toBe("0.87236059");
  });

  test("leave quarantine with the next believable quote", async () => {
    const app = await open("coinbase");
    app.quote("coinbase", { EUR: "0", TRY: "480.1" });
    await app.refresh();
    app.quote("coinbase", { EUR: "0.87", TRY: "48.7" });
    await app.refreshAfter(coinbaseSeconds);
    expect(await app.provider("coinbase")).toMatchObject({ quarantined: 0 });
    expect(await app.sql`select * from currency.quarantine`).toHaveLength(0);
    expect([await rateOf(app, "EUR"), await rateOf(app, "TRY")]).toEqual(["0.87", "48.7"]);
  });
});

describe("a jump", () => {
  const usual = "48.67812245";

  test("is believed when a second provider quotes it in the same round", async () => {
    const app = await open("coinbase,fawazahmed0");
    app.quote("coinbase", { TRY: "96" });
    app.quote("fawazahmed0", { try: "97" });
    await app.refresh();
    expect(await app.rate("USD", "TRY")).toMatchObject({ rate: "96" });
    expect((await app.rate("USD", "TRY")).legs[0]?.provider).toBe("coinbase");
  });

  test("is not believed when the second provider contradicts it", async () => {
    const app = await open("coinbase,fawazahmed0");
    app.quote("coinbase", { TRY: "96" });
    app.quote("fawazahmed0", { try: "49" });
    await app.refresh();
    expect(await rateOf(app, "TRY")).toBe("49");
    expect(await app.provider("coinbase")).toMatchObject({ quarantined: 1 });
  });

  test("is believed when another provider sees it later", async () => {
    const app = await open("coinbase,fawazahmed0");
    app.quote("coinbase", { TRY: "96" });
    fakes.fawazahmed0.failWith(500);
    await app.refresh();
    expect(await rateOf(app, "TRY")).toBe(usual);
    fakes.fawazahmed0.work();
    app.quote("fawazahmed0", { try: "97" });
    await app.refreshAfter(60);
    expect(await rateOf(app, "TRY")).toBe("97");
  });

  test("is believed when a second poll finds it again", async () => {
    const app = await open("coinbase");
    app.quote("coinbase", { TRY: "96" });
    await app.refresh();
    expect(await rateOf(app, "TRY")).toBe(usual);
    app.quote("coinbase", { TRY: "96.5" });
    await app.refreshAfter(coinbaseSeconds);
    expect(await rateOf(app, "TRY")).toBe("96.5");
    expect(await app.provider("coinbase")).toMatchObject({ quarantined: 0 });
  });

  test("is not believed when the second poll finds yet another value", async () => {
    const app = await open("coinbase");
    for (const rate of ["96", "400", "20"]) {
      app.quote("coinbase", { TRY: rate });
      await app.refreshAfter(coinbaseSeconds);
      expect(await rateOf(app, "TRY")).toBe(usual);
    }
  });

  test("is not confirmed by reading the same publication twice, but by the next one", async () => {
    const fourHours = 14_400;
    const app = await open("fawazahmed0");
    app.quote("fawazahmed0", { try: "96" });
    await app.refresh();
    await app.refreshAfter(fourHours);
    await app.refreshAfter(fourHours - 1); // not due yet
    expect(fakes.fawazahmed0.requests).toHaveLength(2);
    expect(await rateOf(app, "TRY")).toBe(usual);
    expect(await app.sql`select times from currency.quarantine where code = 'TRY'`).toMatchObject([
      { times: 2 },
    ]);
    app.clock.set("2026-09-19T00:30:00Z");
    app.quote("fawazahmed0", { try: "96" });
    await app.refresh();
    expect(await rateOf(app, "TRY")).toBe("96");
  });

  test("is not confirmed by the number that another source gives in another unit", async () => {
    const app = await open("coinbase,ecb");
    app.quote("ecb", { GBP: "0.86" });
    app.quote("coinbase", { GBP: "0.75" });
    await app.refresh();
    app.quote("ecb", { GBP: "1.5" });
    fakes.coinbase.failWith(500);
    await app.refreshAfter(3600);
    expect(await app.provider("ecb")).toMatchObject({ quarantined: 1 });
    fakes.coinbase.work();
    app.quote("coinbase", { GBP: "1.5" });
    await app.refreshAfter(coinbaseSeconds);
    expect(await rateOf(app, "GBP")).toBe("0.75");
    expect(await app.provider("coinbase")).toMatchObject({ quarantined: 1 });
  });

  test("beyond a bound of one's own is a jump, below it is not", async () => {
    const app = await open("coinbase", { environment: { RATES_MAX_JUMP: "0.01" } });
    app.quote("coinbase", { EUR: "0.881", GBP: "0.7551" });
    await app.refresh();
    expect([await rateOf(app, "EUR"), await rateOf(app, "GBP")]).toEqual(["0.881", "0.74751621"]);
  });
});

describe("a provider that fails", () => {
  const environment = { RATES_FAWAZAHMED0_INTERVAL_SECONDS: "600" };

  test("keeps its rates, with their age, until they are stale; then the next one's count", async () => {
    const app = await open("coinbase,fawazahmed0", { environment });
    app.quote("coinbase", { EUR: "0.8" });
    app.quote("fawazahmed0", { eur: "0.81" });
    await app.refresh();
    const stored = () => app.metric("fintrack_rates_polls_total", { outcome: "server" });
    fakes.coinbase.failWith(500);
    for (const seconds of [600, 600, 600]) await app.refreshAfter(seconds);
    expect(await app.rate("USD", "EUR")).toMatchObject({
      rate: "0.8",
      observedAt: start,
      ageSeconds: 1800,
      stale: false,
    });
    await app.refreshAfter(600);
    const fallback = await app.rate("USD", "EUR");
    expect([fallback.rate, fallback.legs[0]?.provider]).toEqual(["0.81", "fawazahmed0"]);
    expect(await stored()).toBe(4);

    fakes.coinbase.work();
    await app.refreshAfter(600);
    const back = await app.rate("USD", "EUR");
    expect([back.rate, back.legs[0]?.provider, back.stale]).toEqual(["0.8", "coinbase", false]);
    expect(await app.provider("coinbase")).toMatchObject({
      status: "ok",
      consecutiveFailures: 0,
      lastFailureReason: "server",
      lastFailureAt: after(2400),
      lastSuccessAt: after(3000),
    });
  });

  test("shows why, and is asked again after a minute, two, four ... up to its interval", async () => {
    const app = await open("coinbase");
    fakes.coinbase.failWith(503);
    const waits: number[] = [];
    for (let failures = 1; failures <= 6; failures += 1) {
      await app.refresh();
      const { status, consecutiveFailures, lastFailureReason, nextDueAt } =
        await app.provider("coinbase");
      expect([status, consecutiveFailures, lastFailureReason]).toEqual([
        "failing",
        failures,
        "server",
      ]);
      const wait = (Date.parse(nextDueAt ?? "") - Date.parse(app.clock.now())) / 1000;
      waits.push(wait);
      await app.refreshAfter(wait - 1); // one second early: nothing happens
      expect(fakes.coinbase.requests).toHaveLength(failures);
      app.clock.advance(1);
    }
    expect(waits).toEqual([60, 120, 240, 480, 600, 600]);
  });

  test.each([
    [401, {}, "unauthorized", 3600],
    [402, {}, "plan", 3600],
    [403, {}, "forbidden", 3600],
    [429, {}, "quota", 3600],
    [429, { "retry-after": "7200" }, "quota", 7200],
    [429, { "retry-after": "5" }, "quota", 600],
    [503, { "retry-after": "900" }, "server", 900],
    [404, {}, "not_found", 60],
  ] as const)("with %p %p is %s and rests for %p s", async (status, headers, reason, seconds) => {
    const app = await open("coinbase");
    fakes.coinbase.failWith(status, headers);
    await app.refresh();
    expect(await app.provider("coinbase")).toMatchObject({
      lastFailureReason: reason,
      nextDueAt: after(seconds),
    });
    await app.refreshAfter(seconds - 1);
    expect(fakes.coinbase.requests).toHaveLength(1);
    fakes.coinbase.work();
    await app.refreshAfter(1);
    expect(await app.provider("coinbase")).toMatchObject({ status: "ok", consecutiveFailures: 0 });
  });

  test("because its quota is used up is not asked until the next month", async () => {
    const app = await open("coinbase,fawazahmed0", {
      environment: { RATES_COINBASE_MONTHLY_QUOTA: "2" },
    });
    for (let n = 0; n < 4; n += 1) await app.refreshAfter(coinbaseSeconds);
    expect(fakes.coinbase.requests).toHaveLength(2);
    app.clock.set("2026-09-30T23:59:59Z");
    await app.refresh();
    expect(await app.provider("coinbase")).toMatchObject({
      monthlyQuota: 2,
      requestsThisMonth: 2,
      status: "stale",
    });
    app.clock.set("2026-10-01T00:00:00Z");
    expect(await app.provider("coinbase")).toMatchObject({ requestsThisMonth: 0 });
    await app.refresh();
    expect(fakes.coinbase.requests).toHaveLength(3);
    expect(await app.provider("coinbase")).toMatchObject({ requestsThisMonth: 1, status: "ok" });
  });
});

describe("whatever the providers do, the API goes on with stated staleness", () => {
  const answers = async (app: RatesApp) => {
    const { status, body } = await app.get<RateList>("/v1/rates?base=EUR&symbols=USD");
    expect(status).toBe(200);
    return body.items[0];
  };

  test.each([
    ["an error page", () => fakes.coinbase.answerWith("<html>busy</html>"), "not_json"],
    ["half a body", () => fakes.coinbase.cut("body"), "not_json"],
    ["a broken connection", () => fakes.coinbase.cut("connection"), "network"],
    ["no rates at all", () => fakes.coinbase.setRates({}), "empty"],
    ["another base", () => fakes.coinbase.setRates({ USD: "1.2", EUR: "1" }), "wrong_base"],
    ["bytes", () => fakes.coinbase.answerWith(new Uint8Array([0xff, 0xfe, 0])), "not_json"],
    ["a redirect", () => fakes.coinbase.redirectTo("http://127.0.0.1:1/"), "status"],
  ])("%s", async (_what, trouble, reason) => {
    const app = await open("coinbase");
    app.quote("coinbase", { EUR: "0.8" });
    await app.refresh();
    trouble();
    await app.refreshAfter(coinbaseSeconds);
    expect(await answers(app)).toMatchObject({ rate: "1.25", ageSeconds: 600, stale: false });
    app.clock.advance(1201);
    expect(await answers(app)).toMatchObject({ rate: "1.25", ageSeconds: 1801, stale: true });
    expect(await app.provider("coinbase")).toMatchObject({
      status: "failing",
      lastFailureReason: reason,
      lastSuccessAt: start,
    });
    expect(await app.metric("fintrack_rates_age_seconds", { source: "market" })).toBe(1801);
  });

  test("rates dated in the future", async () => {
    const app = await open("fawazahmed0");
    fakes.fawazahmed0.setAsOf("2026-09-20T00:00:00.000Z" as Instant);
    await app.refresh();
    expect(await app.provider("fawazahmed0")).toMatchObject({ lastFailureReason: "future_date" });
    expect(await answers(app)).toMatchObject({ ageSeconds: 129_600, stale: false });
  });

  test("silence: requests are answered meanwhile, and it ends as a timeout", async () => {
    const app = await open("coinbase,ecb");
    app.quote("coinbase", { EUR: "0.8" });
    await app.refresh();
    fakes.coinbase.stall("mid_body");
    app.clock.advance(3600);
    let isRunning = true;
    const running = app.refresh().finally(() => {
      isRunning = false;
    });
    await eventually("the provider is asked", () => fakes.coinbase.requests.length === 2);
    expect(await answers(app)).toMatchObject({ ageSeconds: 3600, stale: true });
    expect(isRunning).toBe(true);
    await running;
    expect(await app.provider("coinbase")).toMatchObject({ lastFailureReason: "timeout" });
    expect(await app.provider("ecb")).toMatchObject({ status: "ok" }); // the others' answers count
  }, 180_000);
});

describe("official rates", () => {
  test("are series of their own, each against its own pivot", async () => {
    const app = await open("coinbase,ecb,tcmb");
    app.quote("coinbase", { EUR: "0.8", TRY: "48", GBP: "0.70" });
    app.quote("ecb", { USD: "1.1733", GBP: "0.86", JPY: "173.95" });
    app.quote("tcmb", { USD: "48.5", EUR: "56.9", JPY: "32.5" });
    await app.refresh();

    expect(await app.rate("EUR", "USD", { source: "ecb" })).toMatchObject({
      rate: "1.1733",
      source: "ecb",
    });
    expect(await app.rate("EUR", "USD")).toMatchObject({ rate: "1.25", source: "market" });
    expect((await app.rate("USD", "GBP", { source: "ecb" })).legs).toMatchObject([
      { currency: "USD", pivot: "EUR", provider: "ecb" },
      { currency: "GBP", pivot: "EUR", provider: "ecb" },
    ]);
    // TCMB quotes 100 yen.
    expect(await app.rate("JPY", "TRY", { source: "tcmb" })).toMatchObject({ rate: "0.325" });
    expect((await app.rate("USD", "TRY", { source: "tcmb" })).legs).toMatchObject([
      { currency: "USD", pivot: "TRY", direction: "in_pivot", rate: "48.5" },
    ]);
    const lists = await Promise.all(
      ["ecb", "tcmb"].map((source) => app.get<RateList>(`/v1/rates?source=${source}`)),
    );
    expect(lists.map(({ body }) => [body.base, body.items.map((item) => item.quote)])).toEqual([
      ["EUR", ["EUR", "GBP", "JPY", "USD"]],
      ["TRY", ["EUR", "JPY", "TRY", "USD"]],
    ]);
    expect(lists[0]?.body.items[3]?.legs[0]?.asOf).toBe("2026-09-18T00:00:00.000Z");
  });
});

describe("two nodes", () => {
  async function twoNodes(providers: string) {
    const first = await open(providers);
    const second = await open(providers, { databases: first.databases, clock: first.clock });
    return { first, second };
  }

  test("that refresh at the same moment ask each provider once", async () => {
    const { first, second } = await twoNodes("coinbase,fawazahmed0,ecb,tcmb");
    const asked = ["coinbase", "fawazahmed0", "ecb", "tcmb"] as const;
    for (let round = 1; round <= 8; round += 1) {
      await Promise.all([first, second, first, second].map((app) => app.refresh()));
      expect(asked.map((name) => fakes[name].requests.length)).toEqual([
        round,
        round,
        round,
        round,
      ]);
      first.clock.advance(14_400);
    }
    const polls =
      await first.sql`select count(*)::int as n from currency.polls where origin = 'poll'`;
    expect(polls).toMatchObject([{ n: 32 }]);
  });

  test("learn of each other's rates at once", async () => {
    const { first, second } = await twoNodes("coinbase");
    for (const rate of ["0.8", "0.81", "0.82"]) {
      first.quote("coinbase", { EUR: rate });
      await first.refresh();
      await eventually("the other node has it", async () => (await rateOf(second, "EUR")) === rate);
      first.clock.advance(coinbaseSeconds);
    }
  });

  test("find each other's rates again after the notifications were cut off", async () => {
    const { first, second } = await twoNodes("coinbase");
    const launcher = postgres({
      ...postgresJsOptions(parseConnection(first.databases.main.url("launcher"))),
      max: 1,
    });
    const cut = await launcher`
      select pg_terminate_backend(pid, 20_000) from pg_stat_activity
      where datname = current_database() and application_name = 'fintrack listen'`;
    await launcher.end();
    expect(cut).toHaveLength(2);
    first.quote("coinbase", { EUR: "0.8" });
    await first.refresh();
    await eventually("the other node has it", async () => (await rateOf(second, "EUR")) === "0.8");
    first.clock.advance(coinbaseSeconds);
    first.quote("coinbase", { EUR: "0.81" });
    await first.refresh();
    // Sooner than it would look for itself, once a minute.
    await eventually(
      "it hears again",
      async () => (await rateOf(second, "EUR")) === "0.81",
      30_000,
    );
  }, 180_000);

  test("wait for a node that was cut off in the middle no longer than its claim", async () => {
    const { first, second } = await twoNodes("coinbase");
    fakes.coinbase.stall("before_headers");
    const stop = new AbortController();
    const running = first.runJob(refreshJob, {}, stop.signal);
    await eventually("the provider is asked", () => fakes.coinbase.requests.length === 1);
    stop.abort(new Error("the node goes down"));
    await expect(running).rejects.toThrow("the node goes down");
    fakes.coinbase.work();
    second.quote("coinbase", { EUR: "0.8" });
    await second.refreshAfter(89);
    expect(fakes.coinbase.requests).toHaveLength(0);
    await second.refreshAfter(1);
    expect(await rateOf(second, "EUR")).toBe("0.8");
  });
});

test("every provider together quotes the whole market", async () => {
  const names: RateProviderName[] = ["coinbase", "fawazahmed0", "coinpaprika", "ecb", "tcmb"];
  const app = await open(names.join(","));
  await app.refresh();
  for (const name of names) expect((await app.provider(name)).status).toBe("ok");
  expect(await app.metric("fintrack_rates_polls_total", { outcome: "ok" })).toBe(names.length);
});
