import type { DocumentHead } from "../../model.ts";
import { grey } from "./content.ts";
import { drawFacts } from "./facts.ts";
import { drawText } from "./running-text.ts";
import { type Sheet, styles } from "./sheet.ts";

const belowPt = 14;

/** What the document is, what must be known before its figures are read, and how it is told from another. */
export function drawTitleBlock(sheet: Sheet, head: DocumentHead, fingerprint: string): void {
  const { words, pages } = sheet;
  drawText(sheet, head.title, styles.title, { belowPt: 2 });
  drawText(sheet, head.subtitle ?? "", styles.subtitle, { belowPt: 4, colour: grey });
  pages.skip(4);
  drawFacts(sheet, [
    ...head.facts,
    { label: words.created, kind: "instant", value: head.createdAt },
    { label: words.document, kind: "text", value: head.id },
    { label: words.fingerprint, kind: "text", value: fingerprint },
  ]);
  pages.skip(belowPt);
}
