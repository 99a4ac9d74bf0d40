import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import catalogue from "../../../src/modules/currency/data/currencies.json" with { type: "json" };
import { type Currency, type Problem, pathsOf } from "../../support/currency-api.ts";
import { expectBudget, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ environment: { READS_PER_MINUTE: "3" } });
});
afterAll(() => app.close());

const get = <T = Currency>(code: string) => app.get<T>(`/v1/currencies/${code}`);

describe("200", () => {
  test("every code of the catalogue answers with its own currency", async () => {
    for (const { code, name, kind, minorUnits } of catalogue) {
      const { status, body } = await get(code);
      expect([status, body.code, body.name, body.kind, body.minorUnits]).toEqual([
        200,
        code,
        name,
        kind,
        minorUnits,
      ]);
    }
  });

  test.each([
    ["try", "TRY"],
    ["Try", "TRY"],
    ["xbt", "BTC"],
    ["XBT", "BTC"],
    ["%74ry", "TRY"],
    ["1inch", "1INCH"],
  ])("%p is %s", async (asked, code) => {
    expect((await get(asked)).body.code).toBe(code);
  });

  test("says that a withdrawn currency is one, and until when it was money", async () => {
    expect((await get("DEM")).body).toMatchObject({ validUntil: expect.stringMatching(/^200/) });
    expect((await get("EUR")).body).toMatchObject({ validUntil: null });
  });
});

describe("404", () => {
  test.each(["ZZZ", "ZZZZZZZZZZZZ", "EURO", "€€", "İNR", "ınr", "12"])(
    "%p is no currency",
    async (code) => {
      const answer = await get<Problem>(encodeURIComponent(code));
      const problem = expectProblem(answer, 404, "currency.not_found");
      expect(problem.detail).not.toContain(code);
    },
  );
  test("for deeper paths", async () => {
    for (const path of ["EUR/", "EUR/x", "EUR%2Fx"]) expect((await get(path)).status).toBe(404);
  });
});

describe("405", () => {
  test("names what a currency takes", () =>
    expectOnlyMethods(app, "/v1/currencies/EUR", ["GET", "HEAD"]));
});

describe("422", () => {
  test.each(["E", "E".repeat(13), "EU%00R", "%0AEUR", "%ED%A0%80", "%E0%A4%A", "%FF%FE"])(
    "names the code when it is %p",
    async (code) => {
      const answer = await get<Problem>(code);
      expect(pathsOf(expectProblem(answer, 422, "request.invalid"))).toEqual(["code"]);
    },
  );
  test("for a parameter that it does not take", async () => {
    expect(pathsOf((await get<Problem>("EUR?at=now")).body)).toEqual(["(a parameter)"]);
  });
});

describe("429", () => {
  test("after the reads of a minute, for that client alone", () =>
    expectBudget(app, 3, {}, "/v1/currencies/EUR"));
});
