import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { systemIds } from "#platform/system";
import { expectProblem } from "../../support/http-statuses.ts";
import { authorized, signedInUser, signIn } from "../../support/identity.ts";
import { sessionsPath as path, refresh, statusWith } from "../../support/sessions-api.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const sessionOf = ({ refreshToken }: { readonly refreshToken: string }) =>
  refreshToken.slice(0, 36);

describe("204", () => {
  test("signs out another device: its tokens are refused at once", async () => {
    const { user, delete: remove, tokens } = await signedInUser(app);
    const phone = await signIn(app, user);
    expect(await statusWith(app, phone.accessToken)).toBe(200);
    const { status, body } = await remove(`${path}/${sessionOf(phone)}`);
    expect([status, body]).toEqual([204, null]);
    expect(await statusWith(app, phone.accessToken)).toBe(401);
    expectProblem(await refresh(app, phone.refreshToken), 401, "identity.refresh_token_invalid");
    expect(await statusWith(app, tokens.accessToken)).toBe(200);
  });

  test("takes the id in capitals, and one's own session", async () => {
    const { delete: remove, tokens } = await signedInUser(app);
    expect((await remove(`${path}/${sessionOf(tokens).toUpperCase()}`)).status).toBe(204);
    expect(await statusWith(app, tokens.accessToken)).toBe(401);
  });
});

describe("401", () => {
  test("without a token", async () => {
    const { tokens } = await signedInUser(app);
    const answer = await app.request(`${path}/${sessionOf(tokens)}`, { method: "DELETE" });
    expectProblem(answer, 401, "auth.required");
    expect(await statusWith(app, tokens.accessToken)).toBe(200);
  });
});

describe("404", () => {
  test("for another user's session, which goes on", async () => {
    const { tokens: theirs } = await signedInUser(app);
    const { delete: remove } = await signedInUser(app);
    const answer = await remove(`${path}/${sessionOf(theirs)}`);
    expectProblem(answer, 404, "identity.session_not_found");
    expect(await statusWith(app, theirs.accessToken)).toBe(200);
  });

  test("for one that is over, and one that never was", async () => {
    const { user, delete: remove } = await signedInUser(app);
    const phone = await signIn(app, user);
    await remove(`${path}/${sessionOf(phone)}`);
    for (const id of [sessionOf(phone), systemIds.next()])
      expectProblem(await remove(`${path}/${id}`), 404, "identity.session_not_found");
  });
});

describe("422", () => {
  test("for what is no id", async () => {
    const { delete: remove } = await signedInUser(app);
    for (const id of ["1", "all", "%00", "..%2f", "x".repeat(36)])
      expect([id, (await remove(`${path}/${id}`)).status]).toEqual([id, 422]);
  });
});

describe("405", () => {
  test("for other methods", async () => {
    const { tokens } = await signedInUser(app);
    const url = `${path}/${sessionOf(tokens)}`;
    const headers = { authorization: `Bearer ${tokens.accessToken}` };
    const { status } = await app.request(url, { method: "PUT", headers });
    expect(status).toBe(405);
    expect((await authorized(app, tokens.accessToken).get(url)).status).toBe(405);
  });
});
