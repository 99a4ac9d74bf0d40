import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import {
  type Currency,
  type Page,
  type Problem,
  pathsOf,
  queryOf,
} from "../../support/currency-api.ts";
import { eventually } from "../../support/eventually.ts";
import { expectBudget, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { openRatesWorld, type RatesApp } from "../../support/rates-app.ts";

const path = "/v1/conversions";
const now = "2026-09-18T12:00:00.000Z";
let app: RatesApp;
beforeAll(async () => {
  app = await openRatesWorld({ READS_PER_MINUTE: "3" });
});
afterAll(() => app.close());

type Parameters = Record<string, string | undefined>;
const refusal = (parameters: Parameters) =>
  app.get<Problem>(`${path}${queryOf({ from: "EUR", to: "USD", amount: "1", ...parameters })}`);

describe("200", () => {
  // A dollar is 0.8 EUR, 150 JPY, 0.3 KWD, 0.00001 BTC, 40 TRY.
  test.each([
    ["100", "USD", "EUR", "80.00"],
    ["100", "EUR", "USD", "125.00"],
    ["12.34", "EUR", "USD", "15.42"], // 15.425: to the even digit
    ["12.38", "EUR", "USD", "15.48"], // 15.475: to the even digit
    ["12.35", "EUR", "USD", "15.44"], // 15.4375
    ["0.01", "USD", "JPY", "2"], // 1.5
    ["0.03", "USD", "JPY", "4"], // 4.5
    ["1", "JPY", "USD", "0.01"], // 0.0066...
    ["1000000", "JPY", "TRY", "266666.67"],
    ["1.234", "KWD", "JPY", "617"],
    ["1", "KWD", "USD", "3.33"],
    ["1", "USD", "KWD", "0.300"],
    ["0.001", "KWD", "TRY", "0.13"], // 0.1333...
    ["1", "BTC", "USD", "100000.00"],
    ["0.00000001", "BTC", "KWD", "0.000"], // 0.0003
    ["0.00000005", "BTC", "KWD", "0.002"], // 0.0015: to the even digit
    ["1", "USD", "BTC", "0.00001000"],
    ["0.01", "EUR", "BTC", "0.00000012"], // 0.000000125: to the even digit
    ["-12.34", "EUR", "USD", "-15.42"],
    ["-0.01", "JPY", "JPY", null],
    ["0", "EUR", "JPY", "0"],
    ["0.00", "JPY", "EUR", null],
    ["-0", "EUR", "USD", "0.00"],
    ["5", "USD", "USD", "5.00"],
    ["999999999999999999.99", "USD", "EUR", "799999999999999999.99"],
  ])("%s %s is in %s %p", async (amount, from, to, expected) => {
    const { status, body } = await app.convert(amount, from, to);
    if (expected === null) expect(status).toBe(422);
    else expect([status, body.to]).toEqual([200, { amount: expected, currency: to }]);
  });

  test("carries the rate, both observations, their age, and the amount as it was understood", async () => {
    const seen = { provider: "coinbase", observedAt: now, asOf: null, ageSeconds: 0, stale: false };
    expect((await app.convert("12.3", "eur", "xbt")).body).toEqual({
      from: { amount: "12.30", currency: "EUR" },
      to: { amount: "0.00015375", currency: "BTC" },
      rate: "0.0000125",
      source: "market",
      observedAt: now,
      ageSeconds: 0,
      stale: false,
      legs: [
        { currency: "EUR", pivot: "USD", direction: "per_pivot", rate: "0.8", ...seen },
        { currency: "BTC", pivot: "USD", direction: "per_pivot", rate: "0.00001", ...seen },
      ],
    });
  });

  test("a currency in itself needs no observation", async () => {
    expect((await app.convert("5", "CHF", "CHF")).body).toMatchObject({
      rate: "1",
      legs: [],
      observedAt: null,
      ageSeconds: 0,
      stale: false,
    });
  });

  test("at a moment of the past it is the rate of that moment", async () => {
    // 2026-09-10,TRY and 2026-09-10,EUR of the real data
    const { body } = await app.convert("100", "USD", "TRY", { at: "2026-09-10T15:00:00Z" });
    const [row] = await app.sql`select rate::text from currency.rates
      where code = 'TRY' and first_seen <= '2026-09-10T15:00:00Z' order by first_seen desc limit 1`;
    expect(body.rate).toBe(row?.["rate"]);
    expect(body).toMatchObject({
      observedAt: "2026-09-10T00:00:00.000Z",
      ageSeconds: 15 * 3600,
      legs: [{ provider: "fawazahmed0", asOf: "2026-09-10T00:00:00.000Z" }],
    });
    const later = await app.convert("100", "USD", "TRY", { at: "2026-09-11T15:00:00Z" });
    expect(later.body.rate).not.toBe(body.rate);
  });

  test("in the unit and at the number of the source that was asked for", async () => {
    const inSource = async (amount: string, from: string, to: string, source: string) =>
      (await app.convert(amount, from, to, { source })).body;
    expect(await inSource("100", "EUR", "USD", "ecb")).toMatchObject({
      to: { amount: "125.00" },
      source: "ecb",
      legs: [{ provider: "ecb", asOf: "2026-09-18T00:00:00.000Z" }],
    });
    expect((await inSource("100", "JPY", "TRY", "tcmb")).to.amount).toBe("32.00");
    expect((await inSource("8", "TRY", "JPY", "tcmb")).to.amount).toBe("25");
    expect((await inSource("1", "USD", "TRY", "market")).to.amount).toBe("40.00");
  });

  test("needs no database; one at a moment of the past waits for it to be back", async () => {
    const past = { at: "2026-09-10T15:00:00Z" };
    const launcher = postgres({
      ...postgresJsOptions(parseConnection(app.databases.main.url("launcher"))),
      max: 1,
    });
    const database = launcher(app.databases.main.name);
    try {
      await launcher`alter database ${database} connection limit 0`;
      await launcher`select pg_terminate_backend(pid, 20_000) from pg_stat_activity
        where datname = current_database() and usename = 'fintrack_app'`;
      for (const [amount, euros] of [
        ["1", "0.80"],
        ["2", "1.60"],
      ] as const)
        expect((await app.convert(amount, "USD", "EUR")).body.to.amount).toBe(euros);
      expect((await app.convert("1", "USD", "EUR", past)).status).toBe(503);
    } finally {
      await launcher`alter database ${database} connection limit -1`;
      await launcher.end();
    }
    await eventually("the past is back", async () => {
      return (await app.convert("1", "USD", "EUR", past)).status === 200;
    });
  });
});

describe("404", () => {
  test("when the pair has no rate, then or in that source", async () => {
    const unquoted = await app.get<Page<Currency>>("/v1/currencies?quoted=false&limit=1");
    const code = unquoted.body.items[0]?.code;
    for (const parameters of [
      { to: code },
      { from: code, amount: "1" },
      { at: "2026-08-08T00:00:00Z" },
      { to: "CHF", source: "ecb" },
    ]) {
      const problem = expectProblem(await refusal(parameters), 404, "currency.rate_not_found");
      expect(pathsOf(problem)).toEqual(["to"]);
    }
  });
});

describe("405", () => {
  test("names what conversions take", () => expectOnlyMethods(app, path, ["GET", "HEAD", "POST"]));
});

describe("422", () => {
  test.each([
    ["from", undefined],
    ["to", undefined],
    ["amount", undefined],
    ["from", "NOSUCH"],
    ["to", "NOSUCH"],
    ["to", ""],
    ["amount", ""],
    ["amount", "1.234"],
    ["amount", "0.001"],
    ["amount", "1e3"],
    ["amount", "1,5"],
    ["amount", "+1"],
    ["amount", ".5"],
    ["amount", "01"],
    ["amount", "NaN"],
    ["amount", "Infinity"],
    ["amount", "0x1F"],
    ["amount", " 1"],
    ["amount", "1".repeat(25)],
    ["amount", "9".repeat(57)],
    ["at", "2026-09-18T12:00:00.001Z"],
    ["at", "now"],
    ["at", "9999-12-31T23:59:59-23:59"],
    ["source", "bank"],
  ])("names %s when it is %p", async (name, value) => {
    const answer = await refusal({ [name]: value });
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, [name]]);
  });

  test("for a parameter that it does not take", async () => {
    const answer = await refusal({ rate: "1" });
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, ["(a parameter)"]]);
  });

  test.each([
    ["JPY", "0.5"],
    ["JPY", "1.0"],
    ["KWD", "0.0001"],
    ["BTC", "0.000000001"],
    ["USD", "0.001"],
  ])("an amount finer than %s has coins: %s", async (from, amount) => {
    const answer = await refusal({ from, to: "EUR", amount });
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, ["amount"]]);
  });

  test("an amount that is too much in the other currency", async () => {
    const amount = "9".repeat(24);
    expect((await refusal({ from: "JPY", to: "BTC", amount })).status).toBe(200);
    const answer = await refusal({ from: "BTC", to: "VEB", amount });
    expect(pathsOf(expectProblem(answer, 422, "input.invalid"))).toEqual(["amount"]);
  });
});

describe("429", () => {
  test("after the reads of a minute, for that client alone", () =>
    expectBudget(app, 3, {}, `${path}?from=EUR&to=USD&amount=1`));
});
