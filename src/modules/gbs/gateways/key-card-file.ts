import encodeQR from "qr";
import { createCellFormat } from "#platform/documents/formatting";
import { createFaces } from "#platform/documents/pdf/fonts/faces";
import { black, rectangle } from "#platform/documents/pdf/page/content";
import { drawFacts } from "#platform/documents/pdf/page/facts";
import { createPages, marginPt } from "#platform/documents/pdf/page/pages";
import { drawText } from "#platform/documents/pdf/page/running-text";
import { type Sheet, styles } from "#platform/documents/pdf/page/sheet";
import { pdfFile } from "#platform/documents/pdf/pdf-file";
import { ascent, createTypesetter } from "#platform/documents/pdf/text/typesetter";
import { createVisibleText } from "#platform/documents/pdf/text/visible-text";
import { wordsOf } from "#platform/documents/words";
import type { KeyCard } from "../domain/key-card/key-card.ts";

/** A PDF of one page. It holds a key: made in memory alone, for no file of ours may ever have it. */
export type MakeKeyCard = (card: KeyCard) => Promise<Uint8Array>;

const keyStyle = { weight: "bold", sizePt: 24, direction: 0 } as const;
const keyRoomPt = 12;
/** Some 42 mm: read by a telephone from a hand's breadth, also off a bad print. */
const codePt = 120;
/** ISO/IEC 18004 asks for four modules of nothing around it. */
const quietModules = 4;

export const makeKeyCard: MakeKeyCard = async (card) => {
  const faces = createFaces();
  const visible = createVisibleText(faces);
  const type = createTypesetter(faces, visible);
  const pages = createPages("portrait");
  const { language, timeZone } = card;
  const sheet: Sheet = {
    ...{ pages, type, words: wordsOf(language) },
    format: createCellFormat(language, timeZone),
  };
  drawText(sheet, card.title, styles.title, { belowPt: 2 });
  drawText(sheet, card.subtitle, styles.subtitle, { belowPt: 14 });
  drawText(sheet, card.warning, styles.body, { belowPt: 14 });
  drawKey(sheet, card.key);
  drawFacts(sheet, card.facts);
  pages.skip(16);
  drawText(sheet, card.howTo.title, styles.heading, { belowPt: 6 });
  for (const [index, step] of card.howTo.steps.entries())
    drawText(sheet, `${index + 1}. ${step}`, styles.body, { belowPt: 5 });
  return pdfFile({
    ...{ pages: pages.all, faces, title: card.title, fingerprint: card.headerSha256 },
    head: {
      ...{ id: card.debtId, title: card.title, subtitle: null, language, timeZone },
      ...{ createdAt: card.madeAt, facts: [] },
    },
  });
};

/** In letters that are told apart, and beside them as a code. */
function drawKey({ pages, type }: Sheet, key: string): void {
  const top = pages.take(codePt + keyRoomPt);
  const modules = encodeQR(key, "raw", { ecc: "quartile", border: quietModules });
  const size = codePt / modules.length;
  for (const [row, line] of modules.entries())
    for (const [column, isDark] of line.entries()) {
      if (!isDark) continue;
      const x = marginPt + column * size;
      const y = top - (row + 1) * size;
      pages.content().fill(rectangle(x, y, size, size), black);
    }
  const [line] = type.lines(key, keyStyle, pages.widthPt() - codePt);
  if (!line) throw new Error("a card without a key");
  const base = top - codePt / 2 - (ascent - 0.5) * keyStyle.sizePt;
  pages.content().text(line, marginPt + codePt + keyRoomPt, base);
}
