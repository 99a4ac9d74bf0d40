import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import type { Problem } from "../../support/currency-api.ts";
import { openRatesWorld, type RatesApp } from "../../support/rates-app.ts";

let app: RatesApp;
beforeAll(async () => {
  app = await openRatesWorld();
});
afterAll(() => app.close());

/** Valid parameters of every route; a run spoils some of them. */
const routes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "/v1/currencies": {
    search: "lira",
    kind: "fiat",
    country: "TR",
    quoted: "true",
    cursor: "WyJBIl0",
    limit: "5",
  },
  "/v1/rates": {
    base: "EUR",
    symbols: "USD,TRY",
    at: "2026-09-17T12:00:00Z",
    source: "market",
    cursor: "WyJBIl0",
    limit: "5",
  },
  "/v1/rates/history": {
    base: "EUR",
    quote: "TRY",
    from: "2026-09-01",
    to: "2026-09-10",
    interval: "raw",
    source: "market",
    cursor: "WyIyMDI2LTA5LTAzVDAwOjAwOjAwLjAwMFoiXQ",
    limit: "5",
  },
  "/v1/rates/providers": {},
  "/v1/conversions": {
    from: "EUR",
    to: "USD",
    amount: "1.5",
    at: "2026-09-17T12:00:00Z",
    source: "ecb",
  },
};

const nasty = [
  "",
  "%00",
  "a%00b",
  "%ED%A0%80", // half of a surrogate pair, as bytes
  "%ED%BF%BF%ED%A0%80",
  "%FF",
  "%C0%80",
  "%E0%A4%A",
  "%",
  "%zz",
  "+",
  "%20",
  "%0d%0aset-cookie:%20a=b",
  "%E2%80%AE%D9%A0", // right to left, an Arabic digit
  "%F0%9F%92%B6",
  "%C4%B0%C4%B1", // İı
  "null",
  "undefined",
  "true",
  "[]",
  "{}",
  "[object%20Object]",
  "__proto__",
  "constructor",
  "toString",
  "-1",
  "0",
  "1e309",
  "-0",
  "NaN",
  "Infinity",
  "0x10",
  "99999999999999999999999999",
  "9".repeat(400),
  "1.".padEnd(60, "0"),
  "%27%20or%201=1--",
  "%24%7Bx%7D",
  "../../etc/passwd",
  "%2e%2e%2f",
  "0001-01-01",
  "0000-00-00",
  "9999-12-31",
  "10000-01-01",
  "-000001-01-01T00:00:00Z",
  "%2B275760-09-13T00:00:00.000Z",
  "0001-01-01T00:00:00%2B14:00",
  "9999-12-31T23:59:59.999-14:00",
  "2026-09-18T12:00:60Z",
  "2026-09-17T12:00:00%2B99:99",
  "2026-09-17t12:00:00,5z",
  "USD",
  "VEB,BTC,USD",
  ",",
  "A".repeat(2600),
  `${"EUR,".repeat(640)}EUR`,
  "W10",
  "WyJcdTAwMDAiXQ", // ["\u0000"]
  "WyJcdWQ4MDAiXQ", // ["\ud800"]
  "WyI5OTk5LTEyLTMxVDIzOjU5OjU5Ljk5OVoiXQ",
  "bnVsbA",
  "e30",
];
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...nasty) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }).map(encoded) },
  {
    weight: 1,
    arbitrary: fc.date({ noInvalidDate: true }).map((date) => encoded(date.toISOString())),
  },
  {
    weight: 1,
    arbitrary: fc.json().map((text) => Buffer.from(text).toString("base64url")),
  },
);

/** encodeURIComponent throws on half a surrogate pair; servers get such bytes all the same. */
function encoded(text: string): string {
  return [...Buffer.from(text, "utf8")]
    .map((byte) => `%${byte.toString(16).padStart(2, "0")}`)
    .join("");
}

const query = (parameters: Readonly<Record<string, string>>) => {
  const names = Object.keys(parameters);
  const spoil = fc.record({
    name: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...names, "x") },
      {
        weight: 1,
        arbitrary: fc.constantFrom("__proto__", "%00", "base[]", "a.b", "", "%ED%A0%80"),
      },
    ),
    how: fc.constantFrom("replace", "replace", "replace", "repeat", "leave out"),
    value,
  });
  return fc.array(spoil, { minLength: 1, maxLength: 4 }).map((spoils) => {
    const parts = new Map(names.map((name) => [name, [`${name}=${parameters[name]}`]]));
    for (const { name, how, value } of spoils) {
      if (how === "leave out") parts.delete(name);
      else if (how === "repeat") parts.set(name, [...(parts.get(name) ?? []), `${name}=${value}`]);
      else parts.set(name, [`${name}=${value}`]);
    }
    return [...parts.values()].flat().join("&");
  });
};

const expected = [200, 400, 404, 414, 422];
async function expectAnswered(path: string, init?: RequestInit) {
  const { status, headers, body } = await app.request<Problem>(path, init);
  if (!expected.includes(status) && status !== 413)
    throw new Error(`${status} for ${path} ${String(init?.body)}: ${JSON.stringify(body)}`);
  if (status === 200) return;
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect([body.status, typeof body.code]).toEqual([status, "string"]);
  if (status === 422) expect(body.errors?.length).toBeGreaterThan(0);
}

for (const [path, parameters] of Object.entries(routes))
  test(`${path} answers whatever its parameters are`, async () => {
    expect((await app.get(`${path}?${new URLSearchParams(parameters)}`)).status).toBe(
      path === "/v1/conversions" ? 404 : 200, // the ECB had no rate yet at that moment
    );
    await fc.assert(
      fc.asyncProperty(query(parameters), (text) => expectAnswered(`${path}?${text}`)),
      { numRuns: 400 },
    );
  });

test("every parameter bears every nasty value, one at a time", async () => {
  for (const [path, parameters] of Object.entries(routes))
    for (const name of Object.keys(parameters))
      for (const text of nasty) {
        const rest = Object.entries(parameters).filter(([other]) => other !== name);
        const others = rest.map(([other, good]) => `${other}=${good}`).join("&");
        await expectAnswered(`${path}?${others}&${name}=${text}`);
      }
});

test("a currency's path answers whatever the code is", async () => {
  for (const text of nasty) await expectAnswered(`/v1/currencies/${text}`);
  await fc.assert(
    fc.asyncProperty(value, (text) => expectAnswered(`/v1/currencies/${text}`)),
    { numRuns: 200 },
  );
});

test("a batch answers whatever its body is", async () => {
  const anyText = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.constantFrom(
      "EUR",
      "USD",
      "VEB",
      "BTC",
      "\ud800",
      "\u0000",
      "9".repeat(24),
      "0.000",
      "2026-09-17T00:00:00Z",
    ),
  );
  const anyValue = fc.oneof(anyText, fc.jsonValue({ maxDepth: 2 }));
  const item = fc.record(
    { amount: anyValue, from: anyValue, to: anyValue, at: anyValue, extra: anyValue },
    { requiredKeys: [] },
  );
  const likely = fc.record({
    amount: fc.constantFrom("1", "-1", "9".repeat(24), "0.00000001", "1.".padEnd(32, "1")),
    from: fc.constantFrom("EUR", "BTC", "VEB", "xbt", "SHIB"),
    to: fc.constantFrom("USD", "VEB", "BTC", "JPY", "NOSUCH"),
    at: fc.constantFrom(
      "2026-09-17T00:00:00Z",
      "0001-01-01T00:00:00+01:00",
      "9999-12-31T23:59:59-01:00",
    ),
  });
  const body = fc.oneof(
    fc.record({ conversions: fc.array(fc.oneof(item, likely), { maxLength: 5 }) }),
    fc.record({ conversions: fc.array(likely, { minLength: 1, maxLength: 3 }) }),
    fc.record({ conversions: anyValue, source: anyValue }, { requiredKeys: [] }),
    fc.jsonValue(),
  );
  const headers = { "content-type": "application/json" };
  const post = (text: string | Uint8Array<ArrayBuffer>) =>
    expectAnswered("/v1/conversions", { method: "POST", body: text, headers });
  await fc.assert(
    fc.asyncProperty(body, (value) => post(JSON.stringify(value))),
    { numRuns: 500 },
  );
  await post(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
  await post(`{"conversions":[{"amount":"1","from":"EUR","to":"USD","__proto__":{"x":1}}]}`);
  await post(new Uint8Array([0x22, 0xff, 0xfe, 0x22]));
  await post(new Uint8Array(1000));
});

test("nothing of all this was an error of ours", () => {
  const errors = app.logLines().filter((line) => line["level"] === "error");
  expect(errors).toEqual([]);
});
