import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { bidiLevels, directionOf } from "#platform/documents/pdf/text/bidi-levels";
import { visualOrder } from "#platform/documents/pdf/text/bidi-order";
import { mirroredOf } from "#platform/documents/pdf/text/brackets";

/** As it stands on paper, from left to right. */
function seen(text: string): string {
  const characters = Array.from(text);
  const levels = bidiLevels(characters, directionOf(characters));
  const parts = characters.map((character, at) => ({ character, level: levels[at] ?? 0 }));
  return visualOrder(parts)
    .map(({ character, level }) => (level % 2 === 1 ? mirroredOf(character) : character))
    .join("");
}

describe("the order of characters", () => {
  test("text from left to right stays as it is", () => {
    expect(seen("Rent (Berlin) 1,234.50 €")).toBe("Rent (Berlin) 1,234.50 €");
  });

  test("Hebrew and Arabic are turned around, what stands in them is not", () => {
    expect(seen("אבג")).toBe("גבא");
    expect(seen("אבג abc 12.50 דה")).toBe("הד abc 12.50 גבא");
    expect(seen("abc אבג 12 def")).toBe("abc 12 גבא def");
  });

  test("digits of a figure keep their order, with separators, signs and currency", () => {
    expect(seen("אבג 1,234.50€")).toBe("1,234.50€ גבא");
    expect(seen("السعر 1,234.50")).toBe("1,234.50 رعسلا");
    expect(seen("٣٤٥٫٦٧ ريال")).toBe("لاير ٣٤٥٫٦٧");
  });

  test("brackets are mirrored and stay around what they hold", () => {
    expect(seen("אב (גד)")).toBe("(דג) בא");
    expect(seen("אב (cd) <ef>")).toBe("<ef> (cd) בא");
    expect(seen("a (אב) c")).toBe("a (בא) c");
  });

  test("a text's first letter decides where it begins", () => {
    expect(directionOf(["1", "(", "א", "a"])).toBe(1);
    expect(directionOf(["1", "(", "a", "א"])).toBe(0);
    expect(directionOf(["1", "2"])).toBe(0);
  });

  test("no character is lost, doubled, or given a level that runs against its direction", () => {
    const text = fc.string({
      unit: fc.constantFrom(..."abאבع٣1 .,-+/€%()[]{}<>\u0301\u00a0"),
      maxLength: 25,
    });
    fc.assert(
      fc.property(text, fc.constantFrom(0 as const, 1 as const), (typed, base) => {
        const characters = Array.from(typed);
        const levels = bidiLevels(characters, base);
        const order = visualOrder(levels.map((level, at) => ({ level, at })));
        expect(order.map(({ at }) => at).sort((a, b) => a - b)).toEqual([...characters.keys()]);
        for (const [at, character] of characters.entries()) {
          const isOdd = (levels[at] ?? 0) % 2 === 1;
          if (/[ab1٣]/.test(character)) expect(isOdd).toBe(false);
          if (/[אבع]/.test(character)) expect(isOdd).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
