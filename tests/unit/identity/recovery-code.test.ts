import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  formatRecoveryCode,
  readRecoveryCode,
  recoveryCodeBytes,
} from "../../../src/modules/identity/domain/recovery-code.ts";

const randomBytes = fc.uint8Array({ minLength: recoveryCodeBytes, maxLength: recoveryCodeBytes });
const bare = (code: string) => code.replaceAll("-", "");

/** How a person may type one character of a code. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  "0": ["0", "O", "o"],
  "1": ["1", "I", "i", "L", "l"],
};
const spellingsOf = (character: string) =>
  spellings[character] ?? [character, character.toLowerCase()];

describe("formatRecoveryCode", () => {
  test.each([
    [new Uint8Array(10), "0000-0000-0000-0000"],
    [new Uint8Array(10).fill(255), "ZZZZ-ZZZZ-ZZZZ-ZZZZ"],
    [Uint8Array.from([0, 68, 50, 20, 199, 66, 84, 182, 53, 207]), "0123-4567-89AB-CDEF"],
  ])("spells %p as %p", (bytes, code) => {
    expect(formatRecoveryCode(bytes)).toBe(code);
  });

  test("four groups of four, without letters that look like digits", () => {
    fc.assert(
      fc.property(randomBytes, (bytes) => {
        expect(formatRecoveryCode(bytes)).toMatch(
          /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/,
        );
      }),
    );
  });

  test("other bytes are another code: no bit is lost", () => {
    fc.assert(
      fc.property(randomBytes, fc.nat({ max: 79 }), (bytes, bit) => {
        const changed = Uint8Array.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(formatRecoveryCode(changed)).not.toBe(formatRecoveryCode(bytes));
      }),
    );
  });

  test("takes nothing but ten bytes", () => {
    for (const length of [0, 9, 11])
      expect(() => formatRecoveryCode(new Uint8Array(length))).toThrow(RangeError);
  });
});

describe("readRecoveryCode", () => {
  test("reads what was shown, however it is typed", () => {
    const typed = randomBytes.chain((bytes) => {
      const code = formatRecoveryCode(bytes);
      return fc
        .tuple(
          ...[...bare(code)].map((character) =>
            fc.tuple(
              fc.constantFrom(...spellingsOf(character)),
              fc.constantFrom("", "", "", "-", " ", " - "),
            ),
          ),
        )
        .map((parts) => ({ code, typed: parts.flat().join("") }));
    });
    fc.assert(
      fc.property(typed, ({ code, typed }) => {
        expect(readRecoveryCode(typed)).toBe(bare(code));
      }),
    );
  });

  test("what it reads, it reads again as the same", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const code = readRecoveryCode(text);
        if (code !== null) expect(readRecoveryCode(code)).toBe(code);
      }),
    );
  });

  test.each([
    ["nothing", ""],
    ["hyphens alone", "----"],
    ["a character too few", "0123-4567-89AB-CDE"],
    ["a character too many", "0123-4567-89AB-CDEF0"],
    ["a letter that no code has", "U123-4567-89AB-CDEF"],
    ["a dotless i", "ı123-4567-89AB-CDEF"],
    ["a dotted capital I", "İ123-4567-89AB-CDEF"],
    ["full-width digits", "０123-4567-89AB-CDEF"],
    ["another hyphen", "0123–4567–89AB–CDEF"],
    ["a line break", "0123-4567-89AB-CDEF\n"],
  ])("refuses %s", (_what, typed) => {
    expect(readRecoveryCode(typed)).toBeNull();
  });
});
