import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash, createPublicKey, verify } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCustodySigner } from "#modules/gbs/gateways/custody-signer";
import { rotateKey } from "#platform/keyring/keyring";
import { chainOf } from "../../support/custody-chains.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = "/.well-known/fintrack-keys.json";
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

type Keys = {
  readonly keys: readonly {
    readonly kid: string;
    readonly algorithm: string;
    readonly publicKey: string;
    readonly fingerprint: string;
    readonly activeFrom: string;
  }[];
  readonly verifier: { readonly name: string; readonly sha256: string };
};
const published = async () => (await app.get<Keys>(path)).body;
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("200", () => {
  test("publishes public keys with their fingerprints and nothing else, for a few minutes", async () => {
    const { status, headers, body } = await app.get<Keys>(path);
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("public, max-age=300");
    const raw = Buffer.from(body.keys[0]?.publicKey ?? "", "base64url");
    expect(raw).toHaveLength(32);
    expect(body).toEqual({
      keys: [
        {
          kid: expect.stringMatching(/^[0-9a-f]{16}$/),
          algorithm: "Ed25519",
          publicKey: raw.toString("base64url"),
          fingerprint: sha256(raw),
          activeFrom: app.clock.now(),
        },
      ],
      verifier: {
        name: "verify.mjs",
        sha256: sha256(await Bun.file("src/modules/gbs/verifier/verify.mjs").bytes()),
      },
    });
  });

  test("is enough to verify what the application signs", async () => {
    const { entries } = chainOf(
      [[{ kind: "overdue", actor: { role: "clock", id: null }, data: {} }]],
      createCustodySigner(app.keyring),
    );
    const [entry] = entries;
    const key = (await published()).keys.find(({ kid }) => kid === entry?.kid);
    const prefix = Buffer.from("302a300506032b6570032100", "hex");
    const der = Buffer.concat([prefix, Buffer.from(key?.publicKey ?? "", "base64url")]);
    const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
    const signed = Buffer.from(`fintrack-custody-v1\n${entry?.text}`);
    const signature = Buffer.from(entry?.signature ?? "", "hex");
    expect(verify(null, signed, publicKey, signature)).toBe(true);
  });

  test("announces a new key before it signs, and keeps the old ones for good", async () => {
    const [before] = (await published()).keys;
    const { kid, activeFrom } = rotateKey(keyringFile, "custody", { clock: app.clock });
    app.clock.advance(31);
    const announced = (await published()).keys;
    expect(announced.map((key) => key.kid)).toEqual([before?.kid ?? "", kid]);
    expect(announced[1]?.activeFrom).toBe(activeFrom);
    app.clock.advance(10 * 365 * 86_400);
    expect((await published()).keys.map((key) => key.kid)).toEqual([kid, before?.kid ?? ""]);
  });
});

describe("405", () => {
  test("for other methods", async () => {
    expect((await app.request(path, { method: "POST" })).status).toBe(405);
  });
});
