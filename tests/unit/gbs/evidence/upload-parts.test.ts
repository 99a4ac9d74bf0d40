import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { segmentBytes } from "#modules/gbs/bounds";
import {
  type Segment,
  segmentEnd,
  segmentsOf,
  tooManyBytes,
} from "#modules/gbs/domain/upload-parts";
import { chunksPerSegment } from "#modules/gbs/gateways/recording-layout";

const whole = new Uint8Array(3 * segmentBytes + 12_345).map(
  (_, index) => (index * 7) ^ (index >> 9),
);

async function* inPieces(bytes: Uint8Array, sizes: readonly number[]) {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const held = 3;
const macOf = (index: number) => {
  const hash = createHash("sha1").update(`${index} `);
  return { update: (bytes: Uint8Array) => void hash.update(bytes), hex: () => hash.digest("hex") };
};
const macOfAll = (index: number, bytes: Uint8Array): string => {
  const mac = macOf(index);
  mac.update(bytes);
  return mac.hex();
};

/** What is given, copied as late as it may be: when all memory that is allowed is in use. */
async function cut(
  source: AsyncIterable<Uint8Array>,
  from: { offset: number; lengthBytes: number },
) {
  const found: Segment[] = [];
  const given: Segment[] = [];
  let tooMany = false;
  const copyFirst = () => {
    const first = given.shift();
    if (first) found.push({ ...first, bytes: first.bytes.slice() });
  };
  for await (const segment of segmentsOf(source, { ...from, held, macOf })) {
    if (segment === tooManyBytes) tooMany = true;
    else given.push(segment);
    if (given.length === held) copyFirst();
  }
  while (given.length > 0) copyFirst();
  return { found, tooMany };
}

test("a segment is a whole number of chunks, as the format counts them", () => {
  expect(chunksPerSegment).toBe(64);
});

test("whatever comes in whatever pieces, whole segments are given in order, and the last one at the end alone", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: whole.length }),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: -2_000_000, max: 20 }),
      fc.array(fc.integer({ min: 50_000, max: 5_000_000 }), { minLength: 1, maxLength: 5 }),
      async (lengthBytes, startSegment, beyond, sizes) => {
        const offset = startSegment * segmentBytes;
        if (offset >= lengthBytes) return;
        const sent = Math.max(0, lengthBytes - offset + beyond);
        const source = whole.subarray(offset, Math.min(whole.length, offset + sent));
        const given = source.length;
        const { found, tooMany } = await cut(inPieces(source, sizes), { offset, lengthBytes });
        let at = offset;
        for (const { index, offset: start, bytes, mac } of found) {
          expect([index, start]).toEqual([at / segmentBytes, at]);
          expect(bytes.length).toBe(segmentEnd(at, lengthBytes) - at);
          expect(Buffer.compare(bytes, whole.subarray(at, at + bytes.length))).toBe(0);
          expect(mac).toBe(macOfAll(index, bytes));
          at += bytes.length;
        }
        const isAll = offset + given === lengthBytes;
        expect(tooMany).toBe(offset + given > lengthBytes);
        expect(at === lengthBytes).toBe(isAll);
        if (!isAll && !tooMany)
          expect(at).toBe(offset + Math.floor(given / segmentBytes) * segmentBytes);
      },
    ),
    { numRuns: 40 },
  );
});

test("a source that fails gives what was whole before it did", async () => {
  async function* failing() {
    yield whole.subarray(0, segmentBytes + 5);
    throw new Error("cut");
  }
  const given: number[] = [];
  const read = async () => {
    for await (const segment of segmentsOf(failing(), {
      ...{ offset: 0, lengthBytes: whole.length, held, macOf },
    }))
      if (segment !== tooManyBytes) given.push(segment.index);
  };
  await expect(read()).rejects.toThrow("cut");
  expect(given).toEqual([0]);
});
