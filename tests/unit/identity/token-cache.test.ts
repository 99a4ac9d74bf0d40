import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type CachedToken, createTokenCache } from "#modules/identity/domain/token-cache";
import type { Id } from "#platform/kernel/ids";
import { addSeconds, type Instant, instantAt, parseInstant } from "#platform/kernel/time";

const now = parseInstant("2026-09-18T12:00:00.000Z");
const bounds = { maxTokens: 3, maxAgeMs: 60_000, maxSubjects: 4 };
const id = (name: string) => name as Id;

const entry = (
  session: string,
  readAtMs: number,
  until: Instant = addSeconds(now, 900),
): CachedToken<string> => ({
  actor: `actor of ${session}`,
  sessionId: id(session),
  userId: id(`user of ${session}`),
  ...{ until, readAtMs },
});

describe("a token in memory", () => {
  test("is given until it is a minute old", () => {
    const cache = createTokenCache<string>(bounds);
    cache.put("t", entry("s", 1_000));
    expect(cache.get("t", 60_999, now)).toBe("actor of s");
    expect(cache.get("t", 61_000, now)).toBeUndefined();
    expect(cache.size()).toBe(0);
  });

  test("is never given beyond its own end", () => {
    const cache = createTokenCache<string>(bounds);
    const until = addSeconds(now, 5);
    cache.put("t", entry("s", 0, until));
    expect(cache.get("t", 1, addSeconds(now, 4.999))).toBe("actor of s");
    expect(cache.get("t", 1, until)).toBeUndefined();
  });

  test("makes room for newer ones", () => {
    const cache = createTokenCache<string>(bounds);
    for (const name of ["a", "b", "c", "d"]) cache.put(name, entry(name, 0));
    expect(["a", "b", "c", "d"].map((name) => cache.get(name, 1, now) !== undefined)).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  test.each(["s", "user of s"])("is forgotten when %p is revoked, and no other is", (subject) => {
    const cache = createTokenCache<string>(bounds);
    cache.put("t", entry("s", 0));
    cache.put("other", entry("o", 0));
    cache.distrust([id(subject)], 10, 10);
    expect(cache.get("t", 11, now)).toBeUndefined();
    expect(cache.get("other", 11, now)).toBe("actor of o");
  });

  test("that was read before a revocation does not outlive it, however late it arrives", () => {
    const cache = createTokenCache<string>(bounds);
    cache.distrust([id("s")], 10, 10);
    cache.put("t", entry("s", 10));
    expect(cache.get("t", 11, now)).toBeUndefined();
    cache.put("t", entry("s", 11));
    expect(cache.get("t", 11, now)).toBe("actor of s");
  });

  test("is not kept while a revocation is about to commit", () => {
    const cache = createTokenCache<string>(bounds);
    cache.distrust([id("s")], 30_000, 0);
    cache.put("t", entry("s", 20_000));
    expect(cache.get("t", 20_001, now)).toBeUndefined();
    // A revocation that is read meanwhile must not shorten that.
    cache.distrust([id("s")], 21_000, 21_000);
    cache.put("t", entry("s", 22_000));
    expect(cache.get("t", 22_001, now)).toBeUndefined();
  });

  test("is forgotten with all others when more is revoked than can be remembered", () => {
    const cache = createTokenCache<string>(bounds);
    cache.put("t", entry("s", 0));
    cache.distrust(["1", "2", "3", "4", "5"].map(id), 10, 10);
    expect(cache.size()).toBe(0);
    cache.put("t", entry("s", 10));
    expect(cache.size()).toBe(0);
    cache.put("t", entry("s", 11));
    expect(cache.size()).toBe(1);
  });
});

test("in any sequence, nothing is given that was read before its revocation, too long ago, or beyond its end", () => {
  const sessions = ["a", "b", "c"];
  const step = fc.oneof(
    fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
    fc.record({
      kind: fc.constant("put" as const),
      session: fc.constantFrom(...sessions),
      agoMs: fc.integer({ min: 0, max: 50_000 }),
      livesMs: fc.integer({ min: 1, max: 90_000 }),
    }),
    fc.record({
      kind: fc.constant("revoke" as const),
      subject: fc.constantFrom(...sessions, ...sessions.map((name) => `user of ${name}`)),
      aheadMs: fc.constantFrom(0, 0, 30_000),
    }),
    fc.record({ kind: fc.constant("revokeMany" as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const cache = createTokenCache<string>(bounds);
      const revokedMs = new Map<string, number>();
      const put = new Map<string, { readAtMs: number; endMs: number }>();
      let nowMs = 0;
      const wall = () => instantAt(Date.parse(now) + nowMs);
      for (const what of steps) {
        if (what.kind === "wait") nowMs += what.ms;
        else if (what.kind === "put") {
          const readAtMs = nowMs - what.agoMs;
          const endMs = nowMs + what.livesMs;
          cache.put(
            what.session,
            entry(what.session, readAtMs, addSeconds(wall(), what.livesMs / 1000)),
          );
          put.set(`${what.session} ${readAtMs} ${endMs}`, { readAtMs, endMs });
        } else if (what.kind === "revoke") {
          const fromMs = nowMs + what.aheadMs;
          cache.distrust([id(what.subject)], fromMs, nowMs);
          revokedMs.set(what.subject, Math.max(fromMs, revokedMs.get(what.subject) ?? fromMs));
        } else {
          cache.distrust(["1", "2", "3", "4", "5"].map(id), nowMs, nowMs);
          for (const name of sessions)
            revokedMs.set(name, Math.max(nowMs, revokedMs.get(name) ?? nowMs));
        }
        expect(cache.size()).toBeLessThanOrEqual(bounds.maxTokens);
        for (const session of sessions) {
          if (cache.get(session, nowMs, wall()) === undefined) continue;
          const since = Math.max(
            revokedMs.get(session) ?? Number.NEGATIVE_INFINITY,
            revokedMs.get(`user of ${session}`) ?? Number.NEGATIVE_INFINITY,
            nowMs - bounds.maxAgeMs,
          );
          const allowed = [...put].some(
            ([key, { readAtMs, endMs }]) =>
              key.startsWith(`${session} `) && readAtMs > since && endMs > nowMs,
          );
          expect([session, allowed]).toEqual([session, true]);
        }
      }
    }),
    { numRuns: 300 },
  );
});
