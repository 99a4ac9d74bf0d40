import encodeQR from "qr";
import { createCellFormat } from "../formatting.ts";
import type { SecretPage } from "../model.ts";
import { createFaces } from "../pdf/fonts/faces.ts";
import { black, grey, rectangle } from "../pdf/page/content.ts";
import { drawFacts } from "../pdf/page/facts.ts";
import { createPages, marginPt } from "../pdf/page/pages.ts";
import { drawText } from "../pdf/page/running-text.ts";
import { type Sheet, styles } from "../pdf/page/sheet.ts";
import { pdfFile } from "../pdf/pdf-file.ts";
import { ascent, createTypesetter } from "../pdf/text/typesetter.ts";
import { createVisibleText } from "../pdf/text/visible-text.ts";
import { wordsOf } from "../words.ts";

const secretStyle = { weight: "bold", sizePt: 24, direction: 0 } as const;
const gapPt = 12;
/** Some 42 mm: read by a telephone from a hand's breadth, also off a bad print. */
const codePt = 120;
/** ISO/IEC 18004 asks for four modules of nothing around it. */
const quietModules = 4;

/** The bytes of a PDF of one page. */
export async function drawSecretPage(page: SecretPage): Promise<Uint8Array> {
  const faces = createFaces();
  const visible = createVisibleText(faces);
  const { language, timeZone, fingerprint, instructions } = page;
  const sheet: Sheet = {
    pages: createPages("portrait"),
    type: createTypesetter(faces, visible),
    words: wordsOf(language),
    format: createCellFormat(language, timeZone),
  };
  drawText(sheet, page.title, styles.title, { belowPt: 2 });
  drawText(sheet, page.subtitle ?? "", styles.subtitle, { belowPt: 14, colour: grey });
  drawText(sheet, page.warning, styles.body, { belowPt: gapPt });
  drawSecret(sheet, page.secret);
  drawFacts(sheet, page.facts);
  sheet.pages.skip(16);
  drawText(sheet, instructions.title, styles.heading, { belowPt: 6 });
  for (const [index, step] of instructions.steps.entries())
    drawText(sheet, `${index + 1}. ${step}`, styles.body, { belowPt: 5 });
  const title = visible.of(page.title).replaceAll("\n", " ");
  return pdfFile({ pages: sheet.pages.all, faces, head: page, title, fingerprint });
}

/** As a code, and beside it in letters. */
function drawSecret({ pages, type }: Sheet, secret: string): void {
  const top = pages.take(codePt + gapPt);
  const modules = encodeQR(secret, "raw", { ecc: "quartile", border: quietModules });
  const size = codePt / modules.length;
  for (const [row, line] of modules.entries())
    for (const [column, isDark] of line.entries()) {
      if (!isDark) continue;
      const place = [marginPt + column * size, top - (row + 1) * size] as const;
      pages.content().fill(rectangle(...place, size, size), black);
    }
  const [line] = type.lines(secret, secretStyle, pages.widthPt() - codePt - gapPt);
  if (!line) throw new Error("a page without a secret");
  const base = top - codePt / 2 - (ascent - 0.5) * secretStyle.sizePt;
  pages.content().text(line, marginPt + codePt + gapPt, base);
}
