import { describe, expect, test } from "bun:test";
import { Decrypter } from "age-encryption";
import fc from "fast-check";
import { newFileKey, newPayloadNonce } from "#platform/age/file-key";
import { headerForRecipient } from "#platform/age/header";
import { newIdentity } from "#platform/age/identities";
import {
  chunkBytes,
  createPayloadCipher,
  sealedChunkBytes,
  sealedSize,
} from "#platform/age/payload-cipher";
import {
  newPayload,
  plainSizes,
  refusalOf,
  someBytes,
  withFlippedBit,
} from "../../support/age-files.ts";

const whole = { endsPayload: true };
const partial = { endsPayload: false };
const sizes = plainSizes(4);

describe("a payload", () => {
  test("opens to what was sealed, and has the size that was foretold", async () => {
    const { cipher } = await newPayload();
    await fc.assert(
      fc.asyncProperty(sizes, async (size) => {
        const plain = someBytes(size);
        const sealed = await cipher.sealChunks(0, plain, whole);
        expect(sealed.length).toBe(sealedSize(size));
        expect(Buffer.from(await cipher.openChunks(0, sealed, whole)).equals(plain)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("is the same in segments, however many chunks each has", async () => {
    const { cipher } = await newPayload();
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 4 }), async (size, chunks) => {
        const plain = someBytes(size);
        const sealed: Uint8Array[] = [];
        const opened: Uint8Array[] = [];
        const segments = Math.max(1, Math.ceil(size / (chunks * chunkBytes)));
        for (let at = 0; at < segments; at += 1) {
          const first = at * chunks;
          const end = (first + chunks) * chunkBytes;
          const options = { endsPayload: at === segments - 1 };
          const segment = plain.subarray(first * chunkBytes, end);
          sealed.push(await cipher.sealChunks(first, segment, options));
          opened.push(await cipher.openChunks(first, sealed[at] ?? plain, options));
        }
        const one = await cipher.sealChunks(0, plain, whole);
        expect(Buffer.concat(sealed).equals(one)).toBe(true);
        expect(Buffer.concat(opened).equals(plain)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test("is what another implementation reads", async () => {
    const { identity, recipient } = await newIdentity();
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    await fc.assert(
      fc.asyncProperty(plainSizes(2), async (size) => {
        const { fileKey, nonce, cipher } = await newPayload();
        const plain = someBytes(size);
        const file = Buffer.concat([
          await headerForRecipient(fileKey, recipient),
          nonce,
          await cipher.sealChunks(0, plain, whole),
        ]);
        expect(Buffer.from(await decrypter.decrypt(file)).equals(plain)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  test("of nothing is one empty chunk", async () => {
    const { cipher } = await newPayload();
    const sealed = await cipher.sealChunks(0, new Uint8Array(), whole);
    expect(sealed.length).toBe(16);
    expect((await cipher.openChunks(0, sealed, whole)).length).toBe(0);
    expect(sealedSize(0)).toBe(16);
  });
});

describe("a single chunk", () => {
  test("is the one of the payload, and opens by itself", async () => {
    const { cipher } = await newPayload();
    const plain = someBytes(2 * chunkBytes + 5);
    const sealed = await cipher.sealChunks(0, plain, whole);
    for (const index of [2, 0, 1]) {
      const chunk = sealed.subarray(index * sealedChunkBytes, (index + 1) * sealedChunkBytes);
      const part = plain.subarray(index * chunkBytes, (index + 1) * chunkBytes);
      expect(await cipher.sealChunk(index, index === 2, part)).toEqual(chunk);
      expect(await cipher.openChunk(index, index === 2, chunk)).toEqual(part);
    }
  });

  test("may have any number that JavaScript counts to, and each is sealed differently", async () => {
    const { cipher } = await newPayload();
    const plain = someBytes(10);
    const counts = [0, 1, 255, 256, 257, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
    const sealed = await Promise.all(counts.map((index) => cipher.sealChunk(index, true, plain)));
    expect(new Set(sealed.map((bytes) => Buffer.from(bytes).toString("hex"))).size).toBe(8);
    for (const [at, index] of counts.entries())
      expect(await cipher.openChunk(index, true, sealed[at] ?? plain)).toEqual(plain);
    for (const index of [-1, 0.5, 2 ** 53, Number.NaN])
      await expect(cipher.sealChunk(index, true, plain)).rejects.toThrow(RangeError);
  });

  test("that no payload has is not sealed", async () => {
    const { cipher } = await newPayload();
    for (const [index, isLast, size] of [
      [0, false, chunkBytes - 1],
      [0, false, 0],
      [0, true, chunkBytes + 1],
      [1, true, 0],
    ] as const)
      await expect(cipher.sealChunk(index, isLast, someBytes(size))).rejects.toThrow(RangeError);
    for (const [first, size, options] of [
      [0, chunkBytes + 1, partial],
      [0, 0, partial],
      [64, 0, whole],
    ] as const)
      await expect(cipher.sealChunks(first, someBytes(size), options)).rejects.toThrow(RangeError);
  });

  test("is refused where it is not, as last or not last, cut or grown", async () => {
    const { cipher } = await newPayload();
    const inner = await cipher.sealChunk(3, false, someBytes(chunkBytes));
    const last = await cipher.sealChunk(3, true, someBytes(chunkBytes));
    expect(await refusalOf(cipher.openChunk(4, false, inner))).toBe("chunk_not_authentic");
    expect(await refusalOf(cipher.openChunk(3, true, inner))).toBe("truncated");
    expect(await refusalOf(cipher.openChunk(3, false, last))).toBe("trailing_data");
    for (const length of [0, 1, 15, 16, 17, sealedChunkBytes - 1])
      for (const isLast of [true, false])
        expect(await refusalOf(cipher.openChunk(3, isLast, inner.subarray(0, length)))).toBe(
          "chunk_not_authentic",
        );
    const grown = Buffer.concat([last, new Uint8Array(1)]);
    expect(await refusalOf(cipher.openChunk(3, true, grown))).toBe("chunk_not_authentic");
  });
});

describe("a payload that is not what was sealed", () => {
  const some = fc.integer({ min: chunkBytes + 1, max: 4 * chunkBytes });
  const sealing = async (size: number) => {
    const payload = await newPayload();
    const sealed = await payload.cipher.sealChunks(0, someBytes(size), whole);
    return { ...payload, sealed };
  };
  const chunksOf = (sealed: Uint8Array) =>
    Array.from({ length: Math.ceil(sealed.length / sealedChunkBytes) }, (_, at) =>
      sealed.subarray(at * sealedChunkBytes, (at + 1) * sealedChunkBytes),
    );

  test("is refused for any one flipped bit", async () => {
    await fc.assert(
      fc.asyncProperty(
        some,
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        async (size, at) => {
          const { cipher, sealed } = await sealing(size);
          const changed = withFlippedBit(sealed, Math.floor(at * sealed.length * 8));
          expect(await refusalOf(cipher.openChunks(0, changed, whole))).toBe("chunk_not_authentic");
        },
      ),
      { numRuns: 40 },
    );
  });

  test("is refused wherever it was cut off", async () => {
    await fc.assert(
      fc.asyncProperty(
        some,
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        async (size, at) => {
          const { cipher, sealed } = await sealing(size);
          const cut = sealed.subarray(0, Math.floor(at * sealed.length));
          expect(await refusalOf(cipher.openChunks(0, cut, whole))).toBe(
            cut.length % sealedChunkBytes === 0 ? "truncated" : "chunk_not_authentic",
          );
          for (let chunks = 0; chunks * sealedChunkBytes < sealed.length; chunks += 1) {
            const even = sealed.subarray(0, chunks * sealedChunkBytes);
            expect(await refusalOf(cipher.openChunks(0, even, whole))).toBe("truncated");
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test("is refused with anything after its end", async () => {
    await fc.assert(
      fc.asyncProperty(some, fc.uint8Array({ minLength: 1, maxLength: 40 }), async (size, more) => {
        const { cipher, sealed } = await sealing(size);
        const longer = Buffer.concat([sealed, more]);
        expect(await refusalOf(cipher.openChunks(0, longer, whole))).not.toBeNull();
        const full = await cipher.sealChunks(0, someBytes(chunkBytes), whole);
        const after = Buffer.concat([full, more]);
        expect(await refusalOf(cipher.openChunks(0, after, whole))).toBe("trailing_data");
      }),
      { numRuns: 30 },
    );
  });

  test("is refused with chunks swapped, doubled, left out or of a neighbour", async () => {
    const changes = fc.constantFrom("swap", "double", "leave out", "replace");
    await fc.assert(
      fc.asyncProperty(some, fc.nat(), fc.nat(), changes, async (size, a, b, change) => {
        const { cipher, sealed } = await sealing(size);
        const chunks = chunksOf(sealed);
        const [one, other] = [a % chunks.length, b % chunks.length];
        const [first = sealed, second = sealed] = [chunks[one], chunks[other]];
        if (change === "swap") {
          chunks[one] = second;
          chunks[other] = first;
        } else if (change === "double") chunks.splice(other, 0, first);
        else if (change === "leave out") chunks.splice(one, 1);
        else chunks[one] = second;
        const changed = Buffer.concat(chunks);
        if (changed.equals(sealed)) return;
        expect(await refusalOf(cipher.openChunks(0, changed, whole))).toBeOneOf([
          "chunk_not_authentic",
          "truncated",
        ]);
      }),
      { numRuns: 60 },
    );
  });

  test("is refused as another segment than it is", async () => {
    const { cipher } = await newPayload();
    const plain = someBytes(2 * chunkBytes);
    const inner = await cipher.sealChunks(2, plain, partial);
    const last = await cipher.sealChunks(4, plain, whole);
    const open = (first: number, bytes: Uint8Array, options: typeof whole) =>
      refusalOf(cipher.openChunks(first, bytes, options));
    expect(await open(2, inner, partial)).toBeNull();
    expect(await open(4, last, whole)).toBeNull();
    expect(await open(4, inner, partial)).toBe("chunk_not_authentic");
    expect(await open(2, inner, whole)).toBe("truncated");
    expect(await open(4, last, partial)).toBe("trailing_data");
    expect(await open(2, inner.subarray(0, -1), partial)).toBe("chunk_not_authentic");
    expect(await open(2, new Uint8Array(), partial)).toBe("truncated");
  });

  test("is refused under another file key or nonce", async () => {
    const { fileKey, nonce, sealed } = await sealing(chunkBytes + 1);
    for (const cipher of [
      await createPayloadCipher(newFileKey(), nonce),
      await createPayloadCipher(fileKey, newPayloadNonce()),
    ])
      expect(await refusalOf(cipher.openChunks(0, sealed, whole))).toBe("chunk_not_authentic");
    await expect(createPayloadCipher(someBytes(15), nonce)).rejects.toThrow(RangeError);
    await expect(createPayloadCipher(fileKey, someBytes(17))).rejects.toThrow(RangeError);
  });
});
