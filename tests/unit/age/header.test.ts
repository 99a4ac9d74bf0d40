import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { newFileKey } from "#platform/age/file-key";
import {
  headerForPassphrase,
  headerForRecipient,
  headerForRecipients,
  headerLength,
  maxHeaderBytes,
  maxRecipients,
  openHeader,
} from "#platform/age/header";
import { newIdentity } from "#platform/age/identities";
import { refusalOf, someBytes, withFlippedBit } from "../../support/age-files.ts";

const passphrase = "7ZK3P-00000-AAAAA-QRSTV";
const fileKeys = fc.uint8Array({ minLength: 16, maxLength: 16 });
const textOf = (header: Uint8Array) => Buffer.from(header).toString("latin1");
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

describe("a header for a recipient", () => {
  test("gives the file key to the identity, and to no other", async () => {
    const [mine, other] = [await newIdentity(), await newIdentity()];
    await fc.assert(
      fc.asyncProperty(fileKeys, async (fileKey) => {
        const header = await headerForRecipient(fileKey, mine.recipient);
        expect(await openHeader(header, mine)).toEqual(fileKey);
        expect(await openHeader(header, other)).toBeNull();
      }),
    );
  });

  test("looks as the specification has it, and is never the same", async () => {
    const { recipient } = await newIdentity();
    const fileKey = newFileKey();
    const header = await headerForRecipient(fileKey, recipient);
    expect(textOf(header)).toMatch(
      /^age-encryption\.org\/v1\n-> X25519 [\w+/]{43}\n[\w+/]{43}\n--- [\w+/]{43}\n$/,
    );
    expect(await headerForRecipient(fileKey, recipient)).not.toEqual(header);
  });

  test("opens for each of several, up to the bound", async () => {
    const all = await Promise.all(Array.from({ length: maxRecipients }, newIdentity));
    const recipients = all.map(({ recipient }) => recipient);
    const fileKey = newFileKey();
    const header = await headerForRecipients(fileKey, recipients);
    expect(header.length).toBeLessThan(maxHeaderBytes);
    for (const { identity } of all) expect(await openHeader(header, { identity })).toEqual(fileKey);
    for (const bad of [[], [...recipients, recipients[0] ?? ""]])
      await expect(headerForRecipients(fileKey, bad)).rejects.toThrow(RangeError);
  });

  test("is not made for what is no recipient, nor of what is no file key", async () => {
    const { identity, recipient } = await newIdentity();
    for (const bad of ["", "age1", identity])
      expect(await refusalOf(headerForRecipient(newFileKey(), bad))).toBe("recipient_invalid");
    await expect(headerForRecipient(someBytes(15), recipient)).rejects.toThrow(RangeError);
  });
});

describe("a header for a passphrase", () => {
  test("gives the file key to exactly this passphrase", async () => {
    const fileKey = newFileKey();
    const header = await headerForPassphrase(fileKey, passphrase);
    expect(textOf(header)).toMatch(
      /^age-encryption\.org\/v1\n-> scrypt [\w+/]{22} 14\n[\w+/]{43}\n--- [\w+/]{43}\n$/,
    );
    expect(await openHeader(header, { passphrase })).toEqual(fileKey);
    for (const wrong of ["", passphrase.toLowerCase(), passphrase.replaceAll("-", "")])
      expect(await openHeader(header, { passphrase: wrong })).toBeNull();
  });

  test("is computed beside other work", async () => {
    // In one of some: a busy machine may let this thread wait as long as that work takes.
    let most = 0;
    for (let tries = 0; tries < 50 && most <= 3; tries += 1) {
      let turns = 0;
      const counting = setInterval(() => {
        turns += 1;
      }, 1);
      await headerForPassphrase(newFileKey(), passphrase);
      clearInterval(counting);
      most = Math.max(most, turns);
    }
    expect(most).toBeGreaterThan(3);
  });

  test("that asks for more work than ours is refused before it is done", async () => {
    const header = textOf(await headerForPassphrase(newFileKey(), passphrase));
    const before = process.cpuUsage();
    for (const cost of ["15", "20", "22", "64", "99", "100", "1e1", "014", "-1", "0"]) {
      const bomb = bytesOf(header.replace(" 14\n", ` ${cost}\n`));
      expect(await refusalOf(openHeader(bomb, { passphrase }))).toBe("header_invalid");
    }
    // Doing the work of 2^20 takes some three seconds of a processor, and that of 2^22 four times as many.
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(1_000);
  });
});

describe("opening a header", () => {
  test("wants the right kind of key", async () => {
    const { identity, recipient } = await newIdentity();
    const byRecipient = await headerForRecipient(newFileKey(), recipient);
    const byPassphrase = await headerForPassphrase(newFileKey(), passphrase);
    expect(await openHeader(byRecipient, { passphrase })).toBeNull();
    expect(await openHeader(byPassphrase, { identity })).toBeNull();
    for (const bad of ["", recipient, identity.toLowerCase(), identity.replace(/.$/, "Q")]) {
      if (bad === identity) continue;
      expect(await refusalOf(openHeader(byRecipient, { identity: bad }))).toBe("identity_invalid");
    }
  });

  test("refuses a header with any one bit flipped, or takes the key for a wrong one", async () => {
    const { identity, recipient } = await newIdentity();
    const header = await headerForRecipient(newFileKey(), recipient);
    const macAt = textOf(header).indexOf("---");
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.nat(header.length * 8 - 1), async (bit) => {
        const changed = withFlippedBit(header, bit);
        let opened: Uint8Array | null = null;
        const refusal = await refusalOf(
          openHeader(changed, { identity }).then((key) => {
            opened = key;
          }),
        );
        expect(opened).toBeNull();
        if (refusal === "header_altered") expect(bit >> 3).toBeGreaterThan(macAt);
        seen.add(refusal ?? "wrong key");
      }),
      { numRuns: 400 },
    );
    expect([...seen].sort()).toEqual(["header_altered", "header_invalid", "wrong key"]);
  });

  test("refuses the end of one header on another", async () => {
    const { identity, recipient } = await newIdentity();
    const [one, other] = [
      textOf(await headerForRecipient(newFileKey(), recipient)),
      textOf(await headerForRecipient(newFileKey(), recipient)),
    ];
    const at = one.indexOf("---");
    const joined = bytesOf(one.slice(0, at) + other.slice(at));
    expect(await refusalOf(openHeader(joined, { identity }))).toBe("header_altered");
  });

  test("refuses a stanza that was added", async () => {
    const { identity, recipient } = await newIdentity();
    const header = textOf(await headerForRecipient(newFileKey(), recipient));
    const open = (text: string) => refusalOf(openHeader(bytesOf(text), { identity }));
    expect(await open(header.replace("---", "-> grease x\n\n---"))).toBe("header_altered");
    const scrypt = `-> scrypt ${"A".repeat(22)} 10\n${"A".repeat(43)}\n---`;
    expect(await open(header.replace("---", scrypt))).toBe("header_invalid");
    const opening = openHeader(bytesOf(header.replace("---", scrypt)), { identity });
    await expect(opening).rejects.toThrow("does not stand alone");
  });

  test("refuses what is no header, is none yet, or goes on after it", async () => {
    const { identity, recipient } = await newIdentity();
    const header = await headerForRecipient(newFileKey(), recipient);
    const open = (bytes: Uint8Array) => refusalOf(openHeader(bytes, { identity }));
    await fc.assert(
      fc.asyncProperty(fc.nat(header.length - 1), async (length) => {
        expect(headerLength(header.subarray(0, length))).toBeNull();
        expect(await open(header.subarray(0, length))).toBe("header_invalid");
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1 }), async (more) => {
        const longer = Buffer.concat([header, more]);
        expect(headerLength(longer)).toBe(header.length);
        expect(await open(longer)).toBe("header_invalid");
        expect(await open(more)).toBe("header_invalid");
      }),
    );
  });

  test("reads 4 KiB and no more", async () => {
    const { identity, recipient } = await newIdentity();
    const header = textOf(await headerForRecipient(newFileKey(), recipient));
    const grown = (bytes: number) =>
      bytesOf(header.replace("---", `-> ${"x".repeat(bytes - header.length - 5)}\n\n---`));
    const open = (bytes: Uint8Array) => refusalOf(openHeader(bytes, { identity }));
    expect(grown(maxHeaderBytes).length).toBe(maxHeaderBytes);
    expect(await open(grown(maxHeaderBytes))).toBe("header_altered");
    expect(await open(grown(maxHeaderBytes + 1))).toBe("header_invalid");
  });
});
