import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { rotateKey } from "#platform/keyring/keyring";
import { createUser, signIn } from "../../support/identity.ts";
import { headerOf, logIn, refresh, statusWith } from "../../support/sessions-api.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = "/.well-known/jwks.json";
const directory = mkdtempSync(join(tmpdir(), "fintrack-keys-"));
const keyringFile = join(directory, "keyring.json");
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ environment: { KEYRING_FILE: keyringFile } });
});
afterAll(async () => {
  await app.close();
  rmSync(directory, { recursive: true, force: true });
});

const published = async () => (await app.get<JSONWebKeySet>(path)).body;
const verify = async (token: string, keys: JSONWebKeySet) =>
  jwtVerify(token, createLocalJWKSet(keys), {
    algorithms: ["EdDSA"],
    issuer: app.url,
    audience: "fintrack",
    typ: "at+jwt",
    currentDate: new Date(app.clock.now()),
  });

describe("200", () => {
  test("publishes public keys and nothing else, for a few minutes", async () => {
    const { status, headers, body } = await app.get(path);
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("public, max-age=300");
    expect(body).toEqual({
      keys: [
        {
          kty: "OKP",
          crv: "Ed25519",
          alg: "EdDSA",
          use: "sig",
          kid: expect.stringMatching(/^[0-9a-f]{16}$/),
          x: expect.stringMatching(/^[\w-]{43}$/),
        },
      ],
    });
  });

  test("is enough for another service to verify a token by itself", async () => {
    const user = await createUser(app);
    const { body } = await logIn(app, user);
    const { payload } = await verify(body.accessToken, await published());
    expect(payload).toMatchObject({ sub: user.id, plan: "free" });
  });

  test("announces a new key before it signs, and keeps the old one while its tokens live", async () => {
    const user = await createUser(app);
    const before = await signIn(app, user);
    const { kid, activeFrom } = rotateKey(keyringFile, "access-token", { clock: app.clock });
    app.clock.advance(31);

    const announced = await published();
    expect(announced.keys).toHaveLength(2);
    const meanwhile = await refresh(app, before.refreshToken);
    expect(headerOf(meanwhile.body.accessToken).kid).toBe(String(headerOf(before.accessToken).kid));

    app.clock.set(activeFrom);
    const after = await refresh(app, meanwhile.body.refreshToken);
    expect(headerOf(after.body.accessToken).kid).toBe(kid);
    // A service that fetched the keys before they were rotated knows the new one already.
    await verify(after.body.accessToken, announced);
    for (const { accessToken } of [before, meanwhile.body, after.body])
      expect(await statusWith(app, accessToken)).toBe(200);

    app.clock.advance(31 * 86_400);
    expect((await published()).keys.map((key) => key.kid)).toEqual([kid]);
  });
});

describe("405", () => {
  test("for other methods", async () => {
    expect((await app.request(path, { method: "POST" })).status).toBe(405);
  });
});
