import { drawRow, type RowLook } from "./rows.ts";
import { drawText } from "./running-text.ts";
import { type Sheet, styles } from "./sheet.ts";

const numberGapPt = 6;
const look: RowLook = { sizePt: styles.body.sizePt, paddingPt: 1.2 };
/** The heading, and the first lines of a note. */
const leastPt = 50;

/** Numbered, at the end. `ourNotes` is asked last: it speaks of the others' characters, too. */
export function drawNotes(
  sheet: Sheet,
  notes: readonly string[],
  ourNotes: () => readonly string[],
): void {
  const { pages, type, words } = sheet;
  let number = 0;
  function draw(note: string): void {
    if (number === 0) {
      pages.ensure(leastPt);
      drawText(sheet, words.notes, styles.heading, { belowPt: 3 });
    }
    number += 1;
    const numeral = type.lines(`${number}.`, styles.body, pages.widthPt());
    const indent = type.widthOf("000.", styles.body) + numberGapPt;
    const width = pages.widthPt() - indent;
    const align = "start" as const;
    drawRow(
      pages,
      [
        { lines: numeral, xPt: 0, widthPt: indent, align },
        { lines: type.lines(note, styles.body, width), xPt: indent, widthPt: width, align },
      ],
      look,
    );
  }
  for (const note of notes) draw(note);
  for (const note of ourNotes()) draw(note);
}
