import { Footer, PageNumber, Paragraph, TabStopType, TextRun } from "docx";
import type { Words } from "../words.ts";
import { footerStyle } from "./styles.ts";

/** Stand for the numbers, which are fields: nobody knows them before the pages are laid out. */
const page = "{page}";
const pages = "{pages}";

/** On every page: what document it is of, and which page of it. */
export function pageFooter(id: string, fingerprint: string, words: Words, width: number): Footer {
  const numbering = words
    .page(page, pages)
    .split(/(\{pages?\})/)
    .map((piece) =>
      piece === page ? PageNumber.CURRENT : piece === pages ? PageNumber.TOTAL_PAGES : piece,
    );
  return new Footer({
    children: [
      new Paragraph({
        style: footerStyle,
        tabStops: [{ type: TabStopType.RIGHT, position: width }],
        children: [new TextRun(`${words.document} ${id}\t`), new TextRun({ children: numbering })],
      }),
      new Paragraph({
        style: footerStyle,
        children: [new TextRun(`${words.fingerprint} ${fingerprint}`)],
      }),
    ],
  });
}
