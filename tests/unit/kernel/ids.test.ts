import { expect, test } from "bun:test";
import fc from "fast-check";
import { momentOfId, parseId } from "#platform/kernel/ids";
import { decodeSequence, encodeCursor } from "#platform/kernel/page";
import { epochMs } from "#platform/kernel/time";

test("an id of ours tells the moment in which it was made", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date("9999-12-31") }), (at) => {
      const id = parseId(Bun.randomUUIDv7("hex", at));
      expect(epochMs(momentOfId(id))).toBe(at.getTime());
    }),
  );
});

test("a list by numbers goes on where it was, and nowhere else", () => {
  expect(decodeSequence(undefined)).toBeUndefined();
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999_999_999 }), (seq) => {
      expect(decodeSequence(encodeCursor([`${seq}`]))).toBe(seq);
    }),
  );
  for (const key of [["0"], ["-1"], ["1e3"], ["1", "2"], [""], ["9".repeat(16)], ["NaN"]])
    expect(() => decodeSequence(encodeCursor(key))).toThrow();
});
