import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { pendingSeconds } from "#modules/identity/domain/second-factor";
import type { Problem } from "../../support/currency-api.ts";
import { pathsOf } from "../../support/currency-api.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { authorized, signedInUser, signIn } from "../../support/identity.ts";
import {
  type Codes,
  enrolledUser,
  factorPath,
  logIn,
  refreshed,
  type Started,
  wrongCode,
} from "../../support/second-factor-api.ts";
import { totpAt } from "../../support/second-factor-users.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = `${factorPath}/confirmation`;
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

type Roles = Parameters<typeof signedInUser>[1];

async function startedUser(asked: Roles = {}) {
  const client = await signedInUser(app, asked);
  const { secret } = (await client.post<Started>(factorPath)).body;
  return { ...client, secret, shown: () => totpAt(secret, app.clock.now()) };
}

describe("200", () => {
  test("gives ten recovery codes, each another one, uncached", async () => {
    const client = await startedUser();
    const { status, headers, body } = await client.post<Codes>(path, { code: client.shown() });
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(new Set(body.recoveryCodes).size).toBe(10);
    for (const code of body.recoveryCodes)
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
  });

  test("from then on signing in needs a code", async () => {
    const { user, secret } = await enrolledUser(app);
    expectProblem(await logIn(app, user), 401, "identity.second_factor_required");
    const code = wrongCode(secret, app.clock.now());
    expectProblem(await logIn(app, user, { code }), 401, "identity.second_factor_wrong");
    const right = totpAt(secret, app.clock.now());
    expect((await logIn(app, user, { code: right })).status).toBe(201);
  });

  test("the code that confirmed does not sign in as well", async () => {
    const client = await startedUser();
    const code = client.shown();
    await client.post(path, { code });
    expectProblem(await logIn(app, client.user, { code }), 401, "identity.second_factor_wrong");
  });

  test("a wrong password is told before anything of the second factor", async () => {
    const { user } = await enrolledUser(app);
    const password = "not the password of it";
    expectProblem(await logIn(app, user, { password }), 401, "identity.credentials_wrong");
  });

  test("ends all other sessions, and the token at hand, but not its session", async () => {
    const client = await startedUser();
    const other = await signIn(app, client.user);
    await client.post(path, { code: client.shown() });
    expectProblem(
      await authorized(app, other.accessToken).get("/v1/users/me"),
      401,
      "auth.required",
    );
    const again = await app.post("/v1/auth/tokens", { refreshToken: other.refreshToken });
    expectProblem(again, 401, "identity.refresh_token_invalid");
    expectProblem(await client.get("/v1/users/me"), 401, "auth.required");
    expect((await refreshed(app, client.tokens.refreshToken)).accessToken).toBeString();
  });

  test("tells the user by mail", async () => {
    const client = await startedUser();
    await client.post(path, { code: client.shown() });
    const { subject, text } = await app.mails.newest(client.user.address);
    expect(subject).toBe("Your second factor is set up");
    expect(text).not.toContain(client.secret);
  });

  test.each(["operator", "support", "admin"] as const)(
    "gives %s what the role allows, and nothing of it before",
    async (role) => {
      const client = await startedUser({ roles: [role], secondFactor: false });
      type Profile = { effectiveRoles: string[]; secondFactor: { required: boolean } };
      const before = (await client.get<Profile>("/v1/users/me")).body;
      expect(before.effectiveRoles).toEqual(["user"]);
      expect(before.secondFactor.required).toBe(true);
      const isAdministrative = role !== "operator";
      if (isAdministrative)
        expectProblem(await client.get("/v1/admin/users"), 403, "auth.forbidden");

      expect((await client.post(path, { code: client.shown() })).status).toBe(200);
      const after = await refreshed(app, client.tokens.refreshToken);
      expect((await after.get<Profile>("/v1/users/me")).body.effectiveRoles).toEqual([
        "user",
        role,
      ]);
      if (isAdministrative) expect((await after.get("/v1/admin/users")).status).toBe(200);
    },
  );

  test("once, of twenty at the same moment: the others get no codes", async () => {
    const client = await startedUser();
    const code = client.shown();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.post<Codes>(path, { code })),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    for (const { status } of answers) expect([200, 401, 409, 422, 429]).toContain(status);
    app.clock.advance(60);
    const [recoveryCode] = won[0]?.body.recoveryCodes ?? [];
    expect((await logIn(app, client.user, { code: recoveryCode ?? "" })).status).toBe(201);
  });
});

describe("401", () => {
  test("without a token, before the body is read", async () => {
    expectProblem(await app.post(path, "{"), 401, "auth.required");
  });
});

describe("405", () => {
  test("names what the path takes", () => expectOnlyMethods(app, path, ["POST"]));
});

describe("409", () => {
  test("when nothing waits to be confirmed", async () => {
    const client = await signedInUser(app);
    const answer = await client.post(path, { code: "123456" });
    expectProblem(answer, 409, "identity.second_factor_missing");
  });

  test("when the secret has waited for longer than a quarter of an hour", async () => {
    const client = await startedUser();
    app.clock.advance(pendingSeconds);
    const later = authorized(app, (await signIn(app, client.user)).accessToken);
    const answer = await later.post(path, { code: client.shown() });
    expectProblem(answer, 409, "identity.second_factor_missing");
  });

  test("when it is confirmed", async () => {
    const { secret, ...client } = await enrolledUser(app);
    const code = totpAt(secret, app.clock.now());
    expectProblem(await client.post(path, { code }), 409, "identity.second_factor_exists");
  });

  test("for a repeat with the same Idempotency-Key: codes are not shown twice", async () => {
    const client = await startedUser();
    const key = { "idempotency-key": "one" };
    const code = client.shown();
    expect((await client.post(path, { code }, key)).status).toBe(200);
    const after = await refreshed(app, client.tokens.refreshToken);
    expectProblem(await after.post(path, { code }, key), 409, "idempotency.not_replayable");
  });
});

describe("422", () => {
  test("for a wrong code, which is named and never repeated", async () => {
    const client = await startedUser();
    const code = wrongCode(client.secret, app.clock.now());
    const problem = expectProblem(await client.post(path, { code }), 422, "identity.code_wrong");
    expect(pathsOf(problem)).toEqual(["/code"]);
    expect(JSON.stringify(problem)).not.toContain(code);
  });

  test.each([[{}], [{ code: "" }], [{ code: 123456 }], [{ code: "1".repeat(41) }]])(
    "names the code in %p",
    async (body) => {
      const client = await startedUser();
      const problem = expectProblem(await client.post<Problem>(path, body), 422, "request.invalid");
      expect(pathsOf(problem)).toEqual(["/code"]);
    },
  );
});

describe("429", () => {
  test("when too many wrong codes were tried, also for the right one, until the wait is over", async () => {
    const client = await startedUser();
    const attempt = (code: string) => client.post(path, { code });
    const wrong = wrongCode(client.secret, app.clock.now());
    for (let tried = 0; tried < 6; tried += 1)
      expectProblem(await attempt(wrong), 422, "identity.code_wrong");
    const refused = await attempt(client.shown());
    expectProblem(refused, 429, "limit.exceeded");
    app.clock.advance(Number(refused.headers.get("retry-after")));
    expect((await attempt(client.shown())).status).toBe(200);
  });
});
