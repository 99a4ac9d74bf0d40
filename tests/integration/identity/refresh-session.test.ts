import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { refreshSession } from "#modules/identity/use-cases/refresh-session";
import { AppError } from "#platform/kernel/errors";
import { addSeconds, epochMs, type Instant } from "#platform/kernel/time";
import { testContext } from "../../support/job-installation.ts";
import { openSessionUsers, type SessionUsers } from "../../support/session-users.ts";

let users: SessionUsers;
beforeAll(async () => {
  users = await openSessionUsers();
});
afterAll(() => users.close());

/** The next refresh token, or null when the session is over. */
async function refreshed(refreshToken: string): Promise<string | null> {
  try {
    return (await refreshSession(users.deps, testContext, { refreshToken })).refreshToken;
  } catch (error) {
    if (error instanceof AppError && error.code === "identity.refresh_token_invalid") return null;
    throw error;
  }
}
const opened = async () => {
  const user = await users.addUser();
  return { user, token: (await users.open(user)).refreshToken };
};
const reuses = (userId: string) =>
  users.told.filter((told) => told.userId === userId && told.kind.endsWith("token_reused")).length;

describe("at the same moment", () => {
  test("twenty refreshes within the grace have one successor", async () => {
    const { token } = await opened();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refreshed(token)));
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).not.toBeNull();
    expect(await refreshed(answers[0] as string)).not.toBeNull();
  });

  test("twenty replays after it end the session once", async () => {
    const { user, token } = await opened();
    const next = (await refreshed(token)) as string;
    users.clock.advance(21);
    const answers = await Promise.all(Array.from({ length: 20 }, () => refreshed(token)));
    expect(new Set(answers)).toEqual(new Set([null]));
    expect(reuses(user.id)).toBe(1);
    expect(await refreshed(next)).toBeNull();
  });

  test("a replay and the honest next refresh: the session is over for both", async () => {
    const { token } = await opened();
    const next = (await refreshed(token)) as string;
    users.clock.advance(21);
    const [replay] = await Promise.all([refreshed(token), refreshed(next)]);
    expect(replay).toBeNull();
    expect(await refreshed(next)).toBeNull();
  });
});

describe("across a rotation of the key", () => {
  test("a token from before is taken, and its successor is the same before and after", async () => {
    const { token } = await opened();
    const { activeFrom } = users.rotate("refresh-token");
    users.clock.set(addSeconds(activeFrom as Instant, -10));
    const before = await refreshed(token);
    users.clock.set(addSeconds(activeFrom as Instant, 5));
    expect(await refreshed(token)).toBe(before);
    const next = await refreshed(before as string);
    expect(next).not.toBeNull();
    expect(await refreshed(next as string)).not.toBeNull();
  });

  test("a token outlives its key by all the time that it may lie unused", async () => {
    const { token } = await opened();
    users.rotate("refresh-token");
    users.clock.advance(30 * 86_400 - 60);
    expect(await refreshed(token)).not.toBeNull();
  });
});

test("any sequence of refreshes, waits and replays goes as in a model of one family", async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("newest" as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("wait" as const),
        seconds: fc.constantFrom(0.001, 5, 19.999, 20, 20.001, 3600, 29 * 86_400),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("older" as const),
        by: fc.integer({ min: 1, max: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("forged" as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("parallel" as const),
        of: fc.integer({ min: 2, max: 4 }),
      }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const { user, token } = await opened();
      const tokens = [token];
      const family = {
        isOver: false,
        endsMs: epochMs(users.clock.now()) + 30 * 86_400_000,
        absoluteMs: epochMs(users.clock.now()) + 90 * 86_400_000,
        rotatedMs: epochMs(users.clock.now()),
        reuses: 0,
      };
      const nowMs = () => epochMs(users.clock.now());
      /** What the model gives for the token of this place. */
      function expected(at: number): string | null | "new" {
        if (family.isOver || nowMs() >= family.endsMs) return null;
        if (at === tokens.length - 1) {
          family.rotatedMs = nowMs();
          family.endsMs = Math.min(nowMs() + 30 * 86_400_000, family.absoluteMs);
          return "new";
        }
        if (at === tokens.length - 2 && nowMs() - family.rotatedMs <= 20_000)
          return tokens.at(-1) as string;
        family.isOver = true;
        family.reuses += 1;
        return null;
      }
      async function present(at: number): Promise<void> {
        const wanted = expected(at);
        const got = await refreshed(tokens[at] as string);
        if (wanted === "new") {
          expect(got).not.toBeNull();
          expect(tokens).not.toContain(got as string);
          tokens.push(got as string);
        } else expect(got).toBe(wanted);
      }
      for (const what of steps) {
        if (what.kind === "wait") users.clock.advance(what.seconds);
        else if (what.kind === "newest") await present(tokens.length - 1);
        else if (what.kind === "older") {
          if (tokens.length > what.by) await present(tokens.length - 1 - what.by);
        } else if (what.kind === "forged") {
          const newest = tokens.at(-1) as string;
          const forged = newest.slice(0, -1) + (newest.endsWith("0") ? "1" : "0");
          expect(await refreshed(forged)).toBeNull();
        } else {
          const newest = tokens.at(-1) as string;
          const wanted = expected(tokens.length - 1);
          const got = new Set(
            await Promise.all(Array.from({ length: what.of }, () => refreshed(newest))),
          );
          expect(got.size).toBe(1);
          const [only = null] = got;
          expect(only === null).toBe(wanted === null);
          if (only !== null) tokens.push(only);
        }
      }
      expect(reuses(user.id)).toBe(family.reuses);
    }),
    { numRuns: 60 },
  );
}, 180_000);
