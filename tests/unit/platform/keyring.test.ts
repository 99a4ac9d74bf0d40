import { afterEach, describe, expect, test } from "bun:test";
import { sign, verify } from "node:crypto";
import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addSeconds, parseInstant } from "#platform/kernel/time";
import { keyPurposes } from "#platform/keyring/key-entries";
import { openKeyring, rotateKey } from "#platform/keyring/keyring";

const start = parseInstant("2026-01-01T00:00:00Z");
const directories: string[] = [];
function freshPath(): string {
  const directory = mkdtempSync(join(tmpdir(), "keyring-"));
  directories.push(directory);
  return join(directory, "keys", "keyring.json");
}
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});
const clockAt = (seconds: { value: number }) => ({ now: () => addSeconds(start, seconds.value) });
const file = (path: string, create = true) => ({ source: "file", path, create }) as const;

describe("a new keyring", () => {
  test("is made with mode 0600 in a directory with mode 0700 and survives a restart", () => {
    const path = freshPath();
    const clock = clockAt({ value: 0 });
    const mac = openKeyring(file(path), { clock }).hmac("idempotency", "body");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
    expect(openKeyring(file(path), { clock }).hmac("idempotency", "body")).toBe(mac);
  });
  test("is not made in production: the start stops and says what to run", () => {
    expect(() => openKeyring(file(freshPath(), false), { clock: clockAt({ value: 0 }) })).toThrow(
      "does not exist",
    );
  });
  test("gets a key for a purpose that a later version adds", () => {
    const path = freshPath();
    const clock = clockAt({ value: 0 });
    openKeyring(file(path), { clock, purposes: { idempotency: "symmetric" } });
    openKeyring(file(path), { clock });
    const { keys } = JSON.parse(readFileSync(path, "utf8"));
    expect(keys).toHaveLength(Object.keys(keyPurposes).length);
  });
});

test("purposes do not share keys: the same data has another code", () => {
  const keyring = openKeyring(file(freshPath()), { clock: clockAt({ value: 0 }) });
  expect(keyring.hmac("idempotency", "x")).not.toBe(keyring.hmac("audit-context", "x"));
});

test("a code is verified, a changed or malformed one is not", () => {
  const keyring = openKeyring(file(freshPath()), { clock: clockAt({ value: 0 }) });
  const mac = keyring.hmac("idempotency", "data");
  expect(keyring.verifyHmac("idempotency", "data", mac)).toBe(true);
  expect(keyring.verifyHmac("idempotency", "Data", mac)).toBe(false);
  expect(keyring.verifyHmac("idempotency", "data", `${mac.slice(0, -1)}g`)).toBe(false);
  expect(keyring.verifyHmac("idempotency", "data", mac.slice(2))).toBe(false);
});

test("after a rotation every node verifies with both keys before any uses the new one", () => {
  const path = freshPath();
  const [time, otherTime] = [{ value: 0 }, { value: 0 }];
  const node = openKeyring(file(path), { clock: clockAt(time) });
  const late = openKeyring(file(path), { clock: clockAt(otherTime) });
  const before = node.hmac("idempotency", "x");
  rotateKey(path, "idempotency", { clock: clockAt(time) });
  utimesSync(path, new Date(), new Date(Date.now() + 5000)); // coarse clocks of file systems
  time.value = 60;
  otherTime.value = 60;
  expect(node.hmac("idempotency", "x")).toBe(before);
  time.value = 601;
  const after = node.hmac("idempotency", "x");
  expect(after).not.toBe(before);
  expect(late.verifyHmac("idempotency", "x", after)).toBe(true);
  expect(node.verifyHmac("idempotency", "x", before)).toBe(true);
  time.value = 600 + 31 * 86_400;
  expect(node.verifyHmac("idempotency", "x", before)).toBe(false);
  expect(node.verifyHmac("idempotency", "x", after)).toBe(true);
});

test("a code is made again as it was, although the key was rotated meanwhile", () => {
  const path = freshPath();
  const time = { value: 0 };
  const clock = clockAt(time);
  const keyring = openKeyring(file(path), { clock });
  const madeAt = clock.now();
  const mac = keyring.hmac("refresh-token", "x");
  rotateKey(path, "refresh-token", { clock });
  utimesSync(path, new Date(), new Date(Date.now() + 5000));
  time.value = 700;
  expect(keyring.hmac("refresh-token", "x")).not.toBe(mac);
  expect(keyring.hmac("refresh-token", "x", madeAt)).toBe(mac);
});

test("a file that others may read is refused", () => {
  const path = freshPath();
  const clock = clockAt({ value: 0 });
  openKeyring(file(path), { clock });
  chmodSync(path, 0o640);
  expect(() => openKeyring(file(path), { clock })).toThrow("chmod 600");
});

test("a broken file stops the start without showing its content", () => {
  const path = freshPath();
  const clock = clockAt({ value: 0 });
  openKeyring(file(path), { clock });
  for (const content of ["SECRET", '{"version":1,"keys":[{"material":"SECRET"}]}']) {
    writeFileSync(path, content);
    const failure = (() => {
      try {
        openKeyring(file(path), { clock });
        return "no error";
      } catch (error) {
        return String(error);
      }
    })();
    expect(failure).toContain("keyring:");
    expect(failure).not.toContain("SECRET");
  }
});

test("a file broken while running leaves the known keys in use", () => {
  const path = freshPath();
  const time = { value: 0 };
  const keyring = openKeyring(file(path), { clock: clockAt(time) });
  const mac = keyring.hmac("idempotency", "x");
  writeFileSync(path, "half a fi");
  time.value = 60;
  expect(keyring.hmac("idempotency", "x")).toBe(mac);
});

test("signing pairs sign with the first and verify with all of the purpose", () => {
  const path = freshPath();
  const purposes = { tokens: "ed25519", exchange: "x25519" } as const;
  const time = { value: 0 };
  const keyring = openKeyring(file(path), { clock: clockAt(time), purposes });
  const [pair] = keyring.pairs("tokens");
  if (!pair) throw new Error("no pair");
  const signature = sign(null, Buffer.from("x"), pair.privateKey);
  expect(verify(null, Buffer.from("x"), pair.publicKey, signature)).toBe(true);
  expect(keyring.pairs("exchange")[0]?.publicKey.asymmetricKeyType).toBe("x25519");
  rotateKey(path, "tokens", { clock: clockAt(time), purposes });
  utimesSync(path, new Date(), new Date(Date.now() + 5000));
  time.value = 700;
  expect(keyring.pairs("tokens").map((item) => item.kid)).toHaveLength(2);
  expect(keyring.pairs("tokens")[0]?.kid).not.toBe(pair.kid);
});

test("keys whose signatures are verified for years never retire", () => {
  const path = freshPath();
  const purposes = { log: "signing" } as const;
  const time = { value: 0 };
  const keyring = openKeyring(file(path), { clock: clockAt(time), purposes });
  const [first] = keyring.pairs("log");
  const { activeFrom } = rotateKey(path, "log", { clock: clockAt(time), purposes });
  utimesSync(path, new Date(), new Date(Date.now() + 5000));
  time.value = 60;
  // Announced: nodes know it before any signs with it.
  expect(keyring.pairs("log").map(({ kid }) => kid)).toEqual([
    first?.kid ?? "",
    expect.stringMatching(/^[0-9a-f]{16}$/),
  ]);
  time.value = 20 * 365 * 86_400;
  const [second, ...older] = keyring.pairs("log");
  expect(second?.activeFrom).toBe(activeFrom);
  expect(second?.publicKey.asymmetricKeyType).toBe("ed25519");
  expect(older.map(({ kid }) => kid)).toEqual([first?.kid ?? ""]);
});
