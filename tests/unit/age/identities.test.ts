import { describe, expect, test } from "bun:test";
import { Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
import fc from "fast-check";
import { holdsAgeIdentity, isRecipient, newIdentity } from "#platform/age/identities";

const bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

describe("a new identity", () => {
  test("is one of age, with its recipient", async () => {
    const { identity, recipient } = await newIdentity();
    expect(identity).toMatch(/^AGE-SECRET-KEY-1[02-9A-Z]{58}$/);
    expect(recipient).toBe(await identityToRecipient(identity));
    expect(isRecipient(recipient)).toBe(true);
    expect((await newIdentity()).identity).not.toBe(identity);
  });
});

describe("a recipient", () => {
  test("with any one character changed is none", async () => {
    const { recipient } = await newIdentity();
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 61 }), fc.integer({ min: 1, max: 31 }), (at, by) => {
        const other = bech32.charAt((bech32.indexOf(recipient.charAt(at)) + by) % 32);
        expect(isRecipient(recipient.slice(0, at) + other + recipient.slice(at + 1))).toBe(false);
      }),
    );
  });

  test("is nothing but X25519 in lower case", async () => {
    const { identity, recipient } = await newIdentity();
    const hybrid = await identityToRecipient(await generateHybridIdentity());
    const others = [
      "",
      "age1",
      identity,
      hybrid,
      recipient.toUpperCase(),
      ` ${recipient}`,
      `${recipient}\n`,
      `${recipient}q`,
      "age1yubikey1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e",
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN",
    ];
    for (const other of others) expect(isRecipient(other)).toBe(false);
  });

  test("of low order is none: what is encrypted to it, everybody can read", () => {
    // The points 0 and 1, in Bech32 with checksums that are right.
    for (const point of [
      "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
      "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya",
    ]) {
      expect(() => new Encrypter().addRecipient(point)).not.toThrow();
      expect(isRecipient(point)).toBe(false);
    }
  });
});

describe("a text that holds an identity", () => {
  test("is seen wherever it stands, in any case", async () => {
    const { identity } = await newIdentity();
    const around = fc.string({ unit: "binary", maxLength: 50 });
    fc.assert(
      fc.property(around, around, fc.boolean(), (before, after, lower) => {
        const held = lower ? identity.toLowerCase() : identity;
        expect(holdsAgeIdentity(`${before} ${held}${after}`)).toBe(true);
      }),
    );
  });

  test.each([
    "AGE-SECRET-KEY-",
    "AGE-SECRET-KEY-PQ-1QQQ",
    "AGE\u2011SECRET\u2011KEY\u20111QQQ",
    "AGE - SECRET - KEY - 1QQQ",
    "AGE-SECRET-\nKEY-1QQQ",
    "age_secret_key_1qqq",
    "ＡＧＥ-ＳＥＣＲＥＴ-ＫＥＹ-1QQQ",
    '{"recipient":"age-secret-key-1qqq"}',
  ])("is seen: %j", (text) => {
    expect(holdsAgeIdentity(text)).toBe(true);
  });

  test("is not seen where there is none", async () => {
    const { recipient } = await newIdentity();
    for (const text of [recipient, "", "At his age, a secret key is easily lost.", "agesecret"])
      expect(holdsAgeIdentity(text)).toBe(false);
  });
});
