import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type Conversion,
  type Currency,
  type History,
  type Page,
  type PairRate,
  queryOf,
  type RateList,
} from "../../support/currency-api.ts";
import { openRatesWorld, type RatesApp } from "../../support/rates-app.ts";

let app: RatesApp;
let codes: string[];
beforeAll(async () => {
  app = await openRatesWorld();
  const { body } = await app.get<Page<Currency>>("/v1/currencies?quoted=true&limit=200");
  codes = [...body.items.map(({ code }) => code), "USD", "TRY", "VEB", "SHIB", "XAU"];
});
afterAll(() => app.close());

type Asked = { base: string; quote: string; source: string; at: string | undefined };
/** What makes two answers the same answer. */
type Value = Pick<PairRate, "rate" | "observedAt" | "ageSeconds" | "stale" | "legs">;
const told = ({ rate, observedAt, ageSeconds, stale, legs }: Value): Value => ({
  rate,
  observedAt,
  ageSeconds,
  stale,
  legs,
});

/** Every shape in which the API tells what a pair is worth at one instant; undefined = there is no rate. */
const shapes: Record<string, (asked: Asked) => Promise<Value | undefined>> = {
  async "one symbol of a list"({ base, quote, source, at }) {
    const query = queryOf({ base, symbols: quote, source, at });
    return (await app.get<RateList>(`/v1/rates${query}`)).body.items?.[0];
  },
  async "among many symbols, in any case"({ base, quote, source, at }) {
    const symbols = `eur,${quote.toLowerCase()},usd,try,gbp`;
    const query = queryOf({ base: base.toLowerCase(), symbols, source, at });
    const { body } = await app.get<RateList>(`/v1/rates${query}`);
    return body.items?.find((item) => item.quote === quote);
  },
  async "a page of all"({ base, quote, source, at }) {
    for (let cursor: string | undefined; ; ) {
      const query = queryOf({ base, source, at, limit: "200", cursor });
      const { body } = await app.get<RateList>(`/v1/rates${query}`);
      const found = body.items?.find((item) => item.quote === quote);
      // What a source does not quote stands in no list of that source, and still is one of itself.
      if (!found && !body.nextCursor && base === quote)
        return shapes["a conversion"]?.({ base, quote, source, at });
      if (found || !body.nextCursor) return found;
      cursor = body.nextCursor;
    }
  },
  async "a conversion"({ base, quote, source, at }) {
    const query = queryOf({ from: base, to: quote, amount: "7", source, at });
    const { status, body } = await app.get<Conversion>(`/v1/conversions${query}`);
    return status === 200 ? body : undefined;
  },
  async "one of a batch"({ base, quote, source, at }) {
    const wanted = { amount: "3", from: base, to: quote, ...(at === undefined ? {} : { at }) };
    const same = { amount: "1", from: "EUR", to: "EUR" };
    const conversions = [same, wanted, same];
    const { status, body } = await app.post<{ items: Conversion[] }>("/v1/conversions", {
      conversions,
      source,
    });
    return status === 200 ? body.items[1] : undefined;
  },
  async "the current rate of its history"({ base, quote, source, at }) {
    if (at !== undefined && at !== app.clock.now())
      return shapes["a conversion"]?.({ base, quote, source, at });
    const query = queryOf({ base, quote, source, from: "2026-09-17" });
    return (await app.get<History>(`/v1/rates/history${query}`)).body.current;
  },
};

const asked = () =>
  fc.record({
    base: fc.constantFrom(...codes, "EUR", "USD", "TRY"),
    quote: fc.constantFrom(...codes, "EUR", "USD", "TRY"),
    source: fc.constantFrom("market", "market", "ecb", "tcmb"),
    at: fc.option(
      fc
        .integer({ min: Date.parse("2026-08-08T00:00Z"), max: Date.parse("2026-09-18T12:00Z") })
        .map((ms) => new Date(ms).toISOString()),
      { nil: undefined },
    ),
  });

test("a pair has one value at one instant, in whatever shape it is asked for", async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(asked(), async (pair) => {
      const [first, ...others] = await Promise.all(
        Object.values(shapes).map(async (ask) => {
          const value = await ask(pair);
          return value && told(value);
        }),
      );
      for (const other of others) expect(other).toEqual(first);
      if (first) found += 1;
    }),
    {
      numRuns: 120,
      examples: [[{ base: "BWP", quote: "BWP", source: "ecb", at: undefined }]],
    },
  );
  expect(found).toBeGreaterThan(30);
});

test("now is the present instant: the rates in memory are those of the database", async () => {
  await fc.assert(
    fc.asyncProperty(asked(), async (pair) => {
      for (const ask of Object.values(shapes)) {
        const now = await ask({ ...pair, at: undefined });
        const then = await ask({ ...pair, at: app.clock.now() });
        expect(then && told(then)).toEqual(now && told(now));
      }
    }),
    { numRuns: 40 },
  );
});
