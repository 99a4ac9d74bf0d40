import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  formatRefreshToken,
  graceSeconds,
  judgeRefresh,
  parseRefreshToken,
} from "#modules/identity/domain/refresh-token";
import type { Id } from "#platform/kernel/ids";
import { addSeconds, parseInstant } from "#platform/kernel/time";

const rotatedAt = parseInstant("2026-09-18T12:00:00.000Z");
const tokens = fc.record({
  sessionId: fc.uuid({ version: 7 }).map((id) => id as Id),
  generation: fc.integer({ min: 1, max: 999_999_999 }),
  mac: fc.stringMatching(/^[0-9a-f]{64}$/),
});

describe("a refresh token", () => {
  test("is read as it was written", () => {
    fc.assert(
      fc.property(tokens, (token) => {
        expect(parseRefreshToken(formatRefreshToken(token))).toEqual(token);
      }),
    );
  });

  test("has one form: what is read comes out the same", () => {
    const near = tokens.chain((token) => {
      const text = formatRefreshToken(token);
      return fc
        .tuple(fc.nat(text.length - 1), fc.constantFrom("", ".", "0", "A", "a", " ", "\n", "é"))
        .map(([at, other]) => text.slice(0, at) + other + text.slice(at + 1));
    });
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (text) => {
        const read = parseRefreshToken(text);
        if (read) expect(formatRefreshToken(read)).toBe(text);
      }),
    );
  });
});

describe("what becomes of a token", () => {
  const family = { generation: 7, rotatedAt };
  const after = (seconds: number) => addSeconds(rotatedAt, seconds);

  test.each([
    ["the newest rotates, whenever", 7, 86_400, "rotate"],
    ["the one before repeats at once", 6, 0, "repeat"],
    ["and until the grace is over", 6, graceSeconds, "repeat"],
    ["not a moment longer", 6, graceSeconds + 0.001, "reused"],
    ["the one before that never", 5, 0, "reused"],
    ["one that was never issued never", 8, 0, "reused"],
    ["a node whose clock is behind gives the grace, too", 6, -5, "repeat"],
  ] as const)("%s", (_name, presented, seconds, expected) => {
    expect(judgeRefresh(family, presented, after(seconds))).toBe(expected);
  });
});
