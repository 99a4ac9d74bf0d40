import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { expectProblem } from "../../support/http-statuses.ts";
import { signedInUser, signIn } from "../../support/identity.ts";
import { refresh, sessionsPath, statusWith } from "../../support/sessions-api.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = `${sessionsPath}/current`;
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

describe("204", () => {
  test("ends this session and no other", async () => {
    const { user, tokens, delete: remove } = await signedInUser(app);
    const other = await signIn(app, user);
    expect((await remove(path)).status).toBe(204);
    expect(await statusWith(app, tokens.accessToken)).toBe(401);
    expect((await refresh(app, tokens.refreshToken)).status).toBe(401);
    expect(await statusWith(app, other.accessToken)).toBe(200);
  });
});

describe("401", () => {
  test("the second time", async () => {
    const { delete: remove } = await signedInUser(app);
    await remove(path);
    expectProblem(await remove(path), 401, "auth.required");
  });

  test("without a token", async () => {
    expectProblem(await app.request(path, { method: "DELETE" }), 401, "auth.required");
  });
});
