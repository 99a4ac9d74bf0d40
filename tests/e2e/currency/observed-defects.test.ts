import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Conversion,
  type Currency,
  type History,
  type Page,
  queryOf,
  type RateList,
} from "../../support/currency-api.ts";
import { readFxDays } from "../../support/fx-days.ts";
import { databaseVariables } from "../../support/main-process.ts";
import { openRatesApp, type RatesApp } from "../../support/rates-app.ts";
import { startServerProcess } from "../../support/server-process.ts";

const pegged = { AED: "3.6725", SAR: "3.75", BHD: "0.376" };
const days = readFxDays();

describe("a currency whose rate never moves", () => {
  let app: RatesApp;
  beforeAll(async () => {
    app = await openRatesApp({ history: true, environment: { RATES_PROVIDERS: "coinbase" } });
    // Three days of polls: the pegged ones stand still, one other moves each time.
    for (let poll = 0; poll < 36; poll += 1) {
      app.quote("coinbase", { ...pegged, EUR: `0.8${String(poll).padStart(2, "0")}` });
      await app.refreshAfter(poll % 12 === 0 ? 72_000 : 600);
    }
  });
  afterAll(() => app.close());

  test("is among the latest rates, as fresh as those that moved", async () => {
    const { body } = await app.get<RateList>("/v1/rates?symbols=AED,SAR,BHD,EUR");
    expect(body.unavailable).toEqual([]);
    expect(Object.fromEntries(body.items.map(({ quote, rate }) => [quote, rate]))).toEqual({
      ...pegged,
      EUR: "0.835",
    });
    for (const { ageSeconds, stale } of body.items) expect([ageSeconds, stale]).toEqual([0, false]);
  });

  test("converts, now and at any moment before", async () => {
    expect((await app.convert("100", "AED", "SAR")).body.to.amount).toBe("102.11");
    for (const at of ["2026-08-20T10:00:00Z", "2026-09-18T15:00:00Z", app.clock.now()])
      expect((await app.convert("10", "USD", "BHD", { at })).body.to.amount).toBe("3.760");
  });

  test("has every day in its history", async () => {
    const query = queryOf({ base: "USD", quote: "AED", from: "2026-08-09" });
    const { body } = await app.get<History>(`/v1/rates/history${query}`);
    expect(body.days).toHaveLength((Date.parse(body.to) - Date.parse(body.from)) / 86_400_000 + 1);
    expect(new Set(body.days.map(({ close }) => close))).toEqual(new Set(["3.6725"]));
  });

  test("is quoted in the catalogue", async () => {
    expect((await app.get<Currency>("/v1/currencies/AED")).body.quoted).toBe(true);
  });

  test("costs one row for as long as it stands still and is seen", async () => {
    const rows = await app.sql`select count(*)::int as n, sum(multiplier)::int as seen
      from currency.rates where code = 'AED' and provider = 'coinbase'`;
    expect([...rows]).toEqual([{ n: 3, seen: 36 }]); // twice nobody looked for twenty hours
  });
});

test("a refresh in which nothing changed leaves everything answerable", async () => {
  const app = await openRatesApp({ environment: { RATES_PROVIDERS: "coinbase" } });
  try {
    app.quote("coinbase", { EUR: "0.8", JPY: "150", ...pegged });
    await app.refresh();
    const everything = async () =>
      Promise.all(
        [
          "/v1/rates?symbols=EUR,JPY,AED,CHF",
          "/v1/conversions?from=EUR&to=JPY&amount=10",
          "/v1/currencies/EUR",
          "/v1/rates/history?base=EUR&quote=JPY",
        ].map(async (path) => (await app.get<{ rate?: string }>(path)).status),
      );
    for (let poll = 0; poll < 4; poll += 1) {
      await app.refreshAfter(600);
      expect(await everything()).toEqual([200, 200, 200, 200]);
    }
    expect(await app.rate("EUR", "JPY")).toMatchObject({ rate: "187.5", ageSeconds: 0 });
  } finally {
    await app.close();
  }
});

describe("small rates", () => {
  let app: RatesApp;
  beforeAll(async () => {
    app = await openRatesApp({ history: true, environment: { RATES_PROVIDERS: "coinbase" } });
    app.quote("coinbase", { BTC: "0.0000094999", USDC: "1.0001" });
    await app.refresh();
  });
  afterAll(() => app.close());

  test("keep all their digits", async () => {
    expect((await app.rate("USD", "BTC")).rate).toBe("0.0000094999");
    for (const { at, quotes } of days.filter((_, index) => index % 9 === 0))
      for (const { code, rate } of quotes.filter(({ code }) => /^(BTC|XAU|ETH|XPT)$/.test(code)))
        expect((await app.rate("USD", code, { at })).rate).toBe(rate);
  });

  test("never become nothing, however small the pair makes them", async () => {
    for (const [base, quote] of [
      ["SHIB", "BTC"],
      ["VEB", "BTC"],
      ["IRR", "XAU"],
      ["VEB", "XAU"],
    ] as const) {
      expect((await app.rate(base, quote)).rate).toMatch(/^0\.0{5,}[1-9]\d{9,}$/);
      expect((await app.rate(quote, base)).rate).toMatch(/^[1-9]\d{5,}/);
    }
    expect((await app.convert("1000000", "SHIB", "BTC")).body.to.amount).toBe("0.00004729");
  });

  test("show their moves of a few per cent", async () => {
    app.quote("coinbase", { BTC: "0.0000081", USDC: "1.0001" });
    await app.refreshAfter(600);
    expect((await app.rate("USD", "BTC")).rate).toBe("0.0000081");
    const query = queryOf({ base: "BTC", quote: "USD", from: "2026-08-09", to: "2026-09-17" });
    const { body } = await app.get<History>(`/v1/rates/history${query}`);
    expect(new Set(body.days.map(({ close }) => close)).size).toBe(40);
  });
});

test("history carries each currency forward by itself, not whole days", async () => {
  const app = await openRatesApp({ history: true });
  try {
    // What single days lack, though hundreds of others were there.
    const holes = days.slice(1).flatMap(({ date, quotes }, index) => {
      const there = new Set(quotes.map(({ code }) => code));
      const before = days[index]?.quotes.find(({ code }) => !there.has(code));
      return before ? [{ date, ...before }] : [];
    });
    expect(holes.length).toBeGreaterThan(5);
    for (const { date, code, rate } of holes) {
      const query = queryOf({ base: "USD", quote: code, from: date, to: date });
      const { body } = await app.get<History>(`/v1/rates/history${query}`);
      expect(body.days).toEqual([
        { day: date, open: rate, high: rate, low: rate, close: rate, carried: true },
      ]);
      const other = queryOf({ base: "USD", quote: "EUR", from: date, to: date });
      const euro = await app.get<History>(`/v1/rates/history${other}`);
      expect(euro.body.days[0]?.carried).toBe(false);
    }
  } finally {
    await app.close();
  }
});

test("every rate and every conversion says how old it is, and a conversion can be of any date", async () => {
  const app = await openRatesApp({ history: true });
  try {
    const [first, last] = [days[0], days.at(-1)];
    for (const day of [first, last]) {
      const rate = day?.quotes.find(({ code }) => code === "TRY")?.rate;
      const at = `${day?.date}T18:00:00Z`;
      const { body } = await app.convert("1", "USD", "TRY", { at });
      expect([`${body.rate}`, body.observedAt, body.ageSeconds]).toEqual([
        `${rate}`,
        `${day?.at}`,
        64_800,
      ]);
    }
    const now = (await app.convert("1", "USD", "TRY")).body;
    expect([now.observedAt, now.ageSeconds]).toEqual([`${last?.at}`, 129_600]);
    const { body } = await app.get<RateList>("/v1/rates?limit=200");
    for (const item of body.items.filter(({ quote }) => quote !== "USD"))
      expect(item.ageSeconds).toBe(
        (Date.parse(body.at) - Date.parse(item.observedAt ?? "")) / 1000,
      );
  } finally {
    await app.close();
  }
});

test("codes mean the same on a machine whose locale is Turkish", async () => {
  const app = await openRatesApp({ history: true });
  const directory = mkdtempSync(join(tmpdir(), "fintrack-locale-"));
  const turkish = { LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8", LANGUAGE: "tr" };
  const server = await startServerProcess({
    ...databaseVariables(app.databases),
    ...turkish,
    DATA_DIR: directory,
  });
  try {
    const get = async <T>(path: string) => (await (await fetch(server.url + path)).json()) as T;
    for (const code of ["inr", "INR", "iNr"])
      expect((await get<Currency>(`/v1/currencies/${code}`)).code).toBe("INR");
    const rates = await get<RateList>("/v1/rates?base=idr&symbols=inr,ils,isk,1inch");
    expect(rates.items.map(({ quote }) => quote)).toEqual(["1INCH", "ILS", "INR", "ISK"]);
    const converted = await get<Conversion>("/v1/conversions?from=inr&to=idr&amount=1");
    expect([converted.from.currency, converted.to.currency]).toEqual(["INR", "IDR"]);
    for (const search of ["inr", "İNR", "ınr", "indian rupee", "INDIAN RUPEE", "ındıan"]) {
      const found = await get<Page<Currency>>(`/v1/currencies${queryOf({ search })}`);
      expect(found.items.map(({ code }) => code)).toContain("INR");
    }
  } finally {
    server.kill("SIGTERM");
    await server.ended;
    await app.close();
    rmSync(directory, { recursive: true, force: true });
  }
});

describe("lookups answer what was asked", () => {
  let app: RatesApp;
  beforeAll(async () => {
    app = await openRatesApp();
  });
  afterAll(() => app.close());

  test("a country gives all its currencies", async () => {
    const of = async (country: string) => {
      const { body } = await app.get<Page<Currency>>(`/v1/currencies?country=${country}`);
      return body.items.map(({ code }) => code);
    };
    expect(await of("PA")).toEqual(["PAB", "USD"]);
    expect(await of("CH")).toEqual(expect.arrayContaining(["CHE", "CHF", "CHW"]));
    expect(await of("DE")).toEqual(["EUR"]);
  });

  test("the currency asked for is the one answered, by path and by parameter", async () => {
    for (const code of ["EUR", "TRY", "JPY", "BTC", "XAU", "ZMW"]) {
      expect((await app.get<Currency>(`/v1/currencies/${code}`)).body.code).toBe(code);
      expect(await app.rate("USD", code)).toMatchObject({ base: "USD", quote: code });
      expect(await app.rate(code, "USD")).toMatchObject({ base: code, quote: "USD" });
      expect((await app.convert("1", "USD", code)).body.to.currency).toBe(code);
    }
  });
});

describe("a path is taken as it is written, or not at all", () => {
  let app: RatesApp;
  beforeAll(async () => {
    app = await openRatesApp({ environment: { READS_PER_MINUTE: "5" } });
  });
  afterAll(() => app.close());

  /** Each request comes from a client of its own: five a minute are few. */
  let clients = 0;
  /** The bytes of the request line reach the server untouched: fetch would tidy them up. */
  async function rawGet(target: string): Promise<{ status: number; head: string; text: string }> {
    const { hostname, port } = new URL(app.url);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let answer = "";
    const socket = await Bun.connect({
      hostname,
      port: Number(port),
      socket: {
        data(_socket, chunk) {
          answer += chunk.toString("latin1");
        },
        close: () => resolve(answer),
        error: (_socket, error) => reject(error),
      },
    });
    clients += 1;
    const client = `x-forwarded-for: 10.1.2.${clients}`;
    const lines = [`GET ${target} HTTP/1.1`, `host: ${hostname}:${port}`, client];
    socket.write(Buffer.from([...lines, "connection: close", "", ""].join("\r\n"), "latin1"));
    const [head = "", ...rest] = (await promise).split("\r\n\r\n");
    return { status: Number(head.split(" ")[1]), head, text: rest.join("") };
  }

  test("the plain path is the only one", async () => {
    expect((await rawGet("/v1/rates?symbols=EUR")).status).toBe(200);
  });

  test.each([
    "/v1//rates",
    "//v1/rates",
    "/v1/rates/",
    "/v1/rates//",
    "/V1/rates",
    "/v1/Rates",
    "/v1/rates;a=b",
    "/v1%2Frates",
    "/v1/rates%2Fproviders",
    "/v1/%2e%2e/v1/rates/nowhere",
    "/v1/..%2f..%2fetc/passwd",
    "/v1/rates%00",
    "/v1/rates/../../../etc/passwd",
    "/v1/rates%3Fsymbols=EUR",
    "/%76%31/rates%20",
    "/v1\\rates\\x",
  ])("%s is nothing", async (target) => {
    const { status, text } = await rawGet(target);
    expect([400, 404]).toContain(status);
    expect(text).not.toContain('"items"');
  });

  test.each(["/v1/./rates", "/v1/%2e%2e/v1/rates", "/v1/currencies/../rates", "/%761/rates"])(
    "%s is nothing, or the same as the plain path, with the same limit",
    async (target) => {
      const { status, head } = await rawGet(`${target}?symbols=EUR`);
      if (status === 200) expect(head.toLowerCase()).toContain("ratelimit-limit: 5");
      else expect([400, 404]).toContain(status);
    },
  );

  test.each([
    ["of another host", "http://evil.example/v1/rates"],
    ["with a fragment", "/v1/rates#fragment"],
    ["that is a star", "*"],
    ["that is empty", ""],
    ["of two requests", "/v1/rates HTTP/1.1\r\nhost: evil.example\r\n\r\nGET /v1/rates"],
    ["of 9,000 letters", `/${"a".repeat(9000)}`],
    ["of bytes that are no text", "/v1/currencies/\xff\xfe"],
    ["that ends in an escape", "/v1/currencies/%"],
  ])("a target %s is no error of ours", async (_what, target) => {
    const { status } = await rawGet(target);
    expect(Number.isNaN(status) || (status >= 200 && status < 500)).toBe(true);
    expect((await rawGet("/v1/rates?symbols=EUR")).status).toBe(200);
  });

  test("nothing of it was logged as an error", () => {
    expect(app.logLines().filter((line) => line["level"] === "error")).toEqual([]);
  });
});
