import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import {
  changedShare,
  keptFile,
  keptPages,
  type LookedAt,
  lookedAt,
  pagesNow,
  parsePgm,
} from "../../support/page-looks.ts";
import { describeWith } from "../../support/programs.ts";

/** Another release of poppler may smooth edges otherwise; a line of text that moves changes far more. */
const maxChangedShare = 0.002;

/**
 * Keeps the pages as they are now. Look at them first (`pdftoppm -png`): what is kept is what is right from then on.
 * `KEEP_PAGES=yes bun test tests/integration/documents/pdf-looks.test.ts`; delete the old ones before.
 */
const isKeeping = process.env["KEEP_PAGES"] === "yes";

describeWith(["pdftoppm"], "the look of a PDF", () => {
  for (const name of Object.keys(lookedAt) as LookedAt[])
    test(`${name} is as somebody has seen it`, async () => {
      const pages = await pagesNow(name);
      if (isKeeping) {
        mkdirSync(keptPages, { recursive: true });
        for (const [index, page] of pages.entries()) writeFileSync(keptFile(name, index + 1), page);
      }
      const kept = readdirSync(keptPages).filter((file) => file.startsWith(`${name}-`));
      expect(pages.length).toBe(kept.length);
      for (const [index, page] of pages.entries()) {
        const before = parsePgm(readFileSync(keptFile(name, index + 1)));
        expect(changedShare(parsePgm(page), before)).toBeLessThan(maxChangedShare);
      }
    });

  test("is told from that of a page on which one line has moved", async () => {
    const [page] = await pagesNow("sample-en");
    const look = parsePgm(page ?? Buffer.alloc(0));
    const moved = Buffer.from(look.grey);
    // The title, one dot lower.
    const from = look.width * 6;
    moved.copyWithin(from + look.width, from, from + look.width * 6);
    expect(changedShare({ ...look, grey: moved }, look)).toBeGreaterThan(maxChangedShare);
  });
});
