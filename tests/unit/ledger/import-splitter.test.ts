import { expect, test } from "bun:test";
import fc from "fast-check";
import type { CsvRow } from "#modules/ledger/domain/import-format";
import { createRowSplitter } from "#modules/ledger/domain/import-splitter";

function split(text: string, pieces: readonly number[] = []): CsvRow[] {
  const splitter = createRowSplitter({ separator: ";", quote: '"' });
  const rows: CsvRow[] = [];
  let at = 0;
  for (const size of pieces) {
    rows.push(...splitter.push(text.slice(at, at + size)));
    at += size;
  }
  return [...rows, ...splitter.push(text.slice(at)), ...splitter.end()];
}

const cell = fc.string({
  unit: fc.constantFrom("a", "Ş", '"', ";", "\n", "\r\n", "\r", " ", ","),
  maxLength: 6,
});
const lineEnds = ["\n", "\r\n", "\r"];
const rowsOfCells = fc.array(
  fc.record({
    cells: fc.array(cell, { minLength: 1, maxLength: 4 }),
    end: fc.constantFrom(...lineEnds),
  }),
  { maxLength: 8 },
);
const quoted = (text: string, always: boolean) =>
  always || /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

test("cells come back as they were written, with any line breaks between and within them, in any pieces", () => {
  fc.assert(
    fc.property(
      rowsOfCells,
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 30 }),
      (rows, always, pieces) => {
        const text = rows
          .map(({ cells, end }) => cells.map((each) => quoted(each, always)).join(";") + end)
          .join("");
        const found = split(text, pieces);
        expect(found.map(({ cells }) => cells)).toEqual(
          rows
            .map(({ cells }) => cells.map((each) => each.trim()))
            .filter((cells) => cells.some((each) => each !== "")),
        );
        expect(found.every(({ fault }) => fault === null)).toBe(true);
        expect(found.map(({ number }) => number)).toEqual(found.map((_, index) => index + 1));
      },
    ),
    { numRuns: 1000 },
  );
});

test("rows know the line of the file that they begin in", () => {
  expect(split('a\r\n\r\n"b\nb";c\rd\n\n;;\ne').map(({ line }) => line)).toEqual([1, 3, 5, 8]);
});

test("a quotation mark inside a plain cell is a character", () => {
  expect(split('5" disk;a "b" c\n')[0]?.cells).toEqual(['5" disk', 'a "b" c']);
});

test("blanks around a quoted cell are not of it", () => {
  expect(split(' "a;b" ;c\n')[0]?.cells).toEqual(["a;b", "c"]);
});

test('text that a spreadsheet is kept from changing comes out of its ="…"', () => {
  expect(split('="00123";"=""00124"""\n')[0]?.cells).toEqual(["00123", "00124"]);
});
