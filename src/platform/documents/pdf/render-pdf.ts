import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createCellFormat } from "../formatting.ts";
import type { DocumentLanguage } from "../model.ts";
import type { Render } from "../rendering.ts";
import { wordsOf } from "../words.ts";
import { drawSection, planSection } from "./draw-section.ts";
import { createFaces } from "./fonts/faces.ts";
import { drawFooters } from "./page/footers.ts";
import { drawNotes } from "./page/notes.ts";
import { createPages } from "./page/pages.ts";
import { drawTitleBlock } from "./page/title-block.ts";
import { pdfFile } from "./pdf-file.ts";
import { readDocument } from "./read-document.ts";
import { createTypesetter } from "./text/typesetter.ts";
import { createVisibleText } from "./text/visible-text.ts";

/** Written in pieces of this size. */
const pieceBytes = 64 * 1024;

/**
 * A PDF for people and printers: A4, upright or turned as the tables need it. What is shown is always there as text that can be
 * copied. The whole document is in memory meanwhile.
 */
export const renderPdf: Render = async ({ parts, fingerprint, out }) => {
  const { head, sections, notes } = await readDocument(parts);
  const faces = createFaces();
  const visible = createVisibleText(faces);
  const type = createTypesetter(faces, visible);
  const words = wordsOf(head.language);
  const inLanguage = (language: DocumentLanguage) => ({
    words: wordsOf(language),
    format: createCellFormat(language, head.timeZone),
  });

  const planned = sections.map((section) =>
    planSection(section, inLanguage(section.language).format, type),
  );
  const pages = createPages(planned[0]?.orientation ?? "portrait");
  const sheet = { pages, type, ...inLanguage(head.language) };
  drawTitleBlock(sheet, head, fingerprint);
  for (const section of planned)
    drawSection({ ...sheet, ...inLanguage(section.language) }, section);
  drawNotes(sheet, notes, () => visible.notes(words));
  drawFooters(sheet, { id: head.id, fingerprint });

  const title = visible.of(head.title).replaceAll("\n", " ");
  const bytes = await pdfFile({ pages: pages.all, faces, head, title, fingerprint });
  await pipeline(Readable.from(pieces(bytes)), out);
  return { pages: pages.all.length, missingGlyphs: visible.missing() };
};

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
