import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createFaces } from "#platform/documents/pdf/fonts/faces";
import { createTypesetter, type Line } from "#platform/documents/pdf/text/typesetter";
import { createVisibleText } from "#platform/documents/pdf/text/visible-text";
import { anyText } from "../../../support/document-arbitraries.ts";

const faces = createFaces();
const visible = createVisibleText(faces);
const type = createTypesetter(faces, visible);
const style = { weight: "regular", sizePt: 10 } as const;

/** What the codes of a line stand for, from left to right. */
const seen = ({ operators }: Line): string =>
  [...operators.matchAll(/\/(F\d) \S+ Tf|<([0-9a-f]+)>/g)].reduce(
    ({ face, text }, [, name, codes = ""]) => {
      if (name !== undefined)
        return { face: faces.opened().find((one) => one.name === name), text };
      const shown = codes.match(/.{4}/g) ?? [];
      const glyphs = shown.map((code) => face?.used[Number.parseInt(code, 16) - 1]?.text);
      return { face, text: text + glyphs.join("") };
    },
    { face: faces.opened()[0], text: "" },
  ).text;

describe("lines", () => {
  test("are filled word by word, without the spaces at their ends", () => {
    const width = type.widthOf("one two", style);
    expect(type.lines("one two  three four", style, width).map(seen)).toEqual([
      "one two",
      "three",
      "four",
    ]);
  });

  test("have room for the spaces between their words, too", () => {
    const width = type.widthOf("one two", style);
    expect(type.lines("one two", style, width)).toHaveLength(1);
    expect(type.lines("one two", style, width - 0.5)).toHaveLength(2);
  });

  test("end where the text has line ends, and keep empty ones", () => {
    expect(type.lines("a\n\nb", style, 100).map(seen)).toEqual(["a", "", "b"]);
    expect(type.lines("", style, 100)).toEqual([]);
  });

  test("break a word that is longer than they are, but not a letter from its mark", () => {
    const width = type.widthOf("xxx", style);
    expect(type.lines("x".repeat(8), style, width).map(seen)).toEqual(["xxx", "xxx", "xx"]);
    const marked = type.lines("q\u0301q\u0301", style, type.widthOf("q", style));
    expect(marked.map(seen)).toEqual(["q\u0301", "q\u0301"]);
  });

  test("may end at soft hyphens, after hyphens between letters, and not at no-break spaces", () => {
    const width = type.widthOf("Donau-", style);
    expect(type.lines("Donau\u00ADdampf", style, width).map(seen)).toEqual(["Donau", "dampf"]);
    expect(type.lines("Donau-dampf", style, width).map(seen)).toEqual(["Donau-", "dampf"]);
    expect(type.widestWordOf("1\u00A0234,50 EUR", style)).toBe(
      type.widthOf("1\u00A0234,50", style),
    );
  });

  test("stand in the order of their own direction", () => {
    const arabic = "فاتورة رقم 12.50 EUR";
    const [line] = type.lines(arabic, style, 1000);
    expect(line?.isRightToLeft).toBe(true);
    const text = line ? seen(line) : "";
    expect(text.startsWith("EUR 12.50")).toBe(true);
    expect(Array.from(text.slice(9)).reverse().join("").normalize("NFKC")).toBe("فاتورة رقم ");
    const [ours] = type.lines(`${arabic} (continued)`, { ...style, direction: 0 }, 1000);
    expect(ours && seen(ours).endsWith("(continued)")).toBe(true);
  });

  test("mirror brackets in text from right to left, and say which they stand for", () => {
    const [line] = type.lines("אב (גד)", style, 1000);
    expect(line && seen(line)).toBe(")דג( בא");
    type.lines("()", style, 1000);
    const used = faces.opened()[0]?.used ?? [];
    const glyphsOf = (text: string) =>
      used.filter((one) => one.text === text).map((one) => one.glyph);
    expect(glyphsOf("(").sort()).toEqual(glyphsOf(")").sort());
    expect(glyphsOf("(")).toHaveLength(2);
  });

  test("join Arabic letters: they are narrower together than alone", () => {
    const alone = Array.from("سلام").reduce((sum, letter) => sum + type.widthOf(letter, style), 0);
    expect(type.widthOf("سلام", style)).toBeLessThan(alone * 0.9);
  });

  test("of digits are equally wide, so that figures stand below each other", () => {
    for (const weight of ["regular", "bold"] as const)
      for (const digit of "123456789")
        expect(type.widthOf(digit, { ...style, weight })).toBe(
          type.widthOf("0", { ...style, weight }),
        );
  });

  test("that are too many end with a sign that there was more", () => {
    const width = type.widthOf("word word", style);
    const lines = type.shortened("word ".repeat(50), style, width, 2);
    expect(lines.map(seen)).toEqual(["word word", "word wo…"]);
    expect(type.shortened("word", style, width, 1).map(seen)).toEqual(["word"]);
  });

  test("of any text hold all of it and are never wider than their room", () => {
    const widestCharacter = 20;
    fc.assert(
      fc.property(anyText, fc.integer({ min: widestCharacter, max: 200 }), (text, width) => {
        const lines = type.lines(text, style, width);
        for (const line of lines) expect(line.widthPt).toBeLessThanOrEqual(width + 0.01);
        const held = (shown: string) =>
          Array.from(shown.normalize("NFKC").replace(/[\s\u00AD]/g, ""))
            .sort()
            .join("");
        expect(held(lines.map(seen).join(""))).toBe(held(visible.of(text)));
      }),
      { numRuns: 500 },
    );
  });
});
