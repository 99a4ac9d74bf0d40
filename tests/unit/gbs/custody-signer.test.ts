import { afterAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyChain } from "#modules/gbs/domain/verify-chain";
import { createCustodySigner } from "#modules/gbs/gateways/custody-signer";
import { openKeyring, rotateKey } from "#platform/keyring/keyring";
import { chainOf } from "../../support/custody-chains.ts";
import { createTestClock } from "../../support/test-app.ts";

const directory = mkdtempSync(join(tmpdir(), "fintrack-custody-"));
afterAll(() => rmSync(directory, { recursive: true }));
const overdue = { kind: "overdue", actor: { role: "clock", id: null }, data: {} } as const;

function openSigner(name: string) {
  const [path, clock] = [join(directory, name), createTestClock()];
  const keyring = openKeyring({ source: "file", path, create: true }, { clock });
  return { path, clock, signer: createCustodySigner(keyring) };
}

test("what was signed verifies for ever, whatever was rotated since", () => {
  const { path, clock, signer } = openSigner("rotated.json");
  const before = chainOf([[overdue]], signer);
  rotateKey(path, "custody", { clock });
  utimesSync(path, new Date(), new Date(Date.now() + 5000));
  clock.advance(40 * 86_400);
  const after = chainOf([[overdue]], signer);
  expect(after.entries[0]?.kid).not.toBe(before.entries[0]?.kid ?? "");
  for (const chain of [before, after]) expect(verifyChain(chain, signer)).toEqual([]);
});

test("another installation's signature is none", () => {
  const { signer } = openSigner("one.json");
  const chain = chainOf([[overdue]], openSigner("other.json").signer);
  expect(verifyChain(chain, signer)).toEqual([
    { seq: 1, fault: "it is not signed by a key of ours" },
  ]);
});

test("publishes public halves, and nothing else of a key", () => {
  const { path, clock, signer } = openSigner("published.json");
  const [key] = signer.publicKeys();
  const raw = Buffer.from(key?.publicKey ?? "", "base64url");
  expect(raw).toHaveLength(32);
  expect(signer.publicKeys()).toEqual([
    {
      kid: expect.stringMatching(/^[0-9a-f]{16}$/),
      algorithm: "Ed25519",
      publicKey: raw.toString("base64url"),
      fingerprint: createHash("sha256").update(raw).digest("hex"),
      activeFrom: clock.now(),
    },
  ]);
  // Whoever verifies knows a new key before anything is signed with it.
  const { kid } = rotateKey(path, "custody", { clock });
  utimesSync(path, new Date(), new Date(Date.now() + 5000));
  clock.advance(31);
  expect(signer.publicKeys().map((one) => one.kid)).toEqual([key?.kid ?? "", kid]);
});
