import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { expectProblem } from "../../support/http-statuses.ts";
import { signedInUser, signIn } from "../../support/identity.ts";
import { refresh, sessionsPath, statusWith } from "../../support/sessions-api.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = `${sessionsPath}/others`;
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

describe("200", () => {
  test("signs out everywhere else, says how often, and leaves other users alone", async () => {
    const { user, tokens, delete: remove } = await signedInUser(app);
    const { tokens: strangers } = await signedInUser(app);
    const others = [await signIn(app, user), await signIn(app, user)];
    for (const { accessToken } of others) expect(await statusWith(app, accessToken)).toBe(200);
    const { status, body } = await remove(path);
    expect([status, body]).toEqual([200, { ended: 2 }]);
    for (const { accessToken, refreshToken } of others) {
      expect(await statusWith(app, accessToken)).toBe(401);
      expect((await refresh(app, refreshToken)).status).toBe(401);
    }
    expect(await statusWith(app, tokens.accessToken)).toBe(200);
    expect((await refresh(app, tokens.refreshToken)).status).toBe(200);
    expect(await statusWith(app, strangers.accessToken)).toBe(200);
    expect((await remove(path)).body).toEqual({ ended: 0 });
  });
});

describe("401", () => {
  test("without a token", async () => {
    expectProblem(await app.request(path, { method: "DELETE" }), 401, "auth.required");
  });
});
