import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { systemContext } from "#platform/kernel/context";
import { eventually } from "../../support/eventually.ts";
import {
  authorized,
  createUser,
  type SignedIn,
  signedInUser,
  signIn,
  type TestUser,
} from "../../support/identity.ts";
import { refresh, sessionsPath, statusWith } from "../../support/sessions-api.ts";
import { openTwoNodes, type TwoNodes } from "../../support/two-nodes.ts";

/** Five seconds are promised of any node, whatever happens to its notifications; the rest is for a busy machine. */
const withinMs = 20_000;
const ctx = systemContext("test:revocations", "test");

let nodes: TwoNodes;
beforeAll(async () => {
  nodes = await openTwoNodes();
});
afterEach(() => nodes.proxy.restore());
afterAll(() => nodes.close());

/** A user whose token both nodes remember. */
async function known(): Promise<{ user: TestUser; tokens: SignedIn; other: SignedIn }> {
  const { here } = nodes;
  const user = await createUser(here);
  const [tokens, other] = [await signIn(here, user), await signIn(here, user)];
  for (const { accessToken } of [tokens, other])
    expect([await statusHere(accessToken), await statusThere(accessToken)]).toEqual([200, 200]);
  return { user, tokens, other };
}
const statusHere = (token: string) => statusWith(nodes.here, token);
/** Of a route that itself asks no database. */
const statusThere = async (token: string) => {
  const headers = { authorization: `Bearer ${token}` };
  return (await nodes.there.request("/v1/auth/registration-rules", { headers })).status;
};
const refusedThere = ({ accessToken }: SignedIn) =>
  eventually("401", async () => (await statusThere(accessToken)) === 401, withinMs);
const reason = { reason: "a test" };

describe("on another node a token is refused within seconds", () => {
  test("after logout", async () => {
    const { tokens, other } = await known();
    await authorized(nodes.here, tokens.accessToken).delete(`${sessionsPath}/current`);
    expect(await statusHere(tokens.accessToken)).toBe(401);
    await refusedThere(tokens);
    expect(await statusThere(other.accessToken)).toBe(200);
  });

  test("after its session was revoked, alone or with all others", async () => {
    const { tokens, other } = await known();
    await authorized(nodes.here, tokens.accessToken).delete(`${sessionsPath}/others`);
    await refusedThere(other);
    expect(await statusThere(tokens.accessToken)).toBe(200);
  });

  test("after a change of the password, but for the session that changed it", async () => {
    const { user, tokens, other } = await known();
    const answer = await authorized(nodes.here, tokens.accessToken).put("/v1/users/me/password", {
      currentPassword: user.password,
      newPassword: "quiet marble ladder 52",
    });
    expect(answer.status).toBe(204);
    expect(await statusHere(other.accessToken)).toBe(401);
    await refusedThere(other);
    expect(await statusThere(tokens.accessToken)).toBe(200);
    expect((await refresh(nodes.there, other.refreshToken)).status).toBe(401);
  });

  test("after the user was suspended", async () => {
    const { user, tokens, other } = await known();
    const admin = await signedInUser(nodes.here, { roles: ["admin"] });
    const path = `/v1/admin/users/${user.id}/suspension`;
    expect((await admin.post(path, reason)).status).toBeWithin(200, 205);
    await Promise.all([refusedThere(tokens), refusedThere(other)]);
    expect((await refresh(nodes.there, tokens.refreshToken)).status).toBe(401);
  });

  test("after its claims have changed; a refresh gets one that works, there, too", async () => {
    const { user, tokens } = await known();
    const { identity } = nodes.here.app.ports;
    await identity.expireClaims(ctx, { userIds: [user.id] });
    expect(await statusHere(tokens.accessToken)).toBe(401);
    await refusedThere(tokens);
    const { status, body } = await refresh(nodes.there, tokens.refreshToken);
    expect(status).toBe(200);
    expect([await statusHere(body.accessToken), await statusThere(body.accessToken)]).toEqual([
      200, 200,
    ]);
  });

  test("also when claims change twice while the clock stands still, and when one is issued in between", async () => {
    const { user, tokens } = await known();
    const { identity } = nodes.here.app.ports;
    await identity.expireClaims(ctx, { userIds: [user.id] });
    const between = await refresh(nodes.here, tokens.refreshToken);
    expect(await statusThere(between.body.accessToken)).toBe(200);
    await identity.expireClaims(ctx, { userIds: [user.id] });
    await refusedThere(between.body);
  });

  test("after a refresh token was used twice", async () => {
    const { tokens } = await known();
    await refresh(nodes.here, tokens.refreshToken);
    nodes.here.clock.advance(21);
    await refresh(nodes.here, tokens.refreshToken);
    await refusedThere(tokens);
  });
});

describe("when notifications are lost", () => {
  test("with the connection that is cut at that moment", async () => {
    const { tokens } = await known();
    nodes.proxy.cut();
    await authorized(nodes.here, tokens.accessToken).delete(`${sessionsPath}/current`);
    await refusedThere(tokens);
  });

  test("though nobody is notified at all: every node looks for itself", async () => {
    const { tokens } = await known();
    const sessionId = tokens.refreshToken.slice(0, 36);
    const now = nodes.here.clock.now();
    // As a node does that dies between its commit and the notification.
    await nodes.here.sql`
      with ended as (
        update identity.sessions set ended_at = ${now} where id = ${sessionId} returning id
      )
      insert into identity.revocations (id, kind, subject_id, revoked_at)
      select gen_random_uuid(), 'session', id, ${now} from ended`;
    await refusedThere(tokens);
  }, 180_000);
});

describe("while the database is down", () => {
  test("an unknown token is 503, not 401; afterwards it works", async () => {
    const user = await createUser(nodes.here);
    const { accessToken } = await signIn(nodes.here, user);
    nodes.proxy.takeAway();
    expect(await statusThere(accessToken)).toBe(503);
    expect(await statusThere(`${accessToken}x`)).toBe(401);
    nodes.proxy.restore();
    await eventually("200", async () => (await statusThere(accessToken)) === 200);
  });

  test("a known one is believed for ten seconds and then 503; what was revoked meanwhile stays revoked", async () => {
    const { tokens, other } = await known();
    nodes.proxy.takeAway();
    expect(await statusThere(tokens.accessToken)).toBe(200);
    await eventually("503", async () => (await statusThere(tokens.accessToken)) === 503);
    await authorized(nodes.here, tokens.accessToken).delete(`${sessionsPath}/current`);
    nodes.proxy.restore();
    await eventually("200", async () => (await statusThere(other.accessToken)) === 200);
    expect(await statusThere(tokens.accessToken)).toBe(401);
  }, 180_000);
});

test("revocations are kept for a day, and sessions for 30 days after their end", async () => {
  const { here } = nodes;
  const { user, tokens, other } = await known();
  await authorized(here, tokens.accessToken).delete(`${sessionsPath}/current`);
  const left = async () => {
    await here.runJob("identity.purge_sessions");
    const [row] = await here.sql`
      select (select count(*)::int from identity.sessions where user_id = ${user.id}) as sessions,
        (select count(*)::int from identity.revocations) as revocations`;
    return [row?.["sessions"], Number(row?.["revocations"]) > 0];
  };
  expect(await left()).toEqual([2, true]);
  here.clock.advance(86_401);
  expect(await left()).toEqual([2, false]);
  here.clock.advance(29 * 86_400 - 2);
  // The other one is not over yet, and refreshed goes on.
  const { status } = await refresh(here, other.refreshToken);
  expect([status, await left()]).toEqual([200, [2, false]]);
  here.clock.advance(2);
  expect(await left()).toEqual([1, false]);
  here.clock.advance(60 * 86_400 + 1);
  expect(await left()).toEqual([0, false]);
});
