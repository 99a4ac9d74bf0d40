/**
 * A row as SpreadsheetML (ECMA-376 part 1, 18.3.1.73). Cells are written as text at once: exceljs makes some ten objects of
 * each, which is most of what a long sheet costs.
 */
export type SheetRow = {
  readonly number: number;
  /** By position in the sheet, from 1. */
  readonly cells: string[];
  /** Points; null = whatever a program finds right. */
  height: number | null;
};

export const newRow = (number: number): SheetRow => ({ number, cells: [], height: null });

/** "A" for 1, "AA" for 27. */
export function letterOf(position: number): string {
  const rest = Math.floor((position - 1) / 26);
  return (rest > 0 ? letterOf(rest) : "") + String.fromCharCode(65 + ((position - 1) % 26));
}

const letters: string[] = [];
export function addressOf({ number }: SheetRow, position: number): string {
  letters[position] ??= letterOf(position);
  return letters[position] + number;
}

export function putNumber(row: SheetRow, position: number, value: number, style: number): void {
  row.cells[position] = `<c r="${addressOf(row, position)}" s="${style}"><v>${value}</v></c>`;
}

/** Stored in the cell. `text` has no character that XML forbids. */
export function putText(row: SheetRow, position: number, text: string, style: number): void {
  row.cells[position] =
    `<c r="${addressOf(row, position)}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
}

/** `formula` without "=", of references and names of functions; `result` is what it comes to. */
export function putFormula(
  row: SheetRow,
  position: number,
  formula: string,
  result: number,
  style: number,
): void {
  row.cells[position] =
    `<c r="${addressOf(row, position)}" s="${style}"><f>${formula}</f><v>${result}</v></c>`;
}

/** A cell that is only looked at. */
export function putNothing(row: SheetRow, position: number, style: number): void {
  row.cells[position] = `<c r="${addressOf(row, position)}" s="${style}"/>`;
}

export function rowXml({ number, cells, height }: SheetRow): string {
  const high = height === null ? "" : ` ht="${height}" customHeight="1"`;
  return `<row r="${number}"${high}>${cells.join("")}</row>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const escaped = (text: string): string =>
  /[&<>]/.test(text)
    ? text.replaceAll(/[&<>]/g, (character) => entities[character] ?? character)
    : text;
