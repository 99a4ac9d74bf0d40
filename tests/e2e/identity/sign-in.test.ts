import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { addSeconds } from "#platform/kernel/time";
import type { Problem } from "../../support/currency-api.ts";
import { expectProblem } from "../../support/http-statuses.ts";
import { codeOf, createUser, signIn } from "../../support/identity.ts";
import {
  claimsOf,
  headerOf,
  logIn,
  sessionsPath as path,
  statusWith,
  type TokenSet,
} from "../../support/sessions-api.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const wrong = { password: "not the password" };
const sessionsOf = async (userId: string) =>
  Number(
    (await app.sql`select count(*) from identity.sessions where user_id = ${userId}`)[0]?.["count"],
  );

describe("201", () => {
  test("gives tokens that work, and are not to be stored by anybody on the way", async () => {
    const user = await createUser(app);
    const { status, headers, body } = await logIn(app, user);
    expect(status).toBe(201);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(body).toEqual({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      tokenType: "Bearer",
      expiresInSeconds: 900,
      refreshToken: expect.stringMatching(/^[0-9a-f-]{36}\.1\.[0-9a-f]{64}$/),
      refreshExpiresAt: addSeconds(app.clock.now(), 30 * 86_400),
      sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(await statusWith(app, body.accessToken)).toBe(200);
  });

  test("says in the token who, which session, what plan, and what is allowed", async () => {
    const user = await createUser(app);
    const { body } = await logIn(app, user);
    const now = Date.parse(app.clock.now()) / 1000;
    expect(headerOf(body.accessToken)).toEqual({
      alg: "EdDSA",
      typ: "at+jwt",
      kid: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(claimsOf(body.accessToken)).toEqual({
      sub: user.id,
      sid: body.sessionId,
      roles: ["user"],
      plan: "free",
      permissions: expect.arrayContaining(["identity:manage_self"]),
      claims_version: 0,
      auth_time: now,
      iss: app.url,
      aud: "fintrack",
      iat: now,
      exp: now + 900,
    });
  });

  test.each([
    ["upper case", (address: string) => address.toUpperCase()],
    ["spaces around it", (address: string) => `  ${address} `],
  ])("for the address with %s", async (_name, typed) => {
    const user = await createUser(app);
    expect((await logIn(app, { ...user, address: typed(user.address) })).status).toBe(201);
  });

  test("for a password in any script, however its keyboard composes it", async () => {
    const user = await createUser(app, { password: "Çok gizli bir şifré 🔐" });
    const typed = { ...user, password: user.password.normalize("NFD") };
    expect((await logIn(app, typed)).status).toBe(201);
  });

  test("tells the user by mail, but not of the first time", async () => {
    const user = await createUser(app);
    await logIn(app, user);
    expect(await app.mails.to(user.address)).toHaveLength(0);
    const headers = { "user-agent": "Phone/1.0  (a;\tb)", "x-forwarded-for": "198.51.100.9" };
    await logIn(app, user, { headers });
    const [mail, ...others] = await app.mails.to(user.address);
    expect(others).toEqual([]);
    expect(mail?.subject).toBe("New sign-in to your account");
    expect(mail?.text).toContain("Phone/1.0 (a; b)");
    expect(mail?.text).toContain("198.51.100.9");
  });

  test("opens a session of its own each time", async () => {
    const user = await createUser(app);
    const sessions = await Promise.all([1, 2, 3].map(() => logIn(app, user)));
    expect(new Set(sessions.map(({ body }) => body.sessionId)).size).toBe(3);
    expect(await sessionsOf(user.id)).toBe(3);
  });

  test("ends the session unused for longest when there are 50", async () => {
    const user = await createUser(app);
    const [first, second] = [await signIn(app, user), await signIn(app, user)];
    app.clock.advance(1);
    await app.post("/v1/auth/tokens", { refreshToken: first.refreshToken });
    for (let n = 3; n <= 50; n += 1) await signIn(app, user);
    expect(await statusWith(app, second.accessToken)).toBe(200);
    expect((await logIn(app, user)).status).toBe(201);
    expect(await statusWith(app, second.accessToken)).toBe(401);
    expect(await statusWith(app, first.accessToken)).toBe(200);
  });

  test("hashes the password anew when it was hashed with weaker parameters", async () => {
    const user = await createUser(app);
    const weak = await Bun.password.hash(user.password, {
      algorithm: "argon2id",
      memoryCost: 8 * 1024,
      timeCost: 1,
    });
    await app.sql`update identity.credentials set password_hash = ${weak} where user_id = ${user.id}`;
    const both = await Promise.all([logIn(app, user), logIn(app, user)]);
    expect(both.map(({ status }) => status)).toEqual([201, 201]);
    const [row] = await app.sql`
      select password_hash as hash from identity.credentials where user_id = ${user.id}`;
    expect(row?.["hash"]).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
    expect((await logIn(app, user)).status).toBe(201);
  });

  test("with the code of the second factor, where there is one", async () => {
    const user = await createUser(app, { roles: ["support"] });
    const { status, body } = await logIn(app, user, { code: codeOf(user, app.clock.now()) });
    expect(status).toBe(201);
    expect(claimsOf(body.accessToken)).toMatchObject({
      roles: ["user", "support"],
      permissions: expect.arrayContaining(["admin:read_users"]),
    });
  });

  test("without the rights of a role whose second factor is not set up yet", async () => {
    const user = await createUser(app, { roles: ["admin"], secondFactor: false });
    const { body } = await logIn(app, user);
    expect(claimsOf(body.accessToken)).toMatchObject({ roles: ["user"] });
    const headers = { authorization: `Bearer ${body.accessToken}` };
    expect((await app.request("/v1/admin/users", { headers })).status).toBe(403);
  });
});

describe("401", () => {
  test("the same for a wrong password, an address without account, and a suspended account", async () => {
    const known = await createUser(app);
    const suspended = await createUser(app, { status: "suspended" });
    const answers = await Promise.all([
      logIn<Problem>(app, { ...known, ...wrong }),
      logIn<Problem>(app, { address: "nobody@example.org", ...wrong }),
      logIn<Problem>(app, suspended),
    ]);
    const bodies = answers.map(({ status, body, headers }) => {
      const rest = { ...body, requestId: "" };
      const names = [...headers.keys()].filter((name) => name !== "date").toSorted();
      return { status, rest, names };
    });
    expect(bodies[0]?.rest.code).toBe("identity.credentials_wrong");
    expect(bodies[1]).toEqual(bodies[0] as (typeof bodies)[0]);
    expect(bodies[2]).toEqual(bodies[0] as (typeof bodies)[0]);
  });

  test.each([
    ["very long", "x".repeat(256)],
    ["of emoji", "🔐".repeat(128)],
    ["of one letter", "x"],
    ["like SQL", "' or 1=1 --"],
    ["of half a character, whole", "\u{10ffff}"],
  ])("for a password %s", async (_name, password) => {
    const { address } = await createUser(app);
    expectProblem(await logIn(app, { address, password }), 401, "identity.credentials_wrong");
  });

  test("asks for the second factor when the password was right, and does not count that", async () => {
    const user = await createUser(app, { secondFactor: true });
    for (let n = 0; n < 8; n += 1)
      expectProblem(await logIn(app, user), 401, "identity.second_factor_required");
    expectProblem(await logIn(app, { ...user, ...wrong }), 401, "identity.credentials_wrong");
  });

  test("for a wrong code, five times; then each further one waits", async () => {
    const user = await createUser(app, { secondFactor: true });
    for (let n = 0; n < 5; n += 1) {
      const answer = await logIn(app, user, { code: "abcdef" });
      expectProblem(answer, 401, "identity.second_factor_wrong");
      // Knowing the password must not buy further tries of the code.
      if (n % 2 === 0) await logIn(app, user);
    }
    await logIn(app, user, { code: "abcdef" });
    expectProblem(await logIn(app, user, { code: "abcdef" }), 429, "limit.exceeded");
    app.clock.advance(31);
    expect((await logIn(app, user, { code: codeOf(user, app.clock.now()) })).status).toBe(201);
  });

  test("for a code that was used before", async () => {
    const user = await createUser(app, { secondFactor: true });
    const code = codeOf(user, app.clock.now());
    expect((await logIn(app, user, { code })).status).toBe(201);
    expectProblem(await logIn(app, user, { code }), 401, "identity.second_factor_wrong");
  });

  test("opens no session", async () => {
    const user = await createUser(app, { secondFactor: true });
    await logIn(app, { ...user, ...wrong });
    await logIn(app, user);
    await logIn(app, user, { code: "000000" });
    expect(await sessionsOf(user.id)).toBe(0);
  });
});

describe("409", () => {
  test("for a repeat with the same Idempotency-Key: the tokens are not kept", async () => {
    const user = await createUser(app);
    const headers = { "idempotency-key": "sign-in-1", "x-forwarded-for": "198.51.100.10" };
    expect((await logIn(app, user, { headers })).status).toBe(201);
    const repeat = await logIn(app, user, { headers });
    expectProblem(repeat, 409, "idempotency.not_replayable");
    expect(await sessionsOf(user.id)).toBe(1);
  });
});

describe("413, 415 and 422", () => {
  const post = (body: string, type = "application/json") =>
    app.request<Problem>(path, { method: "POST", headers: { "content-type": type }, body });

  test("name the field, and repeat nothing of what was sent", async () => {
    const secret = "hunter2-hunter2";
    for (const [body, field] of [
      [{ password: secret }, "/email"],
      [{ email: "a@example.org" }, "/password"],
      [{ email: "a@example.org", password: `${secret}\u0007` }, "/password"],
      [{ email: "a@example.org", password: secret.repeat(20) }, "/password"],
      [{ email: "no address", password: secret }, "/email"],
      [{ email: "a@b@example.org,c@example.org", password: secret }, "/email"],
      [{ email: `${"a".repeat(300)}@example.org`, password: secret }, "/email"],
      [{ email: "a@example.org", password: secret, remember: true }, "/"],
      [{ email: "a@example.org", password: secret, code: "" }, "/code"],
    ] as const) {
      const answer = await post(JSON.stringify(body));
      expect([field, answer.status, answer.body.errors?.map(({ path }) => path)]).toEqual([
        field,
        422,
        [field],
      ]);
      expect(JSON.stringify(answer.body)).not.toContain("hunter2");
    }
  });

  test("for a body that is none", async () => {
    expect((await post("{", "application/json")).status).toBe(400);
    expect((await post("email=a", "application/x-www-form-urlencoded")).status).toBe(415);
    expect((await post(`{"email":"${"a".repeat(300_000)}"}`)).status).toBe(413);
  });
});

describe("429", () => {
  test("after five wrong passwords, growing from 30 s to 15 min, and the same for nobody", async () => {
    const user = await createUser(app);
    const addresses = [user.address, "nobody.at.all@example.org"];
    for (const address of addresses)
      expect(await waitsOf(address)).toEqual([30, 60, 120, 240, 480, 900, 900]);
  });

  async function waitsOf(address: string): Promise<number[]> {
    const attempt = () => logIn<Problem>(app, { address, ...wrong });
    for (let n = 0; n < 5; n += 1) expect((await attempt()).status).toBe(401);
    const waits: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      expect((await attempt()).status).toBe(401);
      const refused = await attempt();
      expectProblem(refused, 429, "limit.exceeded");
      waits.push(Number(refused.headers.get("retry-after")));
      await app.sql`update platform.attempts set blocked_until = null`;
    }
    return waits;
  }

  test("also for the right password while it waits; afterwards it opens, and all is forgotten", async () => {
    const user = await createUser(app);
    for (let n = 0; n < 6; n += 1) await logIn(app, { ...user, ...wrong });
    expectProblem(await logIn(app, user), 429, "limit.exceeded");
    app.clock.advance(31);
    expect((await logIn(app, user)).status).toBe(201);
    for (let n = 0; n < 5; n += 1)
      expect((await logIn(app, { ...user, ...wrong })).status).toBe(401);
  });

  test("for a client that tries one password on many accounts", async () => {
    const few = await openTestApp({
      databases: app.databases,
      clock: app.clock,
      environment: { CLIENT_ATTEMPTS_PER_HOUR: "3" },
    });
    const headers = { "x-forwarded-for": "198.51.100.77" };
    const attempt = (n: number) =>
      logIn<Problem>(few, { address: `victim-${n}@example.org`, ...wrong }, { headers });
    for (const n of [1, 2, 3]) expect((await attempt(n)).status).toBe(401);
    expectProblem(await attempt(4), 429, "limit.exceeded");
    const elsewhere = { "x-forwarded-for": "198.51.100.78" };
    const user = await createUser(app);
    expect((await logIn(few, user, { headers: elsewhere })).status).toBe(201);
    await few.close();
  });
});

describe("405", () => {
  test("for other methods", async () => {
    const { status, headers } = await app.request(path, { method: "PUT" });
    expect([status, headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
  });
});

describe("whatever happens", () => {
  test("tokens are nowhere stored: the tables hold neither them nor enough to make one", async () => {
    const user = await createUser(app);
    const { body } = await logIn<TokenSet>(app, user);
    const [row] = await app.sql`
      select family_secret as secret from identity.session_secrets where session_id = ${body.sessionId}`;
    expect(body.refreshToken).not.toContain(String(row?.["secret"]));
    const dump = await app.sql`
      select to_jsonb(s)::text || to_jsonb(x)::text as row from identity.sessions s
      join identity.session_secrets x on x.session_id = s.id where s.id = ${body.sessionId}`;
    expect(JSON.stringify(dump)).not.toContain(body.refreshToken.split(".")[2] as string);
  });

  test("no line of the log holds a password, a token or its claims", async () => {
    const user = await createUser(app);
    const { body } = await logIn(app, user);
    const lines = JSON.stringify(app.logLines());
    for (const secret of [user.password, body.accessToken, body.refreshToken, "auth_time"])
      expect(lines).not.toContain(secret);
  });
});
