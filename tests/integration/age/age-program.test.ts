import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newFileKey, newPayloadNonce } from "#platform/age/file-key";
import {
  headerForPassphrase,
  headerForRecipient,
  headerLength,
  openHeader,
} from "#platform/age/header";
import { newIdentity } from "#platform/age/identities";
import { chunkBytes, createPayloadCipher } from "#platform/age/payload-cipher";
import { newShownKey, readShownKey } from "#platform/age/shown-key";
import { decryptStream, encryptStream } from "#platform/age/streams";
import { inPieces, refusalOf, someBytes, wholeOf } from "../../support/age-files.ts";
import { identityFile, runAge } from "../../support/age-program.ts";
import { sha256 } from "../../support/age-vectors.ts";
import { describeWith, outputOf } from "../../support/programs.ts";

const segmentChunks = 64;
const segmentBytes = segmentChunks * chunkBytes;
const sizes = [0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * segmentBytes, 9_000_001];

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "fintrack-age-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const at = (name: string) => join(directory, name);
const bytesAt = async (name: string) => new Uint8Array(await Bun.file(at(name)).arrayBuffer());

/** What the program makes of a file with these keys. It makes no file at all of an empty payload. */
async function decryptedWith(path: string, name: string): Promise<Uint8Array> {
  rmSync(at("decrypted"), { force: true });
  await outputOf(["age", "-d", "-i", path, "-o", at("decrypted"), at(name)]);
  return decrypted();
}

async function decryptedByTyping(key: string, name: string): Promise<Uint8Array> {
  rmSync(at("decrypted"), { force: true });
  const run = await runAge(["-d", "-o", at("decrypted"), at(name)], [key]);
  expect(run).toMatchObject({ code: 0 });
  return decrypted();
}

const decrypted = () => (existsSync(at("decrypted")) ? bytesAt("decrypted") : new Uint8Array());

/** A payload as segments of 64 chunks, each sealed by itself. */
async function segmentsOf(fileKey: Uint8Array, nonce: Uint8Array, plain: Uint8Array) {
  const cipher = await createPayloadCipher(fileKey, nonce);
  const count = Math.max(1, Math.ceil(plain.length / segmentBytes));
  const sealing = Array.from({ length: count }, (_, segment) => {
    const part = plain.subarray(segment * segmentBytes, (segment + 1) * segmentBytes);
    return cipher.sealChunks(segment * segmentChunks, part, { endsPayload: segment === count - 1 });
  });
  return Promise.all(sealing);
}

describeWith(["age", "age-keygen"], "the standard age program", () => {
  test("knows our identities by the same recipients", async () => {
    const { identity, recipient } = await newIdentity();
    const path = await identityFile(directory, identity);
    expect((await outputOf(["age-keygen", "-y", path])).trim()).toBe(recipient);
  });

  test("makes identities that open what we encrypt to them", async () => {
    const made = await outputOf(["age-keygen"]);
    const identity = /^AGE-SECRET-KEY-1\w+$/m.exec(made)?.[0] ?? "";
    const recipient = /age1\w+/.exec(made)?.[0] ?? "";
    const fileKey = newFileKey();
    const header = await headerForRecipient(fileKey, recipient);
    expect(await openHeader(header, { identity })).toEqual(fileKey);
  });

  test.each(sizes)("reads our streams and writes what we read: %i bytes", async (size) => {
    const { identity, recipient } = await newIdentity();
    const path = await identityFile(directory, identity);
    const plain = someBytes(size);

    await Bun.write(
      at("ours.age"),
      await wholeOf(encryptStream(inPieces(plain, [30_000]), [recipient])),
    );
    expect(sha256(await decryptedWith(path, "ours.age"))).toBe(sha256(plain));

    await Bun.write(at("plain"), plain);
    await outputOf(["age", "-r", recipient, "-o", at("theirs.age"), at("plain")]);
    const read = decryptStream(Bun.file(at("theirs.age")).stream(), identity);
    expect(sha256(await wholeOf(read))).toBe(sha256(plain));
  });

  test("refuses our streams when they are cut off, as we refuse its own", async () => {
    const { identity, recipient } = await newIdentity();
    const path = await identityFile(directory, identity);
    const plain = someBytes(3 * chunkBytes);
    const file = await wholeOf(encryptStream(inPieces(plain, [30_000]), [recipient]));
    await Bun.write(at("cut.age"), file.subarray(0, -1));
    const run = await runAge(["-d", "-i", path, "-o", at("cut"), at("cut.age")]);
    expect(run.code).not.toBe(0);

    await Bun.write(at("plain"), plain);
    await outputOf(["age", "-r", recipient, "-o", at("theirs.age"), at("plain")]);
    const theirs = (await bytesAt("theirs.age")).subarray(0, -1);
    expect(await refusalOf(wholeOf(decryptStream(inPieces(theirs, [999]), identity)))).toBe(
      "chunk_not_authentic",
    );
  });

  describe("with one payload and the header replaced", () => {
    test.each(sizes)(
      "opens with an identity first and a shown key later: %i bytes",
      async (size) => {
        const plain = someBytes(size);
        const fileKey = newFileKey();
        const nonce = newPayloadNonce();
        const payload = await segmentsOf(fileKey, nonce, plain);
        const { identity, recipient } = await newIdentity();
        const path = await identityFile(directory, identity);
        const key = newShownKey(randomBytes);

        const reviewed = await headerForRecipient(fileKey, recipient);
        await Bun.write(at("reviewed.age"), Buffer.concat([reviewed, nonce, ...payload]));
        expect(sha256(await decryptedWith(path, "reviewed.age"))).toBe(sha256(plain));

        const revealed = await headerForPassphrase(fileKey, key);
        const file = Buffer.concat([revealed, nonce, ...payload]);
        await Bun.write(at("revealed.age"), file);
        expect(sha256(await decryptedByTyping(key, "revealed.age"))).toBe(sha256(plain));

        const typed = readShownKey(key.toLowerCase().replaceAll("-", " ")) ?? "";
        const opened = await openHeader(file.subarray(0, headerLength(file) ?? 0), {
          passphrase: typed,
        });
        expect(opened).toEqual(fileKey);
      },
    );

    test("takes the shown key as it is shown, and no other", async () => {
      const fileKey = newFileKey();
      const nonce = newPayloadNonce();
      const payload = await segmentsOf(fileKey, nonce, someBytes(10));
      const key = newShownKey(randomBytes);
      const header = await headerForPassphrase(fileKey, key);
      await Bun.write(at("shown.age"), Buffer.concat([header, nonce, ...payload]));
      for (const wrong of [key.toLowerCase(), key.replaceAll("-", ""), newShownKey(randomBytes)]) {
        const run = await runAge(["-d", "-o", at("wrong"), at("shown.age")], [wrong]);
        expect(run.code).toBe(1);
        expect(run.said).toContain("incorrect passphrase");
      }
    });
  });

  test("asks for more scrypt than we compute: its files for a passphrase are refused", async () => {
    const key = newShownKey(randomBytes);
    await Bun.write(at("plain"), someBytes(10));
    const run = await runAge(["-p", "-o", at("theirs-p.age"), at("plain")], [key, key]);
    expect(run).toMatchObject({ code: 0 });
    const file = await bytesAt("theirs-p.age");
    const header = file.subarray(0, headerLength(file) ?? 0);
    expect(Buffer.from(header).toString("latin1")).toContain(" 18\n");
    expect(await refusalOf(openHeader(header, { passphrase: key }))).toBe("header_invalid");
  });
});
