import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { pathsOf } from "../../support/currency-api.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { authorized, codeOf, createUser, signedInUser, signIn } from "../../support/identity.ts";
import {
  factorPath,
  logIn,
  stepUpPath as path,
  refreshed,
  type SteppedUp,
  stepSeconds,
  stepUpSeconds,
  wrongCode,
} from "../../support/second-factor-api.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

/** Signed in so long ago that nothing is fresh any more. */
async function staleUser(asked: Parameters<typeof createUser>[1] = {}) {
  const client = await signedInUser(app, asked);
  app.clock.advance(stepUpSeconds + 1);
  return client;
}
/** Asks for a fresh proof and changes nothing that would show. */
const isFresh = async (client: ReturnType<typeof authorized>) =>
  (await client.post(`${factorPath}/recovery-codes`)).status !== 401;
const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

describe("200", () => {
  test("by the password: a token that opens routes for five minutes, and no refresh token", async () => {
    const { user, ...client } = await staleUser();
    expect(await isFresh(client)).toBe(false);
    const { status, headers, body } = await client.post<SteppedUp>(path, {
      password: user.password,
    });
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(body).toEqual({
      accessToken: expect.any(String),
      tokenType: "Bearer",
      expiresInSeconds: 900,
    } as never);

    const stepped = authorized(app, body.accessToken);
    expect(await isFresh(stepped)).toBe(true);
    expect(await isFresh(client)).toBe(false);
    app.clock.advance(stepUpSeconds);
    expect(await isFresh(stepped)).toBe(true);
    app.clock.advance(1);
    expect(await isFresh(stepped)).toBe(false);
    expect((await stepped.get("/v1/users/me")).status).toBe(200);
  });

  test("a refresh keeps when it was proved: neither older nor newer", async () => {
    const { user, tokens, ...client } = await staleUser();
    const { body } = await client.post<SteppedUp>(path, { password: user.password });
    app.clock.advance(stepUpSeconds - 10);
    const next = await refreshed(app, tokens.refreshToken);
    expect(claimsOf(next.accessToken)["auth_time"]).toBe(claimsOf(body.accessToken)["auth_time"]);
    expect(await isFresh(next)).toBe(true);
    app.clock.advance(11);
    expect(await isFresh(next)).toBe(false);
  });

  test("counts for this session only", async () => {
    const { user, ...client } = await staleUser();
    const other = await signIn(app, user, { authenticatedAt: app.clock.now() });
    app.clock.advance(stepUpSeconds + 1);
    await client.post(path, { password: user.password });
    expect(await isFresh(await refreshed(app, other.refreshToken))).toBe(false);
  });

  test("by the code of the second factor, once", async () => {
    const { user, ...client } = await staleUser({ secondFactor: true });
    const code = codeOf(user, app.clock.now());
    expect((await client.post(path, { code })).status).toBe(200);
    expectProblem(await client.post(path, { code }), 422, "identity.code_wrong");
    expectProblem(await logIn(app, user, { code }), 401, "identity.second_factor_wrong");
    app.clock.advance(stepSeconds);
    expect((await client.post(path, { code: codeOf(user, app.clock.now()) })).status).toBe(200);
  });
});

describe("401", () => {
  test("without a token, before the body is read", async () => {
    expectProblem(await app.post(path, "{"), 401, "auth.required");
  });

  test("in a session that is over", async () => {
    const { user, ...client } = await signedInUser(app);
    await client.delete("/v1/auth/sessions/current");
    expectProblem(await client.post(path, { password: user.password }), 401, "auth.required");
  });
});

describe("405", () => {
  test("names what the path takes", () => expectOnlyMethods(app, path, ["POST"]));
});

describe("422", () => {
  test("for a wrong password, which is named and never repeated", async () => {
    const client = await staleUser();
    const password = "some wrong password";
    const problem = expectProblem(
      await client.post(path, { password }),
      422,
      "identity.password_wrong",
    );
    expect(pathsOf(problem)).toEqual(["/password"]);
    expect(JSON.stringify(problem)).not.toContain(password);
    expect(await isFresh(client)).toBe(false);
  });

  test("for a wrong code", async () => {
    const { user, ...client } = await staleUser({ secondFactor: true });
    const code = wrongCode(user.totpSecret ?? "", app.clock.now());
    const problem = expectProblem(await client.post(path, { code }), 422, "identity.code_wrong");
    expect(pathsOf(problem)).toEqual(["/code"]);
  });

  test("for the password alone where there is a second factor, right or wrong", async () => {
    const { user, ...client } = await staleUser({ secondFactor: true });
    for (const password of [user.password, "some wrong password"]) {
      const answer = await client.post(path, { password });
      const problem = expectProblem(answer, 422, "identity.step_up_method");
      expect(pathsOf(problem)).toEqual(["/code"]);
    }
    expect(await isFresh(client)).toBe(false);
  });

  test("for a code where there is no second factor", async () => {
    const client = await staleUser();
    const answer = await client.post(path, { code: "123456" });
    expect(pathsOf(expectProblem(answer, 422, "identity.step_up_method"))).toEqual(["/password"]);
  });

  test("for both or none of password and code", async () => {
    const { user, ...client } = await staleUser({ secondFactor: true });
    const both = { password: user.password, code: codeOf(user, app.clock.now()) };
    for (const body of [{}, both])
      expectProblem(await client.post(path, body), 422, "input.invalid");
  });

  test.each<[object, string]>([
    [{ password: "" }, "/password"],
    [{ password: 1 }, "/password"],
    [{ code: null }, "/code"],
    [{ pasword: "x" }, "/"],
  ])("names what is wrong with %p", async (body, where) => {
    const client = await staleUser();
    const problem = expectProblem(await client.post(path, body), 422, "request.invalid");
    expect(pathsOf(problem)).toEqual([where]);
  });
});

describe("429", () => {
  test("wrong passwords count together with those of signing in, on either way", async () => {
    const { user, ...client } = await staleUser();
    const wrong = { password: "some wrong password" };
    for (let tried = 0; tried < 3; tried += 1) {
      expectProblem(await client.post(path, wrong), 422, "identity.password_wrong");
      expectProblem(await logIn(app, user, wrong), 401, "identity.credentials_wrong");
    }
    const right = { password: user.password };
    const refused = await client.post(path, right);
    expectProblem(refused, 429, "limit.exceeded");
    expectProblem(await logIn(app, user), 429, "limit.exceeded");
    app.clock.advance(Number(refused.headers.get("retry-after")));
    expect((await client.post(path, right)).status).toBe(200);
  });

  test("wrong codes count together with those of signing in", async () => {
    const user = await createUser(app, { secondFactor: true });
    const client = authorized(app, (await signIn(app, user)).accessToken);
    const code = wrongCode(user.totpSecret ?? "", app.clock.now());
    for (let tried = 0; tried < 3; tried += 1) {
      expectProblem(await client.post(path, { code }), 422, "identity.code_wrong");
      expectProblem(await logIn(app, user, { code }), 401, "identity.second_factor_wrong");
    }
    const right = { code: codeOf(user, app.clock.now()) };
    expectProblem(await client.post(path, right), 429, "limit.exceeded");
  });
});
