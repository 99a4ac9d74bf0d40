import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  expiryOf,
  maxShareDays,
  readSharePassword,
  shareStateOf,
} from "#modules/reports/domain/share";
import { recipients } from "#modules/reports/gateways/recipients";
import { createShareSecrets } from "#modules/reports/gateways/share-secrets";
import { addSeconds, parseInstant } from "#platform/kernel/time";

const now = parseInstant("2026-10-01T08:00:00.000Z");

test("a link never works longer than the files are kept, nor longer than was asked", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: maxShareDays }),
      fc.integer({ min: 1, max: 31 * 86_400 }),
      (days, kept) => {
        const filesExpireAt = addSeconds(now, kept);
        const expiresAt = expiryOf(now, days, filesExpireAt);
        expect(expiresAt <= filesExpireAt && expiresAt <= addSeconds(now, days * 86_400)).toBe(
          true,
        );
        expect(shareStateOf({ revokedAt: null, expiresAt }, now)).toBe("open");
        expect(shareStateOf({ revokedAt: null, expiresAt }, expiresAt)).toBe("expired");
        expect(shareStateOf({ revokedAt: now, expiresAt }, expiresAt)).toBe("revoked");
      },
    ),
  );
});

test("a password has 8 to 128 characters, however many units each takes", () => {
  for (const good of ["x".repeat(8), "x".repeat(128), "😀".repeat(128)])
    expect(readSharePassword(good)).toBe(good);
  for (const bad of ["x".repeat(7), "x".repeat(129), "😀".repeat(7)])
    expect(() => readSharePassword(bad)).toThrow();
});

describe("a link's secrets", () => {
  const secrets = createShareSecrets();
  test("are 128 random bits, kept as a hash, and tell clients of one link apart only", () => {
    const tokens = Array.from({ length: 1_000 }, () => secrets.newToken());
    expect(new Set(tokens).size).toBe(1_000);
    for (const token of tokens) expect(Buffer.from(token, "base64url")).toHaveLength(16);
    expect(secrets.hashOf(tokens[0] ?? "")).toHaveLength(32);
    const [one, other] = [secrets.newSalt(), secrets.newSalt()];
    expect(secrets.markOf("192.0.2.1", one)).toBe(secrets.markOf("192.0.2.1", one));
    expect(secrets.markOf("192.0.2.1", one)).not.toBe(secrets.markOf("192.0.2.2", one));
    expect(secrets.markOf("192.0.2.1", one)).not.toBe(secrets.markOf("192.0.2.1", other));
  });
});

describe("who is mailed", () => {
  test("has one address and a name that is no link", () => {
    expect(recipients.addressOf(" ayse@example.org ")).toBe("ayse@example.org");
    for (const bad of ["a@x.org,b@y.org", "a@x.org\r\nbcc:b@y.org", "<a@x.org>", "a@localhost"])
      expect(recipients.addressOf(bad)).toBeNull();
    expect(recipients.nameOf("Ayşe Demir")).toBe("Ayşe Demir");
    for (const bad of ["", "www.example.com", "a@b.c", "n".repeat(41)])
      expect(recipients.nameOf(bad)).toBeNull();
  });
});
