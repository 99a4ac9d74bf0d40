import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { PlanList } from "../../support/billing-api.ts";
import { expectBudget, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = "/v1/billing/plans";
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ environment: { READS_PER_MINUTE: "4" } });
});
afterAll(() => app.close());

describe("200", () => {
  test("the three plans, what they cost and what they include", async () => {
    const { status, body } = await app.get<PlanList>(path);
    expect(status).toBe(200);
    expect(body).toEqual({
      items: [
        {
          name: "Free",
          pricePerMonth: { amount: "0.00", currency: "USD" },
          entitlements: {
            plan: "free",
            accountsMax: 3,
            aiInsights: false,
            gbs: false,
            advancedReporting: false,
          },
        },
        {
          name: "Plus",
          pricePerMonth: { amount: "10.00", currency: "USD" },
          entitlements: {
            plan: "plus",
            accountsMax: null,
            aiInsights: true,
            gbs: false,
            advancedReporting: false,
          },
        },
        {
          name: "Pro",
          pricePerMonth: { amount: "25.00", currency: "USD" },
          entitlements: {
            plan: "pro",
            accountsMax: null,
            aiInsights: true,
            gbs: true,
            advancedReporting: true,
          },
        },
      ],
    });
  });

  test("are the same for whoever asks", async () => {
    const { get } = await signedInUser(app);
    expect((await get(path)).body).toEqual((await app.get(path)).body);
  });
});

describe("401", () => {
  test("for a token that is none, though nobody needs one", async () => {
    const answer = await app.request(path, { headers: { authorization: "Bearer nonsense" } });
    expectProblem(answer, 401, "auth.required");
  });
});

describe("405", () => {
  test("names what the list takes", () => expectOnlyMethods(app, path, ["GET", "HEAD"]));
});

describe("422", () => {
  test("for a parameter: it takes none", async () => {
    expect(await app.get(`${path}?plan=pro`)).toMatchObject({
      status: 422,
      body: { errors: [{ path: "(a parameter)" }] },
    });
  });
});

describe("429", () => {
  test("after the reads of a minute, for that client alone", () => expectBudget(app, 4, {}, path));
});
