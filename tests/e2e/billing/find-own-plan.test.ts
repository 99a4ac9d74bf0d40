import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { addSeconds } from "#platform/kernel/time";
import type { OwnGrant, OwnPlan } from "../../support/billing-api.ts";
import { expectBudget, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { authorized, signedInUser, signIn, type TestUser } from "../../support/identity.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = "/v1/billing/plan";
const free = {
  plan: "free",
  accountsMax: 3,
  aiInsights: false,
  gbs: false,
  advancedReporting: false,
  source: "default",
  until: null,
};
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ environment: { READS_PER_MINUTE: "15" } });
});
afterAll(() => app.close());

const grant = async (address: string, plan: string, days: number, reason: string) => {
  const ran = await app.runCommand("plan:grant", address, plan, `${days}`, ...reason.split(" "));
  expect(ran).toMatchObject({ code: 0 });
  app.clock.advance(1);
};
/** In a new session: access tokens live for minutes, tests for days. */
const signedInAgain = async (user: TestUser) =>
  authorized(app, (await signIn(app, user)).accessToken);

describe("200", () => {
  test("what everybody has, to whom nothing was given", async () => {
    const { get } = await signedInUser(app);
    const { status, body } = await get<OwnPlan>(path);
    expect(status).toBe(200);
    expect(body).toEqual({ ...free, grants: { items: [], nextCursor: null } } as OwnPlan);
  });

  test("the highest plan that was given, and all of them with their reasons", async () => {
    const { user, get } = await signedInUser(app);
    const started = app.clock.now();
    await grant(user.address, "plus", 30, "for the translation");
    await grant(user.address, "pro", 2, "to try GBS — “quoted”, ﷽");
    const { body } = await get<OwnPlan>(path);
    expect(body).toMatchObject({
      plan: "pro",
      gbs: true,
      source: "granted",
      until: addSeconds(started, 1 + 2 * 86_400),
    });
    expect(body.grants.items).toEqual([
      {
        id: expect.any(String),
        plan: "pro",
        status: "active",
        reason: "to try GBS — “quoted”, ﷽",
        grantedAt: expect.any(String),
        expiresAt: body.until ?? "",
        revokedAt: null,
        revokedReason: null,
      },
      expect.objectContaining({ plan: "plus", reason: "for the translation", grantedAt: started }),
    ]);
  });

  test("whatever ended, and why; the plan is what is left", async () => {
    const { user } = await signedInUser(app);
    await grant(user.address, "pro", 1, "short");
    app.clock.advance(86_400);
    await grant(user.address, "plus", 1, "a mistake");
    expect((await app.runCommand("plan:revoke", user.address, "it", "was", "one")).code).toBe(0);
    const revokedAt = app.clock.now();
    const { body } = await (await signedInAgain(user)).get<OwnPlan>(path);
    expect(body).toMatchObject(free);
    expect(body.grants.items).toMatchObject([
      { plan: "plus", status: "revoked", revokedAt, revokedReason: "it was one" },
      { plan: "pro", status: "expired", revokedAt: null, revokedReason: null },
    ]);
  });

  test("grants by page, the newest first, none twice and none left out", async () => {
    const { user, get } = await signedInUser(app);
    for (const reason of ["a", "b", "c", "d", "e"]) await grant(user.address, "plus", 3, reason);
    const seen: OwnGrant[] = [];
    let cursor: string | null = null;
    do {
      const { body }: { body: OwnPlan } = await get<OwnPlan>(
        `${path}?limit=2${cursor === null ? "" : `&cursor=${cursor}`}`,
      );
      expect(body.plan).toBe("plus");
      seen.push(...body.grants.items);
      cursor = body.grants.nextCursor;
    } while (cursor !== null);
    expect(seen.map(({ reason }) => reason)).toEqual(["e", "d", "c", "b", "a"]);
  });

  test("of oneself alone, and nothing of who gave it", async () => {
    const [given, other] = [await signedInUser(app), await signedInUser(app)];
    await grant(given.user.address, "pro", 5, "mine");
    expect((await other.get<OwnPlan>(path)).body).toMatchObject({ ...free, grants: { items: [] } });
    expect(JSON.stringify((await given.get(path)).body)).not.toContain("command");
  });
});

describe("401", () => {
  test("without a token, whatever else is wrong", async () => {
    expectProblem(await app.get(path), 401, "auth.required");
    expectProblem(await app.get(`${path}?limit=0`), 401, "auth.required");
  });
});

describe("405", () => {
  test("names what one's plan takes", () => expectOnlyMethods(app, path, ["GET", "HEAD"]));
});

describe("422", () => {
  test.each([
    ["limit", "limit=0"],
    ["limit", "limit=201"],
    ["cursor", "cursor=nonsense"],
    ["cursor", `cursor=${btoa('["2026-11-22","x"]').replaceAll("=", "")}`],
    ["cursor", `cursor=${btoa('["2026-11-22T00:00:00Z"]').replaceAll("=", "")}`],
    ["(a parameter)", "userId=01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21"],
  ])("names %s in %s", async (field, query) => {
    const { get } = await signedInUser(app);
    expect(await get(`${path}?${query}`)).toMatchObject({
      status: 422,
      body: { errors: [{ path: field }] },
    });
  });
});

describe("429", () => {
  test("after a fifth of the reads of a minute, for that client alone", async () => {
    const { tokens } = await signedInUser(app);
    const headers = { authorization: `Bearer ${tokens.accessToken}` };
    await expectBudget(app, 3, { headers }, path);
  });
});
