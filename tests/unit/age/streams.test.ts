import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { AgeError } from "#platform/age/errors";
import { headerLength } from "#platform/age/header";
import { newIdentity } from "#platform/age/identities";
import {
  chunkBytes,
  chunksInFlight,
  sealedChunkBytes,
  sealedSize,
} from "#platform/age/payload-cipher";
import { decryptStream, encryptStream } from "#platform/age/streams";
import {
  inPieces,
  plainSizes,
  refusalOf,
  someBytes,
  wholeOf,
  withFlippedBit,
} from "../../support/age-files.ts";

const { identity, recipient } = await newIdentity();
const batchBytes = chunksInFlight * chunkBytes;
const sizes = fc.oneof(
  plainSizes(3),
  fc.constantFrom(batchBytes - 1, batchBytes, batchBytes + 1, 2 * batchBytes),
);
const pieces = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: 100, max: 5_000 }), fc.constant(3 * batchBytes)),
  { minLength: 1, maxLength: 5 },
);
const moving = pieces.filter((given) => given.some((size) => size > 0));

const fileOf = (plain: Uint8Array) =>
  wholeOf(encryptStream(inPieces(plain, [50_000]), [recipient]));
const decrypting = (file: Uint8Array, sizesOfPieces = [70_000]) =>
  decryptStream(inPieces(file, sizesOfPieces), identity);
const payloadAt = (file: Uint8Array) => (headerLength(file) ?? 0) + 16;

/** What is given out before the refusal, and the refusal. */
async function readUp(file: Uint8Array) {
  const given: Uint8Array[] = [];
  const refusal = await refusalOf(
    (async () => {
      for await (const bytes of decrypting(file)) given.push(new Uint8Array(bytes));
    })(),
  );
  return { given: Buffer.concat(given), refusal };
}

describe("a stream", () => {
  test("is decrypted to what was encrypted, however it is cut into pieces", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, moving, moving, async (size, before, after) => {
        const plain = someBytes(size);
        const file = await wholeOf(encryptStream(inPieces(plain, before), [recipient]));
        expect(file.length).toBe(payloadAt(file) + sealedSize(size));
        expect((await wholeOf(decrypting(file, after))).equals(plain)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("comes byte by byte, too", async () => {
    const plain = someBytes(1_000);
    const file = await wholeOf(encryptStream(inPieces(plain, [1]), [recipient]));
    expect((await wholeOf(decrypting(file, [1]))).equals(plain)).toBe(true);
  });

  test("opens for each of its recipients and nobody else", async () => {
    const [one, other, stranger] = [await newIdentity(), await newIdentity(), await newIdentity()];
    const plain = someBytes(100_000);
    const file = await wholeOf(
      encryptStream(inPieces(plain, [9_000]), [one.recipient, other.recipient]),
    );
    for (const reader of [one, other]) {
      const opened = decryptStream(inPieces(file, [9_000]), reader.identity);
      expect((await wholeOf(opened)).equals(plain)).toBe(true);
    }
    const opening = wholeOf(decryptStream(inPieces(file, [9_000]), stranger.identity));
    expect(await refusalOf(opening)).toBe("no_match");
  });

  test("is never encrypted alike", async () => {
    const plain = someBytes(10);
    const [one, other] = [await fileOf(plain), await fileOf(plain)];
    expect(one.subarray(payloadAt(one)).equals(other.subarray(payloadAt(other)))).toBe(false);
  });

  test("needs recipients and identities that are some", async () => {
    const refused = (to: string) =>
      refusalOf(wholeOf(encryptStream(inPieces(someBytes(1), [1]), [to])));
    expect(await refused(identity)).toBe("recipient_invalid");
    await expect(wholeOf(encryptStream(inPieces(someBytes(1), [1]), []))).rejects.toThrow(
      RangeError,
    );
    const opening = wholeOf(decryptStream(inPieces(await fileOf(someBytes(1)), [99]), recipient));
    expect(await refusalOf(opening)).toBe("identity_invalid");
  });
});

describe("a file that is not what was written", () => {
  const plain = someBytes(batchBytes + 2 * chunkBytes + 77);
  const file = fileOf(plain);

  test("is refused for any one flipped bit, and gives only what comes before", async () => {
    const original = await file;
    const seen = new Set<string | null>();
    const inHeader = fc.nat(payloadAt(original) * 8 - 1);
    const anywhere = fc.nat(original.length * 8 - 1);
    await fc.assert(
      fc.asyncProperty(fc.oneof(inHeader, anywhere), async (bit) => {
        const { given, refusal } = await readUp(withFlippedBit(original, bit));
        const chunk = Math.floor(((bit >> 3) - payloadAt(original)) / sealedChunkBytes);
        expect(refusal).not.toBeNull();
        expect(given.equals(plain.subarray(0, Math.max(0, chunk) * chunkBytes))).toBe(true);
        seen.add(refusal);
      }),
      { numRuns: 120 },
    );
    expect([...seen].sort()).toEqual([
      "chunk_not_authentic",
      "header_altered",
      "header_invalid",
      "no_match",
    ]);
  });

  test("is refused wherever it ends too early, and gives only whole chunks", async () => {
    const original = await file;
    const start = payloadAt(original);
    const evenEnds = fc.nat(10).map((chunks) => start + chunks * sealedChunkBytes);
    await fc.assert(
      fc.asyncProperty(fc.oneof(evenEnds, fc.nat(original.length - 1)), async (length) => {
        const { given, refusal } = await readUp(original.subarray(0, length));
        const left = length - start;
        const chunks = Math.max(0, Math.floor(left / sealedChunkBytes));
        expect(given.equals(plain.subarray(0, chunks * chunkBytes))).toBe(true);
        if (left < 0) expect(refusal).toBe("header_invalid");
        else if (left % sealedChunkBytes === 0) expect(refusal).toBe("truncated");
        else expect(refusal).toBe("chunk_not_authentic");
      }),
      { numRuns: 60 },
    );
  });

  test("is refused with chunks moved between batches", async () => {
    const original = await file;
    const start = payloadAt(original);
    const chunkAt = (index: number) =>
      original.subarray(start + index * sealedChunkBytes, start + (index + 1) * sealedChunkBytes);
    await fc.assert(
      fc.asyncProperty(fc.nat(9), fc.nat(9), async (one, other) => {
        if (one === other) return;
        const moved = Buffer.from(original);
        moved.set(chunkAt(one), start + other * sealedChunkBytes);
        moved.set(chunkAt(other), start + one * sealedChunkBytes);
        const { given, refusal } = await readUp(moved);
        expect(refusal).toBe("chunk_not_authentic");
        expect(given.length).toBe(Math.min(one, other) * chunkBytes);
      }),
      { numRuns: 25 },
    );
  });

  test("is refused with something after its end", async () => {
    const { given, refusal } = await readUp(Buffer.concat([await file, someBytes(3)]));
    expect(refusal).toBe("chunk_not_authentic");
    expect(given.length).toBe((chunksInFlight + 2) * chunkBytes);
    const full = await fileOf(someBytes(batchBytes));
    expect((await readUp(Buffer.concat([full, someBytes(3)]))).refusal).toBe("trailing_data");
  });

  test("is refused with the header or the nonce of another file for the same recipient", async () => {
    const [one, other] = [await file, await fileOf(plain)];
    const [start, nonceAt] = [payloadAt(one), payloadAt(one) - 16];
    const foreignHeader = Buffer.concat([other.subarray(0, nonceAt), one.subarray(nonceAt)]);
    const foreignNonce = Buffer.concat([
      one.subarray(0, nonceAt),
      other.subarray(nonceAt, start),
      one.subarray(start),
    ]);
    for (const changed of [foreignHeader, foreignNonce]) {
      const { given, refusal } = await readUp(changed);
      expect(refusal).toBe("chunk_not_authentic");
      expect(given.length).toBe(0);
    }
  });

  test("is refused when it is none, without reading on for ever", async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array, void> {
      for (;;) {
        read += 1_000;
        yield new Uint8Array(1_000).fill(65);
      }
    }
    expect(await refusalOf(wholeOf(decryptStream(endless(), identity)))).toBe("header_invalid");
    expect(read).toBeLessThanOrEqual(5_000);
    expect(await refusalOf(wholeOf(decrypting(new Uint8Array())))).toBe("header_invalid");
  });
});

describe("a source", () => {
  /** Ends by an error after so many bytes, and says whether it was closed. */
  function failing(bytes: Uint8Array) {
    const state = { closed: false };
    async function* source(): AsyncGenerator<Uint8Array, void> {
      try {
        yield* inPieces(bytes, [40_000]);
        throw new Error("the disk is gone");
      } finally {
        state.closed = true;
      }
    }
    return { source: source(), state };
  }

  test("that fails makes the stream fail with its own error", async () => {
    const plain = someBytes(200_000);
    const encrypting = failing(plain);
    await expect(wholeOf(encryptStream(encrypting.source, [recipient]))).rejects.toThrow(
      "the disk",
    );
    const decrypted = failing(await fileOf(plain));
    await expect(wholeOf(decryptStream(decrypted.source, identity))).rejects.toThrow("the disk");
  });

  test("is closed by who reads no further", async () => {
    const plain = someBytes(3 * batchBytes);
    const encrypting = failing(plain);
    let parts = 0;
    for await (const _ of encryptStream(encrypting.source, [recipient])) if (++parts === 3) break;
    expect(encrypting.state.closed).toBe(true);
    const decrypted = failing(await fileOf(plain));
    for await (const _ of decryptStream(decrypted.source, identity)) break;
    expect(decrypted.state.closed).toBe(true);
  });

  test("is closed when what it gives is refused", async () => {
    const { source, state } = failing(
      withFlippedBit(await fileOf(someBytes(3 * batchBytes)), 9_000),
    );
    await expect(wholeOf(decryptStream(source, identity))).rejects.toThrow(AgeError);
    expect(state.closed).toBe(true);
  });
});
