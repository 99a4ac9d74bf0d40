import { maxImportColumns, maxShownCellLength } from "../bounds.ts";

/** A text as one line that every answer and every table takes: no control characters, no halves of characters, NFC. */
export const shownText = (text: string): string =>
  text
    .toWellFormed()
    .normalize("NFC")
    .replace(/\p{Cc}+/gu, " ")
    .trim();

/** Cells as the owner sees them beside what was made of them; long ones are cut. */
export const shownCells = (cells: readonly string[]): string[] =>
  cells
    .slice(0, maxImportColumns)
    .map((cell) =>
      shownText(
        cell.length > maxShownCellLength ? `${cell.slice(0, maxShownCellLength - 1)}…` : cell,
      ),
    );
