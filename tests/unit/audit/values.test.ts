import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { createRowValues, isCut, isSameValue, textOf } from "#platform/audit/values";

/** Characters of one to four bytes, up to some hundred kilobytes. */
const texts = fc
  .tuple(fc.constantFrom("a", "é", "語", "😀", "\u0001"), fc.nat({ max: 90_000 }), fc.string())
  .map(([character, times, end]) => `${character.repeat(times)}${end.toWellFormed()}`);
const rows = fc.array(texts, { maxLength: 12 });

const read = (row: readonly string[]) => {
  const values = createRowValues();
  return row.map((text) => values.read(Buffer.from(text)));
};

test("a value is kept whole, or by how it begins, its length and its hash", () => {
  fc.assert(
    fc.property(rows, (row) => {
      for (const [index, value] of read(row).entries()) {
        const text = row[index] ?? "";
        const bytes = Buffer.from(text);
        if (!isCut(value)) expect(value === text).toBe(true);
        else {
          expect(bytes.length).toBeGreaterThan(1_024);
          expect(text.startsWith(value.start)).toBe(true);
          expect(Buffer.byteLength(value.start)).toBeGreaterThan(1_020);
          expect(value).toMatchObject({
            bytes: bytes.length,
            sha256: createHash("sha256").update(bytes).digest("hex"),
          });
        }
      }
    }),
    { numRuns: 100 },
  );
});

test("what is kept of a row is bounded, whatever is in it", () => {
  fc.assert(
    fc.property(rows, (row) => {
      const kept = read(row).map((value) => Buffer.byteLength(textOf(value)));
      expect(kept.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(
        524_288 + row.length * 1_024,
      );
      expect(Math.max(0, ...kept)).toBeLessThanOrEqual(65_536);
    }),
    { numRuns: 100 },
  );
});

test("two values are the same when their texts are, cut or not", () => {
  fc.assert(
    fc.property(rows, texts, (before, text) => {
      const alone = read([text])[0];
      const behindOthers = read([...before, text]).at(-1);
      expect(isSameValue(alone, behindOthers)).toBe(true);
      expect(isSameValue(read([`${text}.`])[0], behindOthers)).toBe(false);
      expect(isSameValue(null, behindOthers)).toBe(false);
    }),
    { numRuns: 100 },
  );
});
