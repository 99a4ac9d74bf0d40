import { describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { newShownKey, readShownKey } from "#platform/age/shown-key";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const shape = /^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/;
const bytes = fc.uint8Array({ minLength: 20, maxLength: 20 });
const keys = bytes.map((given) => newShownKey(() => given));

describe("a new key", () => {
  test("has four groups of five characters that nobody confuses", () => {
    fc.assert(fc.property(keys, (key) => expect(key).toMatch(shape)));
    expect(newShownKey(randomBytes)).not.toBe(newShownKey(randomBytes));
  });

  test("has 100 bits: five of each of twenty bytes, and every character for as many bytes", () => {
    const counts = new Map<string, number>();
    for (let byte = 0; byte < 256; byte += 1) {
      const key = newShownKey((count) => new Uint8Array(count).fill(byte));
      expect(key.replaceAll("-", "")).toBe(alphabet.charAt(byte % 32).repeat(20));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual(Array(32).fill(8));
    fc.assert(
      fc.property(bytes, (given) => {
        const values = [...newShownKey(() => given).replaceAll("-", "")].map((character) =>
          alphabet.indexOf(character),
        );
        expect(values).toEqual([...given].map((byte) => byte % 32));
      }),
    );
  });
});

describe("a typed key", () => {
  const spellings: Readonly<Record<string, readonly string[]>> = {
    "0": ["0", "O", "o"],
    "1": ["1", "I", "i", "L", "l"],
  };
  const between = fc.constantFrom("", "", "", "-", " ", "--", "\t", "\u00a0", "\u2011", "\u2013");

  test("is what was shown, however it is typed", () => {
    fc.assert(
      fc.property(
        keys,
        fc.infiniteStream(fc.tuple(between, fc.nat())),
        fc.boolean(),
        (key, noise, keepsHyphens) => {
          const typed = [...(keepsHyphens ? key : key.replaceAll("-", ""))].map((character) => {
            const [separator, choice] = noise.next().value;
            const ways = spellings[character] ?? [character, character.toLowerCase()];
            return `${separator}${ways[choice % ways.length]}`;
          });
          expect(readShownKey(typed.join(""))).toBe(key);
        },
      ),
    );
  });

  test("is what was shown, exactly", () => {
    fc.assert(fc.property(keys, (key) => expect(readShownKey(key)).toBe(key)));
  });

  test("is none when a character is missing, doubled or strange", () => {
    fc.assert(
      fc.property(
        keys,
        fc.nat(18),
        fc.constantFrom("U", "u", "!", "ı", "ß", "é", "０", "."),
        (key, at, wrong) => {
          const bare = key.replaceAll("-", "");
          expect(readShownKey(bare.slice(0, at) + bare.slice(at + 1))).toBeNull();
          expect(readShownKey(`${bare.slice(0, at)}7${bare.slice(at)}`)).toBeNull();
          expect(readShownKey(bare.slice(0, at) + wrong + bare.slice(at + 1))).toBeNull();
        },
      ),
    );
    for (const text of ["", "-", " ", "hunter2"]) expect(readShownKey(text)).toBeNull();
  });

  test("is always in the form that is shown, whatever text was read", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        expect(readShownKey(text) ?? "00000-00000-00000-00000").toMatch(shape);
      }),
    );
  });

  test("is not looked for in a long text", () => {
    expect(readShownKey(`${" ".repeat(80)}${"7".repeat(20)}`)).toBe("77777-77777-77777-77777");
    expect(readShownKey(`${" ".repeat(81)}${"7".repeat(20)}`)).toBeNull();
  });
});
