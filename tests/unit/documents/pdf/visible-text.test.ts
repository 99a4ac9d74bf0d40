import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createFaces } from "#platform/documents/pdf/fonts/faces";
import { createVisibleText } from "#platform/documents/pdf/text/visible-text";
import { wordsOf } from "#platform/documents/words";
import { anyText } from "../../../support/document-arbitraries.ts";

const faces = createFaces();
const words = wordsOf("en-US");

describe("text as it is shown", () => {
  test("Turkish, Cyrillic, Arabic and currency signs stay", () => {
    const visible = createVisibleText(faces);
    for (const text of [
      "Kadıköy İşçi Şube ₺ € ß ẞ",
      "Счёт за июнь",
      "فاتورة شهر يونيو",
      "نمی‌خواهم",
    ])
      expect(visible.of(text)).toBe(text);
    expect(visible.missing()).toEqual([]);
    expect(visible.notes(words)).toEqual([]);
  });

  test("what no font has stands as its code, and is named once", () => {
    const visible = createVisibleText(faces);
    expect(visible.of("報 a 報\u{1F468}")).toBe("[U+5831] a [U+5831][U+1F468]");
    expect(visible.missing()).toEqual(["U+5831", "U+1F468"]);
    expect(visible.notes(words)).toEqual([words.missingGlyphs("U+5831, U+1F468")]);
  });

  test("a character that a font shows as nothing is not taken for one that it has", () => {
    const visible = createVisibleText(faces);
    expect(visible.of("1\u28002")).toBe("1[U+2800]2");
    expect(visible.missing()).toEqual(["U+2800"]);
  });

  test("controls that turn text around are shown, not carried out", () => {
    const visible = createVisibleText(faces);
    expect(visible.of("\u202E12.50\u202C \u206612\u2069 \u200F")).toBe(
      "[U+202E]12.50[U+202C] [U+2066]12[U+2069] [U+200F]",
    );
    expect(visible.notes(words)).toEqual([
      words.invisibleCharacters("U+200F, U+202C, U+202E, U+2066, U+2069"),
    ]);
  });

  test("every kind of line end is one", () => {
    expect(createVisibleText(faces).of("a\r\nb\rc\u2028d\u2029e\vf")).toBe("a\nb\nc\nd\ne\nf");
  });

  test("marks do not pile up over other lines, and none stands on what is beside a text", () => {
    const visible = createVisibleText(faces);
    expect(visible.of(`q${"\u0301".repeat(6)}`)).toBe(`q${"\u0301".repeat(4)}[U+0301][U+0301]`);
    expect(visible.of("\u0301a")).toBe("\u25CC\u0301a");
  });

  test("a decomposed letter is the same as a composed one", () => {
    expect(createVisibleText(faces).of("S\u0327u")).toBe("Şu");
  });

  test("of any text only line ends and soft hyphens are left without a glyph", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const visible = createVisibleText(faces);
        for (const character of visible.of(text))
          expect(
            /[\n\u00AD]/.test(character) || faces.faceOf(character, "bold") !== undefined,
          ).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
