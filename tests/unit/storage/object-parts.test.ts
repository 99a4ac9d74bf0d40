import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { openParts } from "#platform/storage/object-parts";
import { piecesOf } from "../../support/disk-store.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

test("property: parts are the source, each full but the last, with what they and the whole hash to", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 200 }),
      async (pieces, partBytes) => {
        const bytes = Buffer.concat(pieces);
        const { parts, whole } = openParts(piecesOf(...pieces), partBytes);
        const cut = await Array.fromAsync(parts);
        expect(Buffer.concat(cut.map((part) => part.bytes)).equals(bytes)).toBe(true);
        expect(cut.map((part) => part.sha256)).toEqual(cut.map((part) => sha256(part.bytes)));
        expect(cut).toHaveLength(Math.max(1, Math.ceil(bytes.byteLength / partBytes)));
        for (const part of cut.slice(0, -1)) expect(part.bytes.byteLength).toBe(partBytes);
        expect(whole()).toEqual({ sizeBytes: bytes.byteLength, sha256: sha256(bytes) });
      },
    ),
    { numRuns: 200 },
  );
});

test("a source may use its buffer again once the next piece is asked for", async () => {
  async function* reusing() {
    const buffer = new Uint8Array(100);
    for (let value = 1; value <= 5; value += 1) yield buffer.fill(value);
  }
  const { parts } = openParts(reusing(), 150);
  const bytes = Buffer.concat((await Array.fromAsync(parts)).map((part) => part.bytes));
  expect([...bytes].filter((_, at) => at % 100 === 0)).toEqual([1, 2, 3, 4, 5]);
});

test("no more of a source is read than the part that is wanted needs", async () => {
  let given = 0;
  async function* counted() {
    for (; ; given += 1) yield new Uint8Array(64);
  }
  const { parts } = openParts(counted(), 128);
  await parts.next();
  expect(given).toBe(2);
  await parts.return();
});
