import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  expectBudget,
  expectFaults,
  expectOnlyMethods,
  expectProblem,
} from "../../support/http-statuses.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = "/v1/auth/registration-rules";
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ environment: { TERMS_VERSION: "2027-03", READS_PER_MINUTE: "3" } });
});
afterAll(() => app.close());

describe("200", () => {
  test("says what a form needs to know, to anybody", async () => {
    const { status, body } = await app.get(path);
    expect([status, body]).toEqual([
      200,
      {
        termsVersion: "2027-03",
        password: { minCharacters: 10, maxCharacters: 128 },
        displayName: { maxCharacters: 40 },
        code: { validSeconds: 600, resendSeconds: 60 },
        languages: ["en", "tr", "de"],
      },
    ]);
  });
});

describe("401", () => {
  test("for a token that is none", async () => {
    const answer = await app.request(path, { headers: { authorization: "Bearer none" } });
    expectProblem(answer, 401, "auth.required");
  });
});

describe("405", () => {
  test("for every other method", () => expectOnlyMethods(app, path, ["GET", "HEAD"]));
});

describe("422", () => {
  test("for a parameter that it does not know", async () => {
    expectFaults(await app.get(`${path}?x=1`), ["(a parameter)"]);
  });
});

describe("429", () => {
  test("beyond the client's budget of reads", () => expectBudget(app, 3, {}, path));
});
