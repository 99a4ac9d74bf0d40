import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ProviderFailure } from "#modules/currency/domain/provider-failure";
import { createRateProviders } from "#modules/currency/gateways/providers";
import type { ProviderQuotes } from "#modules/currency/gateways/rate-provider";
import { loadConfig, type RateProviderName, rateProviderNames } from "#platform/config";
import type { CurrencyCode } from "#platform/kernel/money";
import { parseInstant } from "#platform/kernel/time";
import {
  exactValueOf,
  publishedDecimal,
  publishedNumber,
} from "../../support/decimal-arbitraries.ts";
import { eventually } from "../../support/eventually.ts";
import { fakeProtocols, providerFixture } from "../../support/fake-rate-protocols.ts";
import {
  type FakeRateProviders,
  fakeApiKey,
  openFakeRateProviders,
} from "../../support/fake-rate-providers.ts";

const now = parseInstant("2026-09-29T18:00:00Z");
/** So much takes its time on a busy machine. */
const requestTimeoutMs = 60_000;
/** For those who are waited for in vain. */
const impatienceMs = 150;
const never = new AbortController().signal;

let fakes: FakeRateProviders;
beforeAll(async () => {
  fakes = await openFakeRateProviders();
});
afterAll(() => fakes.close());
beforeEach(() => {
  for (const fake of [...rateProviderNames.map((name) => fakes[name]), fakes.fawazahmed0Fallback]) {
    fake.reset();
    fake.setAsOf(now);
  }
});

/** The fiat names among the tickers' symbols: what a catalogue would tell. */
const coinOf = ({ symbol }: { symbol: CurrencyCode }) =>
  ["USD", "EUR", "GBP"].includes(symbol) ? undefined : symbol;

function open(
  name: RateProviderName,
  variables: Record<string, string> = {},
  timeoutMs = requestTimeoutMs,
) {
  const env = { ...fakes.environment, RATES_PROVIDERS: name, ...variables };
  const [provider] = createRateProviders(loadConfig(env).rates.providers, {
    fetch,
    clock: { now: () => now },
    coinOf,
    requestTimeoutMs: timeoutMs,
  });
  if (!provider) throw new Error(`no provider ${name}`);
  return provider;
}
const ask = (name: RateProviderName) => open(name).fetchLatest(never);
const ratesOf = ({ quotes }: ProviderQuotes): Record<string, string> =>
  Object.fromEntries(quotes.map(({ code, rate }) => [code, rate]));

async function failureOf(promise: Promise<unknown>): Promise<ProviderFailure> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProviderFailure)) throw error ?? new Error("expected a failure");
  for (const shown of [Bun.inspect(error), String(error.stack), JSON.stringify(error)]) {
    expect(shown).not.toContain(fakeApiKey);
    expect(shown).not.toContain("apikey");
  }
  return error;
}
const reasonOf = async (name: RateProviderName, timeoutMs = requestTimeoutMs) =>
  (await failureOf(open(name, {}, timeoutMs).fetchLatest(never))).reason;

/** The recorded answer with its base changed: another base named, or a pivot that is not quoted as 1. */
const wrongBase: Record<RateProviderName, (fixture: string) => string> = {
  currencyfreaks: (text) => text.replace('"base":"USD"', '"base":"EUR"'),
  coinbase: (text) => text.replace('"currency":"USD"', '"currency":"EUR"'),
  fawazahmed0: (text) => text.replace('"usd":{', '"eur":{'),
  coinpaprika: (text) => text.replaceAll('"USD":{', '"EUR":{'),
  ecb: (text) => text.replace("currency='USD'", "currency='EUR'"),
  tcmb: (text) => text.replace('CurrencyCode="USD"', 'CurrencyCode="TRY"'),
};
const unreadable = (name: RateProviderName) =>
  fakeProtocols[name].contentType.includes("json") ? "not_json" : "not_xml";

describe("a recorded answer", () => {
  const expected = {
    currencyfreaks: {
      source: "market",
      pivot: "USD",
      direction: "per_pivot",
      asOf: "2026-09-29T00:00:00.000Z",
      quotes: 338,
      skipped: 0,
      some: { UAH: "44.92396", DCR: "0.056195339999998744", AMP: "1613.7436609022371" },
    },
    coinbase: {
      source: "market",
      pivot: "USD",
      direction: "per_pivot",
      asOf: null,
      quotes: 299,
      skipped: 0,
      some: { "00": "181.9836217470427661", "1INCH": "9.966310330000000", AED: "3.6725" },
    },
    fawazahmed0: {
      source: "market",
      pivot: "USD",
      direction: "per_pivot",
      asOf: "2026-09-29T00:00:00.000Z",
      quotes: 338,
      skipped: 0,
      some: { "1INCH": "9.96631033", AED: "3.6725", BTC: "0.000012017405" },
    },
    coinpaprika: {
      source: "market",
      pivot: "USD",
      direction: "in_pivot",
      asOf: "2026-09-29T17:54:49.000Z",
      quotes: 72,
      skipped: 6,
      some: { BTC: "83212.64033291713", SHIBX: "0.000000012345", BABYX: "0.000000000000421" },
    },
    ecb: {
      source: "ecb",
      pivot: "EUR",
      direction: "per_pivot",
      asOf: "2026-09-29T00:00:00.000Z",
      quotes: 29,
      skipped: 0,
      some: { USD: "1.1361", JPY: "178.91", GBP: "0.85818" },
    },
    tcmb: {
      source: "tcmb",
      pivot: "TRY",
      direction: "in_pivot",
      asOf: "2026-09-29T00:00:00.000Z",
      quotes: 22,
      skipped: 0,
      some: { USD: "48.9514", JPY: "0.310847", XDR: "66.6273" },
    },
  } as const;

  for (const name of rateProviderNames)
    test(`of ${name} is read completely`, async () => {
      fakes[name].answerWith(await providerFixture(name));
      const provider = open(name);
      const answer = await provider.fetchLatest(never);
      const { some, quotes, source, ...rest } = expected[name];
      expect(provider.name).toBe(name);
      expect(provider.source).toBe(source);
      expect({ ...answer, quotes: answer.quotes.length }).toEqual({ ...rest, quotes } as never);
      expect(new Set(answer.quotes.map(({ code }) => code)).size).toBe(quotes);
      const rates = ratesOf(answer);
      for (const [code, rate] of Object.entries(some))
        expect(exactValueOf(rates[code] ?? "")).toBe(exactValueOf(rate));
    });
});

describe("each provider's errors are told apart:", () => {
  for (const name of rateProviderNames)
    describe(name, () => {
      test("status codes", async () => {
        const byStatus = {
          400: "status",
          401: "unauthorized",
          402: "plan",
          403: "forbidden",
          404: "not_found",
          500: "server",
          503: "server",
          521: "server",
        };
        for (const [status, reason] of Object.entries(byStatus)) {
          fakes[name].failWith(Number(status));
          expect(await reasonOf(name)).toBe(reason as never);
        }
      });

      test("a used-up quota, with the time to wait", async () => {
        fakes[name].failWith(429, { "retry-after": "3600" });
        const failure = await failureOf(ask(name));
        expect([failure.reason, failure.retryAfterSeconds]).toEqual(["quota", 3600]);
        fakes[name].failWith(429, { "retry-after": "Tue, 29 Sep 2026 18:10:00 GMT" });
        expect((await failureOf(ask(name))).retryAfterSeconds).toBe(600);
        fakes[name].failWith(429);
        expect((await failureOf(ask(name))).retryAfterSeconds).toBeNull();
      });

      test("a page instead of data", async () => {
        for (const page of [
          "<!DOCTYPE html><html><head><title>Just a moment...</title><br></head><body>wait</body></html>",
          "<html><head></head><body><p>maintenance</p></body></html>",
          "Service temporarily unavailable",
          "",
        ]) {
          fakes[name].answerWith(page, "text/html");
          expect(await reasonOf(name)).toBe(unreadable(name));
        }
      });

      test("bytes that are no text", async () => {
        fakes[name].answerWith(new Uint8Array([0x7b, 0xff, 0xfe, 0x22, 0xd6, 0x7d]));
        expect(await reasonOf(name)).toBe(unreadable(name));
      });

      test("half a body, whole for HTTP or broken off", async () => {
        fakes[name].cut("body");
        expect(await reasonOf(name)).toBe(unreadable(name));
        fakes[name].cut("connection");
        expect(await reasonOf(name)).toBe("network");
      });

      test("silence, before the answer and within it", async () => {
        fakes[name].stall("before_headers");
        expect(await reasonOf(name, impatienceMs)).toBe("timeout");
        fakes[name].stall("mid_body");
        expect(await reasonOf(name, impatienceMs)).toBe("timeout");
      });

      test("a redirect, which is not followed", async () => {
        fakes[name].redirectTo(`${fakes[name].baseUrl}${fakeProtocols[name].path}`);
        expect(await reasonOf(name)).toBe("status");
      });

      test("a body without end", async () => {
        fakes[name].answerWith(" ".repeat(16 * 1024 * 1024 + 1));
        expect(await reasonOf(name)).toBe("too_large");
      });

      test("rates for another base", async () => {
        const fixture = await providerFixture(name);
        const changed = wrongBase[name](fixture);
        expect(changed).not.toBe(fixture);
        fakes[name].answerWith(changed);
        expect(await reasonOf(name)).toBe("wrong_base");
      });

      test("no rate at all", async () => {
        fakes[name].setRates([]);
        expect(await reasonOf(name)).toBe("empty");
      });

      test("another document of the same language", async () => {
        const others = {
          not_json: ['{"error":{"message":"try later"}}', "null", "42", '"rates"', "[[]]", "{}"],
          not_xml: ["<error>try later</error>", "<Envelope/>", "<Tarih_Date/>"],
        };
        for (const other of others[unreadable(name)]) {
          fakes[name].answerWith(other);
          expect(["malformed", "wrong_base"]).toContain(await reasonOf(name));
        }
      });

      test("nobody at the address", async () => {
        const closed = open(name, { [`RATES_${name.toUpperCase()}_URLS`]: "http://127.0.0.1:1" });
        expect((await failureOf(closed.fetchLatest(never))).reason).toBe("network");
      });

      if (name !== "coinbase")
        test("rates of the future", async () => {
          fakes[name].setAsOf(parseInstant("2026-10-01T00:00:00Z"));
          expect(await reasonOf(name)).toBe("future_date");
        });

      test("and it answers again once the trouble is over", async () => {
        fakes[name].failWith(500);
        await failureOf(ask(name));
        fakes[name].work();
        expect((await ask(name)).quotes.length).toBeGreaterThan(20);
      });
    });
});

describe("each provider's rates", () => {
  for (const name of rateProviderNames) {
    const own = (code: string) => (name === "fawazahmed0" ? code.toLowerCase() : code);

    test(`of ${name} appear once per code, the first one counts`, async () => {
      fakes[name].setRates([
        [own("ABC"), "1.5"],
        [own("DEF"), "2"],
        ["ABC", "1.6"],
        ["Abc", "1.7"],
      ]);
      const answer = await ask(name);
      expect(ratesOf(answer)).toEqual({ ABC: "1.5", DEF: "2" });
      expect(answer.skipped).toBe(2);
    });

    test(`of ${name} with odd codes are left out and counted`, async () => {
      fakes[name].setRates([
        ["A", "1"],
        ["TOOLONGACODE1", "1"],
        ["A-B", "1"],
        ["ıNR", "1"],
        [own("GOOD"), "1"],
      ]);
      const answer = await ask(name);
      expect(ratesOf(answer)).toEqual({ GOOD: "1" });
      expect(answer.skipped).toBe(4);
    });

    test(`of ${name} that are zero, negative or unreadable are handed on to be judged`, async () => {
      fakes[name].setRates({ [own("AAA")]: "0", [own("BBB")]: "-1.5", [own("CCC")]: "N/A" });
      expect(ratesOf(await ask(name))).toEqual({ AAA: "0", BBB: "-1.5", CCC: "N/A" });
    });

    test(`of ${name} come out as the decimals that were published`, async () => {
      const decimal = name === "ecb" || name === "tcmb" ? publishedDecimal : publishedNumber;
      const provider = open(name);
      await fc.assert(
        fc.asyncProperty(fc.array(decimal, { minLength: 1, maxLength: 20 }), async (texts) => {
          fakes[name].setRates(texts.map((text, index) => [own(`C${index}`), text] as const));
          const rates = ratesOf(await provider.fetchLatest(never));
          texts.forEach((text, index) => {
            const rate = rates[`C${index}`] ?? "";
            expect(rate).toMatch(/^\d+(\.\d+)?$/);
            expect(exactValueOf(rate)).toBe(exactValueOf(text));
          });
        }),
        { numRuns: 40 },
      );
    });
  }

  test("of tcmb for a hundred units come out for one, to the last digit", async () => {
    await fc.assert(
      fc.asyncProperty(publishedDecimal, async (text) => {
        fakes.tcmb.setRates({ JPY: text });
        const { JPY = "" } = ratesOf(await ask("tcmb"));
        expect(exactValueOf(`${JPY}e2`)).toBe(exactValueOf(text));
      }),
      { numRuns: 40 },
    );
  });
});

describe("the request", () => {
  test("is the documented one of each provider", async () => {
    const queries: Record<RateProviderName, string> = {
      currencyfreaks: `apikey=${fakeApiKey}`,
      coinbase: "currency=USD",
      fawazahmed0: "",
      coinpaprika: "quotes=USD",
      ecb: "",
      tcmb: "",
    };
    for (const name of rateProviderNames) {
      await ask(name);
      const [request, ...more] = fakes[name].requests;
      expect(more).toEqual([]);
      expect(request?.path).toBe(fakeProtocols[name].path);
      expect(request?.query.toString()).toBe(queries[name]);
    }
  });

  test("carries a key with signs of its own unharmed", async () => {
    const provider = open("currencyfreaks", { CURRENCYFREAKS_API_KEY: "a&b=c d+é/%" });
    expect((await failureOf(provider.fetchLatest(never))).reason).toBe("unauthorized");
    expect(fakes.currencyfreaks.requests[0]?.query.get("apikey")).toBe("a&b=c d+é/%");
  });

  test("ends with the caller's reason when the caller stops, and no other host is asked", async () => {
    fakes.fawazahmed0.stall("before_headers");
    const stop = new AbortController();
    const asked = open("fawazahmed0").fetchLatest(stop.signal);
    await eventually("it is asked", () => fakes.fawazahmed0.requests.length > 0);
    stop.abort(new Error("shutting down"));
    await expect(asked).rejects.toThrow("shutting down");
    expect(fakes.fawazahmed0.requests).toHaveLength(1);
  });
});

describe("fawazahmed0's hosts", () => {
  const both = () =>
    open("fawazahmed0", {
      RATES_FAWAZAHMED0_URLS: `${fakes.fawazahmed0.baseUrl},${fakes.fawazahmed0Fallback.baseUrl}`,
    }).fetchLatest(never);

  test("are asked one after the other until one gives usable rates", async () => {
    fakes.fawazahmed0.failWith(404);
    fakes.fawazahmed0Fallback.setRates({ eur: "0.88" });
    expect(ratesOf(await both())).toEqual({ EUR: "0.88" });
    fakes.fawazahmed0.answerWith("<html></html>", "text/html");
    expect(ratesOf(await both())).toEqual({ EUR: "0.88" });
  });

  test("are asked for the small file everywhere before the plain one", async () => {
    fakes.fawazahmed0.failWith(404);
    fakes.fawazahmed0Fallback.failWith(503);
    expect((await failureOf(both())).reason).toBe("not_found");
    const paths = ["/v1/currencies/usd.min.json", "/v1/currencies/usd.json"];
    expect(fakes.fawazahmed0.requests.map(({ path }) => path)).toEqual(paths);
    expect(fakes.fawazahmed0Fallback.requests.map(({ path }) => path)).toEqual(paths);
  });
});

test("providers stand in the configured order", () => {
  const names = ["tcmb", "coinpaprika", "coinbase"];
  const { providers } = loadConfig({ RATES_PROVIDERS: names.join(",") }).rates;
  const opened = createRateProviders(providers, { fetch, clock: { now: () => now }, coinOf });
  expect(opened.map(({ name }) => String(name))).toEqual(names);
});
