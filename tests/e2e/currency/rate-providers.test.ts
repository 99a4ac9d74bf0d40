import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Provider } from "../../support/currency-api.ts";
import { expectBudget, expectOnlyMethods } from "../../support/http-statuses.ts";
import { openRatesApp, type RatesApp } from "../../support/rates-app.ts";

const path = "/v1/rates/providers";
let app: RatesApp;
beforeAll(async () => {
  app = await openRatesApp({
    environment: {
      RATES_PROVIDERS: "ecb,coinbase,currencyfreaks",
      RATES_CURRENCYFREAKS_INTERVAL_SECONDS: "900",
      READS_PER_MINUTE: "3",
    },
  });
});
afterAll(() => app.close());

const list = async () => {
  const { status, body } = await app.get<{ items: Provider[] }>(path);
  expect(status).toBe(200);
  return body.items;
};

describe("200", () => {
  test("the configured providers by rank, at first waiting", async () => {
    expect(await list()).toEqual([
      expect.objectContaining({ name: "ecb", source: "ecb", rank: 1, intervalSeconds: 3600 }),
      expect.objectContaining({
        name: "coinbase",
        source: "market",
        rank: 2,
        intervalSeconds: 600,
      }),
      {
        name: "currencyfreaks",
        source: "market",
        rank: 3,
        status: "waiting",
        intervalSeconds: 900,
        lastAttemptAt: null,
        lastSuccessAt: null,
        lastFailureAt: null,
        lastFailureReason: null,
        consecutiveFailures: 0,
        nextDueAt: null,
        quotes: 0,
        quarantined: 0,
        monthlyQuota: 1000,
        requestsThisMonth: 0,
      },
    ]);
  });

  test("then how each is doing", async () => {
    const now = app.clock.now();
    app.quote("ecb", { USD: "1.2" });
    app.quote("coinbase", { EUR: "0.8", JPY: "0" });
    app.fakes.currencyfreaks.failWith(402);
    await app.refresh();
    expect(await list()).toMatchObject([
      { status: "ok", lastSuccessAt: now, quotes: 1, quarantined: 0, requestsThisMonth: 1 },
      { status: "ok", lastSuccessAt: now, quotes: 2, quarantined: 1 },
      {
        status: "failing",
        lastAttemptAt: now,
        lastSuccessAt: null,
        lastFailureAt: now,
        lastFailureReason: "plan",
        consecutiveFailures: 1,
      },
    ]);
    app.clock.advance(1801);
    expect((await list()).map(({ status }) => status)).toEqual(["ok", "stale", "failing"]);
  });

  test("nothing of a key or an address is shown", async () => {
    const text = JSON.stringify(await list());
    for (const secret of [app.fakes.currencyfreaks.baseUrl, "fake-key", "http"])
      expect(text).not.toContain(secret);
  });
});

describe("405", () => {
  test("names what the list takes", () => expectOnlyMethods(app, path, ["GET", "HEAD"]));
});

describe("422", () => {
  test("for a parameter: it takes none", async () => {
    expect(await app.get(`${path}?name=ecb`)).toMatchObject({
      status: 422,
      body: { errors: [{ path: "(a parameter)" }] },
    });
  });
});

describe("429", () => {
  test("after the reads of a minute, for that client alone", () => expectBudget(app, 3, {}, path));
});
