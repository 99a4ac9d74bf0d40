import { ascent, type Line, lineHeight } from "../text/typesetter.ts";
import { type Colour, grey } from "./content.ts";
import { marginPt } from "./pages.ts";
import { type Sheet, styles } from "./sheet.ts";

const style = { ...styles.footer, direction: 0 } as const;
const topPt = 42;
const rule: Colour = [0.75, 0.78, 0.82];
const shares = { document: 0.48, fingerprint: 0.34 };
const maxLines = 2;
/** So much of the fingerprint tells two documents apart; all of it is on the first page. */
const shortFingerprint = 16;

/** Below all pages, once there are as many as there will be: document, fingerprint, "page x of y". */
export function drawFooters(
  { pages, type, words }: Sheet,
  { id, fingerprint }: { readonly id: string; readonly fingerprint: string },
): void {
  for (const [index, { widthPt, content }] of pages.all.entries()) {
    const width = widthPt - 2 * marginPt;
    const place = (lines: readonly Line[], xOf: (line: Line) => number) => {
      for (const [at, line] of lines.entries())
        content.text(line, xOf(line), topPt - 4 - (at * lineHeight + ascent) * style.sizePt, grey);
    };
    content.stroke(
      [marginPt, marginPt + width].map((x) => [x, topPt] as const),
      { colour: rule, widthPt: 0.4 },
    );
    const document = `${words.document} ${id}`;
    place(type.shortened(document, style, width * shares.document, maxLines), () => marginPt);
    const short = `${words.fingerprint} ${fingerprint.slice(0, shortFingerprint)}…`;
    place(
      type.shortened(short, style, width * shares.fingerprint, maxLines),
      () => marginPt + width * shares.document + 6,
    );
    place(
      type.lines(words.page(index + 1, pages.all.length), style, width),
      (line) => marginPt + width - line.widthPt,
    );
  }
}
