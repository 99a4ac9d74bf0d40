import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { addSeconds } from "#platform/kernel/time";
import { expectProblem } from "../../support/http-statuses.ts";
import { createUser, signIn } from "../../support/identity.ts";
import {
  claimsOf,
  logIn,
  refresh,
  sessionsPath,
  statusWith,
  type TokenSet,
} from "../../support/sessions-api.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = "/v1/auth/tokens";
const invalid = "identity.refresh_token_invalid";
const reuseNotice = "We signed out one of your devices";
const day = 86_400;

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

/** Not Math.random: the last digit of the MAC becomes another one. */
const tampered = (token: string) => token.slice(0, -1) + (token.endsWith("0") ? "1" : "0");

async function signedIn() {
  const user = await createUser(app);
  const { body } = await logIn(app, user);
  return { user, first: body };
}
async function refreshed(token: string): Promise<TokenSet> {
  const { status, body } = await refresh(app, token);
  expect(status).toBe(200);
  return body;
}
const noticesTo = async (address: string) =>
  (await app.mails.to(address)).filter((mail) => mail.subject === reuseNotice).length;

describe("200", () => {
  test("gives new tokens of the same session; both access tokens work until they expire", async () => {
    const { first } = await signedIn();
    app.clock.advance(60);
    const second = await refreshed(first.refreshToken);
    expect(second).toEqual({
      accessToken: expect.not.stringMatching(first.accessToken),
      tokenType: "Bearer",
      expiresInSeconds: 900,
      refreshToken: expect.stringMatching(/^[0-9a-f-]{36}\.2\.[0-9a-f]{64}$/),
      refreshExpiresAt: addSeconds(app.clock.now(), 30 * day),
      sessionId: first.sessionId,
    });
    expect(await statusWith(app, first.accessToken)).toBe(200);
    expect(await statusWith(app, second.accessToken)).toBe(200);
  });

  test("keeps the time of the password's proof: a refresh proves nothing", async () => {
    const { first } = await signedIn();
    app.clock.advance(600);
    const second = await refreshed(first.refreshToken);
    expect(claimsOf(second.accessToken)["auth_time"]).toBe(
      claimsOf(first.accessToken)["auth_time"],
    );
    expect(claimsOf(second.accessToken)["iat"]).toBe(
      Number(claimsOf(first.accessToken)["iat"]) + 600,
    );
  });

  test("is not to be stored on the way", async () => {
    const { first } = await signedIn();
    const { headers } = await refresh(app, first.refreshToken);
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test("twenty at the same moment get one successor, and it works", async () => {
    const { first, user } = await signedIn();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refresh(app, first.refreshToken)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const successors = new Set(answers.map(({ body }) => body.refreshToken));
    expect(successors.size).toBe(1);
    const [successor = ""] = successors;
    expect((await refreshed(successor)).refreshToken).toContain(".3.");
    expect(await noticesTo(user.address)).toBe(0);
  });

  test("again within 20 seconds for whoever lost the answer", async () => {
    const { first } = await signedIn();
    const second = await refreshed(first.refreshToken);
    app.clock.advance(20);
    expect((await refreshed(first.refreshToken)).refreshToken).toBe(second.refreshToken);
  });

  test("for 30 days without use, and 90 days of daily use", async () => {
    const { first } = await signedIn();
    app.clock.advance(30 * day - 1);
    let { refreshToken, refreshExpiresAt } = await refreshed(first.refreshToken);
    app.clock.advance(29 * day);
    ({ refreshToken, refreshExpiresAt } = await refreshed(refreshToken));
    app.clock.advance(29 * day);
    ({ refreshToken, refreshExpiresAt } = await refreshed(refreshToken));
    expect(Date.parse(refreshExpiresAt) - Date.parse(app.clock.now())).toBe((2 * day + 1) * 1000);
    app.clock.advance(2 * day + 1);
    expectProblem(await refresh(app, refreshToken), 401, invalid);
  });

  test("gets the roles and rights that the user has by now", async () => {
    const { user, first } = await signedIn();
    await app.sql`update identity.users
      set roles = '{user,support}', has_second_factor = true, claims_version = claims_version + 1
      where id = ${user.id}`;
    const second = await refreshed(first.refreshToken);
    expect(claimsOf(second.accessToken)).toMatchObject({
      roles: ["user", "support"],
      permissions: expect.arrayContaining(["admin:read_users"]),
    });
  });
});

describe("401", () => {
  test("after 30 days without use", async () => {
    const { first } = await signedIn();
    app.clock.advance(30 * day);
    expectProblem(await refresh(app, first.refreshToken), 401, invalid);
  });

  test("for a token used once more after 20 seconds: the session ends, and its user is told once", async () => {
    const { user, first } = await signedIn();
    const other = await logIn(app, user);
    const second = await refreshed(first.refreshToken);
    expect(await statusWith(app, second.accessToken)).toBe(200);
    app.clock.advance(21);
    expectProblem(await refresh(app, first.refreshToken), 401, invalid);
    // Whoever copied it, thief or owner, is out.
    expect(await statusWith(app, second.accessToken)).toBe(401);
    expectProblem(await refresh(app, second.refreshToken), 401, invalid);
    expectProblem(await refresh(app, first.refreshToken), 401, invalid);
    expect(await noticesTo(user.address)).toBe(1);
    // Other sessions are none of its business.
    expect(await statusWith(app, other.body.accessToken)).toBe(200);
  });

  test("for one that is two generations old, also at once", async () => {
    const { first } = await signedIn();
    const second = await refreshed(first.refreshToken);
    const third = await refreshed(second.refreshToken);
    expectProblem(await refresh(app, first.refreshToken), 401, invalid);
    expectProblem(await refresh(app, third.refreshToken), 401, invalid);
    expect(await statusWith(app, third.accessToken)).toBe(401);
  });

  test("for a wrong MAC, without any effect", async () => {
    const { first, user } = await signedIn();
    const [sessionId = "", , mac = ""] = first.refreshToken.split(".");
    const other = (await signedIn()).first.refreshToken.split(".");
    for (const forged of [
      tampered(first.refreshToken),
      `${sessionId}.2.${mac}`,
      `${sessionId}.1.${other[2]}`,
      `${other[0]}.1.${mac}`,
      `${sessionId}.1.${mac.toUpperCase()}`,
      `${sessionId}.01.${mac}`,
      `${sessionId}.1.${mac}0`,
      `${sessionId}.1.${mac.slice(1)}`,
      `${sessionId}.1`,
      `${sessionId}.999999999.${mac}`,
      "00000000-0000-7000-8000-000000000000.1.".concat(mac),
      first.accessToken.slice(0, 128),
      " ",
      "x".repeat(128),
    ])
      expectProblem(await refresh(app, forged), 401, invalid);
    expect(await noticesTo(user.address)).toBe(0);
    expect((await refreshed(first.refreshToken)).refreshToken).toContain(".2.");
  });

  test("after logout, and for a suspended user", async () => {
    const { first } = await signedIn();
    await app.request(`${sessionsPath}/current`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${first.accessToken}` },
    });
    expectProblem(await refresh(app, first.refreshToken), 401, invalid);

    const { first: mine, user } = await signedIn();
    await app.sql`update identity.users set status = 'suspended' where id = ${user.id}`;
    expectProblem(await refresh(app, mine.refreshToken), 401, invalid);
  });

  test("an access token is no refresh token, and the other way round", async () => {
    const { first } = await signedIn();
    expect((await refresh(app, first.accessToken)).status).toBe(422);
    expect(await statusWith(app, first.refreshToken)).toBe(401);
  });
});

describe("422", () => {
  test("for anything but one text", async () => {
    const { first } = await signedIn();
    for (const body of [{}, { refreshToken: 1 }, { refreshToken: null }, { refreshToken: "" }])
      expect((await app.post(path, body)).status).toBe(422);
    const both = { refreshToken: first.refreshToken, sessionId: first.sessionId };
    expect((await app.post(path, both)).status).toBe(422);
    expect((await app.post(path, { refreshToken: "x".repeat(129) })).status).toBe(422);
  });
});

describe("429", () => {
  test("for a client that tries too often", async () => {
    const few = await openTestApp({
      databases: app.databases,
      clock: app.clock,
      environment: { READS_PER_MINUTE: "20" },
    });
    const headers = { "x-forwarded-for": "198.51.100.80", "content-type": "application/json" };
    const ask = () => few.request(path, { method: "POST", headers, body: '{"refreshToken":"x"}' });
    for (const _ of [1, 2]) expectProblem(await ask(), 401, invalid);
    expectProblem(await ask(), 429, "limit.exceeded");
    await few.close();
  });
});

describe("405", () => {
  test("for other methods", async () => {
    const { status, headers } = await app.request(path, { method: "PATCH" });
    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
  });
});

describe("the original's defects", () => {
  test("a refresh token is one: it is known to the server, works once, and can be taken back", async () => {
    const user = await createUser(app);
    const { refreshToken } = await signIn(app, user);
    expectProblem(await refresh(app, Buffer.alloc(32, 7).toString("base64")), 401, invalid);
    const next = await refreshed(refreshToken);
    await app.request(`${sessionsPath}/${next.sessionId}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${next.accessToken}` },
    });
    expectProblem(await refresh(app, next.refreshToken), 401, invalid);
  });
});
