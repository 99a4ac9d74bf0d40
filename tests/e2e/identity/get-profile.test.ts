import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { expectBudget, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { authorized, signedInUser, signIn } from "../../support/identity.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = "/v1/users/me";
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp({ environment: { READS_PER_MINUTE: "3" } });
});
afterAll(() => api.close());

describe("200", () => {
  test("all of it, and nothing else", async () => {
    const { user, get } = await signedInUser(api, {
      address: "Emir.Kaya@Örnek.com.tr",
      displayName: "Emir Kaya",
      locale: "tr-TR",
    });
    const { status, body } = await get(path);
    expect([status, body]).toEqual([
      200,
      {
        id: user.id,
        email: "Emir.Kaya@örnek.com.tr",
        displayName: "Emir Kaya",
        roles: ["user"],
        effectiveRoles: ["user"],
        plan: "free",
        locale: "tr-TR",
        timeZone: "Europe/Istanbul",
        baseCurrency: "TRY",
        notifications: { sign_ins: true, plan: true, budgets: true, reports: true, debts: true },
        secondFactor: { enabled: false, required: false, recoveryCodesLeft: 0 },
        termsVersion: "2026-01",
        createdAt: api.clock.now(),
      },
    ]);
  });

  test("everybody sees himself", async () => {
    const clients = await Promise.all([signedInUser(api), signedInUser(api), signedInUser(api)]);
    for (const { user, get } of clients)
      expect((await get<{ id: string; email: string }>(path)).body).toMatchObject({
        ...{ id: user.id, email: user.address },
      });
  });

  test("tells whoever has a role with a second factor how many recovery codes are left", async () => {
    const { user, get } = await signedInUser(api, { roles: ["support"] });
    const hash = (n: number) => `${n}`.padStart(64, "0");
    const at = api.clock.now();
    await api.sql`insert into identity.recovery_codes (user_id, code_hash, used_at) values
      (${user.id}, ${hash(1)}, null), (${user.id}, ${hash(2)}, ${at}), (${user.id}, ${hash(3)}, null)`;
    expect((await get(path)).body).toMatchObject({
      effectiveRoles: ["user", "support"],
      secondFactor: { enabled: true, required: true, recoveryCodesLeft: 2 },
    });
  });

  test("names the plan that was granted", async () => {
    const { user } = await signedInUser(api);
    const { code } = await api.runCommand("plan:grant", user.address, "pro", "30", "A present.");
    expect(code).toBe(0);
    const { get } = authorized(api, (await signIn(api, user)).accessToken);
    expect((await get<{ plan: string }>(path)).body.plan).toBe("pro");
  });

  test("names that write from right to left, or look like markup, come back as they are", async () => {
    for (const displayName of ["علی رضا", "שרה כהן", "<script>alert(1)</script>", "Ünal & Söhne"]) {
      const { get } = await signedInUser(api, { displayName });
      expect((await get<{ displayName: string }>(path)).body.displayName).toBe(displayName);
    }
  });

  test("is not stored on the way, nor shown without the token by somebody's copy", async () => {
    const { headers } = await (await signedInUser(api)).get(path);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });
});

describe("401", () => {
  test("without a token, with a made-up one, and after the session has ended", async () => {
    expectProblem(await api.get(path), 401, "auth.required");
    expectProblem(await authorized(api, "x.y.z").get(path), 401, "auth.required");
    const { user, get } = await signedInUser(api);
    await signIn(api, user);
    await api.sql`delete from identity.sessions where user_id = ${user.id}`;
    expectProblem(await get(path), 401, "auth.required");
  });

  test("when the token is as old as it may become", async () => {
    const { get } = await signedInUser(api);
    api.clock.advance(899);
    expect((await get(path)).status).toBe(200);
    api.clock.advance(2);
    expectProblem(await get(path), 401, "auth.required");
  });
});

describe("404", () => {
  test("for other people's profiles: there is no such path, and an id is no way to one", async () => {
    const [one, other] = await Promise.all([signedInUser(api), signedInUser(api)]);
    expect((await one.get(`/v1/users/${other.user.id}`)).status).toBe(404);
    expect((await one.get("/v1/users")).status).toBe(404);
  });
});

describe("405", () => {
  test("names what a profile takes", () => expectOnlyMethods(api, path, ["GET", "HEAD", "PATCH"]));
});

describe("422", () => {
  test("for a parameter that would name somebody else", async () => {
    const [one, other] = await Promise.all([signedInUser(api), signedInUser(api)]);
    const answer = await one.get(`${path}?id=${other.user.id}`);
    expectProblem(answer, 422, "request.invalid");
  });
});

describe("429", () => {
  test("after the reads of a minute, for that client alone", async () => {
    const { tokens } = await signedInUser(api);
    await expectBudget(
      api,
      3,
      { headers: { authorization: `Bearer ${tokens.accessToken}` } },
      path,
    );
  });
});
