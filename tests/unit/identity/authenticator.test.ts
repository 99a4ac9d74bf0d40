import { afterEach, describe, expect, test } from "bun:test";
import type { IdentityDeps, TokenHolder, VerifiedToken } from "#modules/identity/deps";
import { createAuthenticator } from "#modules/identity/use-cases/authenticator";
import type { ReadPool } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import { systemIds } from "#platform/system";
import { createTestClock } from "../../support/test-app.ts";

const [userId, sessionId] = [systemIds.next(), systemIds.next()];
const bearer = { authorization: "Bearer the.good.token" };

const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const authenticator of opened.splice(0)) await authenticator.stop();
});

/** An authenticator whose database and time the test decides. */
async function open() {
  const clock = createTestClock();
  const state = {
    nowMs: 1_000_000,
    holder: {
      ...{ userId, status: "active", roles: ["user", "support"], hasSecondFactor: true },
      ...{ claimsVersion: 3, endedAt: null },
      idleExpiresAt: addSeconds(clock.now(), 86_400),
    } as TokenHolder | undefined,
    token: {
      ...{ userId, sessionId, claimsVersion: 3, authenticatedAt: clock.now() },
      expiresAt: addSeconds(clock.now(), 900),
    } as VerifiedToken,
    revoked: [] as { id: Id; subjectId: Id }[],
    isDatabaseDown: false,
    reads: 0,
    verifications: 0,
    /** Reads of holders wait for this. */
    held: undefined as Promise<void> | undefined,
    wake: () => {},
    failures: 0,
  };
  const down = () => {
    throw new Error("the database is down");
  };
  const deps = {
    clock,
    channel: "c",
    monotonicMs: () => state.nowMs,
    onFailure: () => {
      state.failures += 1;
    },
    db: {
      read: {} as ReadPool,
      listen: async (_channel: string, onNotify: () => void, onListening: () => void) => {
        state.wake = onNotify;
        onListening();
        return async () => {};
      },
    } as unknown as IdentityDeps["db"],
    accessTokens: {
      verify: async (token: string) => {
        state.verifications += 1;
        return token === "the.good.token" ? state.token : null;
      },
    } as unknown as IdentityDeps["accessTokens"],
    sessions: {
      holder: async () => {
        state.reads += 1;
        if (state.isDatabaseDown) down();
        const read = state.holder;
        await state.held;
        return read;
      },
    } as unknown as IdentityDeps["sessions"],
    revocations: {
      since: async () => (state.isDatabaseDown ? down() : [...state.revoked]),
    } as unknown as IdentityDeps["revocations"],
  };
  const authenticator = createAuthenticator(deps);
  await authenticator.start();
  opened.push(authenticator);
  const settle = async () => {
    state.wake();
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return {
    state,
    clock,
    authenticator,
    settle,
    ask: () => authenticator.authenticate(bearer),
    revoke(subjectId: Id) {
      state.revoked = [{ id: systemIds.next(), subjectId }, ...state.revoked];
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      state.held = promise;
      return () => {
        state.held = undefined;
        resolve();
      };
    },
  };
}

describe("who sends a token", () => {
  test("is read once, and then known at once", async () => {
    const { ask, state } = await open();
    const first = await ask();
    expect(first).toEqual({
      ...{ type: "user", id: userId, sessionId, roles: ["user", "support"] },
      permissions: expect.arrayContaining(["admin:read_users", "identity:manage_self"]),
      authenticatedAt: state.token.authenticatedAt,
    });
    const second = ask();
    expect(second).not.toBeInstanceOf(Promise);
    expect(second === first).toBe(true);
    expect([state.reads, state.verifications]).toEqual([1, 1]);
  });

  test("is read once for many requests at the same moment", async () => {
    const { ask, state } = await open();
    await Promise.all(Array.from({ length: 20 }, ask));
    expect(state.reads).toBe(1);
  });

  test("is read anew when a reading got lost: nobody waits for it for ever", async () => {
    const { ask, hold, state } = await open();
    hold();
    const lost = ask();
    state.nowMs += 1_000;
    state.held = undefined;
    expect(await ask()).not.toBeNull();
    expect(state.reads).toBe(2);
    expect(lost).toBeInstanceOf(Promise);
  });

  test("is read again after a minute", async () => {
    const { ask, state, settle } = await open();
    await ask();
    for (let n = 0; n < 12; n += 1) {
      state.nowMs += 5_000;
      await settle();
    }
    await ask();
    expect(state.reads).toBe(2);
  });

  test("has no right of a role whose second factor is missing", async () => {
    const { ask, state } = await open();
    state.holder = { ...(state.holder as TokenHolder), hasSecondFactor: false };
    expect(await ask()).toMatchObject({ roles: ["user"] });
  });

  test.each<[string, (holder: TokenHolder) => TokenHolder | undefined]>([
    ["whose session was ended", (holder) => ({ ...holder, endedAt: holder.idleExpiresAt })],
    [
      "whose session is over",
      (holder) => ({ ...holder, idleExpiresAt: "2026-09-18T12:00:00.000Z" as never }),
    ],
    ["whose session is not there", (): undefined => undefined],
    ["whose session is another user's", (holder) => ({ ...holder, userId: systemIds.next() })],
    ["who is suspended", (holder) => ({ ...holder, status: "suspended" })],
    ["whose claims have changed", (holder) => ({ ...holder, claimsVersion: 4 })],
    ["whose claims are newer than the database", (holder) => ({ ...holder, claimsVersion: 2 })],
  ])("is nobody %s", async (_name, change) => {
    const { ask, state, authenticator } = await open();
    state.holder = change(state.holder as TokenHolder);
    expect(await ask()).toBeNull();
    expect(authenticator.remembered()).toBe(0);
  });

  test.each([
    "",
    "Bearer",
    "Bearer ",
    "Basic abc",
    "Bearer a b",
    "Bearer a.b.c",
    "token",
    "Bearer\ta.b",
  ])("is nobody with %j", async (authorization) => {
    const { authenticator, state } = await open();
    expect(await authenticator.authenticate({ authorization })).toBeNull();
    expect(state.reads).toBe(0);
  });

  test("is nobody once the token has expired, also while it is remembered", async () => {
    const { ask, clock, state } = await open();
    await ask();
    clock.advance(900);
    state.holder = undefined;
    expect(await ask()).toBeNull();
  });
});

describe("after a revocation", () => {
  test.each([
    ["of the session", sessionId],
    ["of the user", userId],
  ])("%s the token is read again, once", async (_name, subject) => {
    const { ask, state, revoke, settle } = await open();
    await ask();
    revoke(subject);
    await settle();
    state.nowMs += 1;
    await ask();
    await settle();
    await ask();
    expect(state.reads).toBe(2);
  });

  test("what was read before it, and arrives after it, is not remembered", async () => {
    const { ask, state, revoke, settle, hold, authenticator } = await open();
    const release = hold();
    const early = ask();
    await settle();
    state.holder = undefined;
    revoke(sessionId);
    state.nowMs += 1;
    await settle();
    // A request that comes now must not share the reading of the early one.
    const late = ask();
    release();
    await early;
    expect(await late).toBeNull();
    expect(authenticator.remembered()).toBe(0);
    expect(await ask()).toBeNull();
  });

  test("that this node makes itself, the token is read each time until that has surely committed", async () => {
    const { ask, state, settle, authenticator } = await open();
    await ask();
    authenticator.distrust([sessionId]);
    await ask();
    await ask();
    expect(state.reads).toBe(3);
    for (let n = 0; n < 6; n += 1) {
      state.nowMs += 5_001;
      await settle();
    }
    await ask();
    await ask();
    expect(state.reads).toBe(4);
  });
});

describe("without news of revocations", () => {
  test("for ten seconds, nothing that is remembered is believed", async () => {
    const { ask, state } = await open();
    await ask();
    state.nowMs += 10_000;
    await ask();
    expect(state.reads).toBe(1);
    state.nowMs += 1;
    await ask();
    await ask();
    expect(state.reads).toBe(3);
  });

  test("and without a database the answer is an error, not a stranger", async () => {
    const { ask, state, settle } = await open();
    await ask();
    state.isDatabaseDown = true;
    await settle();
    expect(state.failures).toBe(1);
    expect(await ask()).not.toBeNull();
    state.nowMs += 10_001;
    await expect(Promise.resolve(ask())).rejects.toThrow("the database is down");
    state.isDatabaseDown = false;
    await settle();
    expect(await ask()).not.toBeNull();
  });
});
