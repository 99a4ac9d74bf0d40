import { afterAll, describe, expect, test } from "bun:test";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { AccessClaims } from "#modules/identity/deps";
import { createAccessTokens } from "#modules/identity/gateways/access-tokens";
import { addSeconds, epochMs } from "#platform/kernel/time";
import { type KeyPair, openKeyring, rotateKey } from "#platform/keyring/keyring";
import { systemIds } from "#platform/system";
import { createTestClock } from "../../support/test-app.ts";

const directory = mkdtempSync(join(tmpdir(), "fintrack-keys-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const purposes = { "access-token": "ed25519", notification: "ed25519" } as const;
const issuer = "https://api.example.org";
const kidPattern = /^[0-9a-f]{16}$/;

function installation(name: string) {
  const clock = createTestClock();
  const path = join(directory, `${name}.json`);
  const keyring = openKeyring({ source: "file", path, create: true }, { clock, purposes });
  const tokens = createAccessTokens({ keyring, clock, issuer });
  const [pair] = keyring.pairs("access-token");
  if (!pair) throw new Error("no key");
  return { clock, path, keyring, tokens, pair };
}
const home = installation("home");
const { clock, tokens, pair } = home;
const nowSeconds = () => Math.floor(epochMs(clock.now()) / 1000);

const claims: AccessClaims = {
  userId: systemIds.next(),
  sessionId: systemIds.next(),
  roles: ["user"],
  permissions: ["identity:manage_self"],
  plan: "free",
  claimsVersion: 3,
  authenticatedAt: clock.now(),
};
const base64url = (value: object | Buffer) =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString("base64url");

/** A token as our keys make it, with something else in its place. */
function forge(
  changes: {
    readonly header?: object;
    readonly payload?: object;
    readonly without?: string;
    readonly key?: KeyPair["privateKey"];
  } = {},
): string {
  const header = { alg: "EdDSA", kid: pair.kid, typ: "at+jwt", ...changes.header };
  const payload: Record<string, unknown> = {
    sub: claims.userId,
    sid: claims.sessionId,
    roles: ["user"],
    plan: "free",
    permissions: [],
    auth_time: nowSeconds(),
    claims_version: 3,
    iss: issuer,
    aud: "fintrack",
    iat: nowSeconds(),
    exp: nowSeconds() + 900,
    ...changes.payload,
  };
  if (changes.without) delete payload[changes.without];
  const signed = `${base64url(header)}.${base64url(payload)}`;
  const signature = sign(null, Buffer.from(signed), changes.key ?? pair.privateKey);
  return `${signed}.${signature.toString("base64url")}`;
}

describe("a token of ours", () => {
  test("says who, which session, since when and until when", async () => {
    const { token, expiresInSeconds } = await tokens.sign(claims);
    expect(expiresInSeconds).toBe(900);
    expect(await tokens.verify(token)).toEqual({
      userId: claims.userId,
      sessionId: claims.sessionId,
      claimsVersion: 3,
      authenticatedAt: claims.authenticatedAt,
      expiresAt: addSeconds(clock.now(), 900),
    });
    expect(await tokens.verify(forge())).not.toBeNull();
  });

  test("is one until the second it expires, by our clock", async () => {
    const { clock, tokens } = installation("expiry");
    const { token } = await tokens.sign(claims);
    clock.advance(899);
    expect(await tokens.verify(token)).not.toBeNull();
    clock.advance(1);
    expect(await tokens.verify(token)).toBeNull();
  });

  test("carries no secret and no name or address", async () => {
    const { token } = await tokens.sign(claims);
    const payload = JSON.parse(Buffer.from(String(token.split(".")[1]), "base64url").toString());
    expect(Object.keys(payload).toSorted()).toEqual(
      "aud auth_time claims_version exp iat iss permissions plan roles sid sub".split(" "),
    );
  });
});

describe("refused is a token", () => {
  const elsewhere = installation("elsewhere");
  const hs256 = (secret: Buffer | string) => {
    const signed = forge({ header: { alg: "HS256" } })
      .split(".")
      .slice(0, 2)
      .join(".");
    return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
  };
  const x = String(pair.publicKey.export({ format: "jwk" }).x);
  const stranger = generateKeyPairSync("ed25519");

  test.each<[string, () => string]>([
    ["without algorithm", () => forge({ header: { alg: "none" } })],
    [
      "without algorithm or signature",
      () =>
        `${forge({ header: { alg: "none" } })
          .split(".")
          .slice(0, 2)
          .join(".")}.`,
    ],
    ["with an algorithm in other letters", () => forge({ header: { alg: "EDDSA" } })],
    ["that says ES256", () => forge({ header: { alg: "ES256" } })],
    ["by HMAC under the public key's x", () => hs256(Buffer.from(x, "base64url"))],
    ["by HMAC under the public key's text", () => hs256(x)],
    [
      "by HMAC under the public key's PEM",
      () => hs256(pair.publicKey.export({ type: "spki", format: "pem" })),
    ],
    ["of another key under our kid", () => forge({ key: stranger.privateKey })],
    [
      "of another installation",
      () => forge({ key: elsewhere.pair.privateKey, header: { kid: elsewhere.pair.kid } }),
    ],
    [
      "that brings its own key",
      () =>
        forge({
          key: stranger.privateKey,
          header: { kid: undefined, jwk: stranger.publicKey.export({ format: "jwk" }) },
        }),
    ],
    ["without kid", () => forge({ header: { kid: undefined } })],
    ["with an unknown kid", () => forge({ header: { kid: "0123456789abcdef" } })],
    ["with a path as kid", () => forge({ header: { kid: "../../dev/null" } })],
    ["made for another purpose: typ JWT", () => forge({ header: { typ: "JWT" } })],
    ["without typ", () => forge({ header: { typ: undefined } })],
    ["with a critical extension", () => forge({ header: { crit: ["x"], x: 1 } })],
    ["for another audience", () => forge({ payload: { aud: "other" } })],
    ["without audience", () => forge({ without: "aud" })],
    ["of another issuer", () => forge({ payload: { iss: "https://evil.example" } })],
    ["without issuer", () => forge({ without: "iss" })],
    ["that expired", () => forge({ payload: { exp: nowSeconds() } })],
    ["that never expires", () => forge({ without: "exp" })],
    ["whose end is a text", () => forge({ payload: { exp: "2099-01-01" } })],
    ["not yet valid", () => forge({ payload: { nbf: nowSeconds() + 60 } })],
    ["without subject", () => forge({ without: "sub" })],
    ["without session", () => forge({ without: "sid" })],
    ["whose subject is no id", () => forge({ payload: { sub: "1" } })],
    ["whose session is a list", () => forge({ payload: { sid: [claims.sessionId] } })],
    ["without the version of its claims", () => forge({ without: "claims_version" })],
    ["without the time of its proof", () => forge({ without: "auth_time" })],
    ["that is very long", () => forge({ payload: { roles: "x".repeat(5000) } })],
    [
      "signed by our key of another purpose",
      () => {
        const [other] = home.keyring.pairs("notification");
        if (!other) throw new Error("no key");
        return forge({ key: other.privateKey, header: { kid: other.kid } });
      },
    ],
  ])("%s", async (_name, token) => {
    expect(await tokens.verify(token())).toBeNull();
  });

  test("with any one character changed", async () => {
    const { token } = await tokens.sign(claims);
    const characters = "ABab01-_.= é\u0000";
    await fc.assert(
      fc.asyncProperty(
        fc.nat(token.length - 1),
        fc.constantFrom(...characters),
        async (at, character) => {
          const changed = token.slice(0, at) + character + token.slice(at + 1);
          // The last character of base64url has bits that mean nothing.
          fc.pre(changed !== token && at !== token.length - 1);
          expect(await tokens.verify(changed)).toBeNull();
        },
      ),
    );
  });

  test("that is any text at all, without an exception", async () => {
    const part = fc.oneof(
      fc.base64String(),
      fc.string(),
      fc.json().map((text) => base64url(Buffer.from(text))),
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 4 }).map((parts) => parts.join(".")),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await tokens.verify(text)).toBeNull();
      }),
    );
  });
});

describe("when keys are rotated", () => {
  test("the old one signs until the new one is active, and both verify", async () => {
    const { clock, path, tokens } = installation("rotation");
    const kidOf = (token: string) =>
      JSON.parse(Buffer.from(String(token.split(".")[0]), "base64url").toString()).kid as string;
    const before = (await tokens.sign(claims)).token;
    const { kid, activeFrom } = rotateKey(path, "access-token", { clock, purposes });
    clock.advance(31);
    expect(tokens.publicKeys().map((key) => key.kid)).toEqual([kidOf(before), kid]);
    expect(kidOf((await tokens.sign(claims)).token)).toBe(kidOf(before));
    clock.set(activeFrom);
    const after = (await tokens.sign(claims)).token;
    expect(kidOf(after)).toBe(kid);
    expect(await tokens.verify(before)).not.toBeNull();
    expect(await tokens.verify(after)).not.toBeNull();
  });

  test("what is published is public", () => {
    for (const key of tokens.publicKeys()) {
      expect(Object.keys(key).toSorted()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
      expect(key.kid).toMatch(kidPattern);
    }
  });
});
