/** How spreadsheets of a country read CSV: those with a decimal comma take semicolons, and UTF-8 only after a BOM. */
export type CsvDialect = {
  readonly separator: "," | ";";
  readonly decimalMark: "." | ",";
  readonly byteOrderMark: boolean;
};

const languagesWithComma: readonly string[] = ["de", "tr"];

/** `locale`: BCP 47. */
export const csvDialectOf = (locale: string): CsvDialect =>
  languagesWithComma.includes(locale.split("-", 1).join().toLowerCase())
    ? { separator: ";", decimalMark: ",", byteOrderMark: true }
    : { separator: ",", decimalMark: ".", byteOrderMark: false };

/** What a file begins with. */
export const csvStart = ({ byteOrderMark }: CsvDialect): string => (byteOrderMark ? "\uFEFF" : "");

/**
 * A line as RFC 4180 has it; the cells are those of {@link csvText} and {@link csvNumber}. A single empty cell is written
 * as such: it is not the empty line that no cells are.
 */
export const csvLine = (cells: readonly string[], { separator }: CsvDialect): string =>
  `${cells.length === 1 && cells[0] === "" ? '""' : cells.join(separator)}\r\n`;

/** What a spreadsheet would take for a formula (OWASP, CSV injection) is kept as text by an apostrophe. */
const formula = /^[=+\-@\t\r\n]/;

/** A cell of text; `null` is an empty one. */
export const csvText = (value: string | null, dialect: CsvDialect): string =>
  value === null ? "" : quoted(formula.test(value) ? `'${value}` : value, dialect);

/** A cell of a decimal as the kernel has it; `null` is an empty one. A negative amount is no formula. */
export const csvNumber = (value: string | null, dialect: CsvDialect): string =>
  value === null ? "" : quoted(value.replace(".", dialect.decimalMark), dialect);

const quoted = (value: string, { separator }: CsvDialect): string =>
  /["\r\n]|^\s|\s$/.test(value) || value.includes(separator)
    ? `"${value.replaceAll('"', '""')}"`
    : value;
