import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { createUser, signedInUser, signIn } from "../../support/identity.ts";
import {
  enrolledUser,
  expectStepUp,
  logIn,
  factorPath as path,
  refreshed,
  type Started,
} from "../../support/second-factor-api.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

describe("204", () => {
  test("signing in needs the password alone, and nothing of the factor is kept", async () => {
    const { user, ...client } = await enrolledUser(app);
    const { status, body } = await client.delete(path);
    expect([status, body]).toEqual([204, null]);
    expect((await logIn(app, user)).status).toBe(201);
    const left = await app.sql`
      select user_id from identity.second_factors where user_id = ${user.id}
      union all select user_id from identity.recovery_codes where user_id = ${user.id}`;
    expect(left).toHaveLength(0);
  });

  test("tells the user by mail", async () => {
    const { user, ...client } = await enrolledUser(app);
    await client.delete(path);
    const { subject } = await app.mails.newest(user.address);
    expect(subject).toBe("Your second factor was switched off");
  });

  test("takes from a role that needs one what it gave, at once", async () => {
    const admin = await signedInUser(app, { roles: ["admin"] });
    expect((await admin.get("/v1/admin/users")).status).toBe(200);
    expect((await admin.delete(path)).status).toBe(204);
    expectProblem(await admin.get("/v1/admin/users"), 401, "auth.required");
    const after = await refreshed(app, admin.tokens.refreshToken);
    expectProblem(await after.get("/v1/admin/users"), 403, "auth.forbidden");
    expect((await after.post<Started>(path)).status).toBe(201);
  });

  test("leaves the session and other sessions open", async () => {
    const { refreshToken, user, ...client } = await enrolledUser(app);
    const other = await signIn(app, user);
    await client.delete(path);
    for (const token of [refreshToken, other.refreshToken])
      expect((await (await refreshed(app, token)).get("/v1/users/me")).status).toBe(200);
  });

  test("is for one's own only", async () => {
    const [mine, others] = [await enrolledUser(app), await createUser(app, { secondFactor: true })];
    await mine.delete(path);
    expectProblem(await logIn(app, others), 401, "identity.second_factor_required");
  });
});

describe("401", () => {
  test("without a token, and without a fresh proof", () => expectStepUp(app, "DELETE", path));
});

describe("405", () => {
  test("names what the path takes", () => expectOnlyMethods(app, path, ["DELETE", "POST"]));
});

describe("409", () => {
  test("when there is none, or none that is confirmed", async () => {
    const client = await signedInUser(app);
    expectProblem(await client.delete(path), 409, "identity.second_factor_missing");
    const { secret } = (await client.post<Started>(path)).body;
    expect(secret).toBeString();
    expectProblem(await client.delete(path), 409, "identity.second_factor_missing");
    expect((await client.get("/v1/users/me")).status).toBe(200);
  });
});
