import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { fontFiles, readFont } from "#platform/documents/pdf/fonts/font-files";
import { bidiLevels } from "#platform/documents/pdf/text/bidi-levels";
import { describeWith, outputOf } from "../../support/programs.ts";

const directory = mkdtempSync(join(tmpdir(), "fintrack-bidi-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** All that may come before the algorithm: what the fonts have, without what is taken out of texts before. */
const fromFonts = fontFiles
  .flatMap((file) => readFont(file).characterSet)
  .map((codePoint) => String.fromCodePoint(codePoint))
  .filter((character) =>
    /[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(character),
  );
const likely = Array.from("abc 012 אבג ابت ()[]{}<>+-/,.:%€#\u0300\u064b٣٤\u00a0۵");

/** FriBidi lets "⁽" be closed by ")", which Unicode does not (BidiBrackets.txt). */
const comparable = (character: string): boolean =>
  !/[\p{Ps}\p{Pe}]/u.test(character) || character.normalize("NFKC") === character;

const line = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...likely) },
      { weight: 1, arbitrary: fc.constantFrom(...fromFonts.filter(comparable)) },
    ),
    { minLength: 1, maxLength: 15 },
  )
  .map((characters) => characters.join(""))
  // FriBidi takes a mark that follows no letter, and a bracket after it, for one run, and then misses the bracket.
  .filter((text) => !/(?<![\p{Lu}\p{Ll}\p{Lo}\p{Nd}\p{M}])\p{M}/u.test(text));

describeWith(["fribidi"], "the order of characters", () => {
  for (const [option, direction] of [
    ["--ltr", 0],
    ["--rtl", 1],
  ] as const)
    test(`is the one that FriBidi finds, with ${option}`, async () => {
      // A letter at the end: spaces there have no place on a line.
      const lines = fc.sample(line, 4_000).map((text) => `${text}x`);
      const path = join(directory, `${option}.txt`);
      writeFileSync(path, `${lines.join("\n")}\n`);
      const options = ["--nopad", "--nobreak", "--novisual", "--levels", option];
      const found = (await outputOf(["fribidi", ...options, path])).trim().split("\n");
      expect(found.length).toBe(lines.length);
      for (const [at, text] of lines.entries())
        expect(`${text}: ${bidiLevels(Array.from(text), direction).join(" ")}`).toBe(
          `${text}: ${found[at]?.trim().split(/\s+/).join(" ")}`,
        );
    });
});
