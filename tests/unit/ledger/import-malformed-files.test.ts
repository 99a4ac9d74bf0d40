import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { maxHeaderRows, maxImportColumns, maxImportRows } from "#modules/ledger/bounds";
import {
  type ImportAccount,
  maxCellCharacters,
  maxRowCharacters,
} from "#modules/ledger/domain/import-format";
import { createRowSplitter } from "#modules/ledger/domain/import-splitter";
import { ImportFileError, readCsv } from "#modules/ledger/gateways/csv-reader";
import { readBankFile } from "../../support/bank-file.ts";

const euros = { currency: "EUR", digits: 2 } as ImportAccount;
const bytesOf = (text: string) => new TextEncoder().encode(text);
const read = (text: string | Uint8Array) =>
  readBankFile(typeof text === "string" ? bytesOf(text) : text, euros);
/** A file in which nothing but this row is doubtful. */
const withRow = (row: string) =>
  `Datum;Text;Betrag\n28.02.2026;Miete;-650,00\n27.02.2026;Essen;-9,90\n${row}\n26.02.2026;Lohn;1.900,00\n`;
const faultOf = async (row: string) => {
  const { readings, questions } = await read(withRow(row));
  expect(questions).toEqual([]);
  expect(readings).toHaveLength(4);
  expect(readings?.filter((reading) => !("fault" in reading))).toHaveLength(3);
  const reading = readings?.[2];
  return reading && "fault" in reading ? reading.fault : "none";
};

describe("a row is faulty, and the others are read, when it has", () => {
  test.each([
    ["31 February", "31.02.2026;Text;-1,00", '"31.02.2026" is no date of the calendar.'],
    [
      "29 February of a common year",
      "29.02.2026;Text;-1,00",
      '"29.02.2026" is no date of the calendar.',
    ],
    ["year 20226", "01.01.20226;Text;-1,00", '"01.01.20226" is no date of the calendar.'],
    ["no date", ";Text;-1,00", "The row has no date."],
    ["1e400", "25.02.2026;Text;1e400", '"1e400" is no amount.'],
    ["1E+05", "25.02.2026;Text;1,5E+05", '"1,5E+05" is no amount.'],
    ["NaN", "25.02.2026;Text;NaN", '"NaN" is no amount.'],
    ["a percentage", "25.02.2026;Text;5%", '"5%" is no amount.'],
    ["no amount", "25.02.2026;Text;", "The row has no amount."],
    ["zero", "25.02.2026;Text;-0,00", "The amount is zero."],
    ["two signs", "25.02.2026;Text;-5,00-", '"-5,00-" is no amount.'],
    ["three decimals", "25.02.2026;Text;12,345", '"12,345" can be read in two ways.'],
    [
      "three decimals that end in zero",
      "25.02.2026;Text;12,500",
      '"12,500" can be read in two ways.',
    ],
    ["four decimals", "25.02.2026;Text;12,3456", '"12,3456" has more than the 2 decimals of EUR.'],
    [
      "25 digits",
      `25.02.2026;Text;${"9".repeat(25)}`,
      `"${"9".repeat(25)}" is no amount with a decimal comma.`,
    ],
    [
      "groups of two",
      "25.02.2026;Text;1.23.456,00",
      '"1.23.456,00" is no amount with a decimal comma.',
    ],
    ["another currency", "25.02.2026;Text;$5,00", 'The row is in "$", the account in EUR.'],
    [
      "a separator within a text",
      "25.02.2026;A;B;-1,00",
      "The row has 4 cells, the others have 3.",
    ],
    ["been cut off", "25.02.2026;Te", "The row has 2 cells, the others have 3."],
    [
      "text behind a quote",
      '25.02.2026;"Fa. "Muster" GmbH";-1,00',
      "Text follows a closing quotation mark.",
    ],
    ["NUL", "25.02.2026;Te\0xt;-1,00", "The row has a NUL character, which no text has."],
    [
      "more cells than any file",
      `25.02.2026;Text;-1,00${";x".repeat(maxImportColumns)}`,
      `The row has more than ${maxImportColumns} cells.`,
    ],
    [
      "a cell too long",
      `25.02.2026;${"x".repeat(maxCellCharacters + 1)};-1,00`,
      `A cell is longer than ${maxCellCharacters} characters.`,
    ],
    [
      "10 MB",
      `25.02.2026;${"x;".repeat(5 * 1024 * 1024)};-1,00`,
      `The row is longer than ${maxRowCharacters} characters.`,
    ],
  ])("%s", async (_, row, fault) => {
    const found = await faultOf(row);
    if (row.length > maxRowCharacters) expect(found).toMatch(/longer than|more than/);
    else expect(found).toBe(fault);
  });

  test("a quotation mark open to the end of the file", async () => {
    const { readings } = await read(`${withRow("25.02.2026;a;-1,00")}24.02.2026;"Kiosk;-1,00\n`);
    expect(readings?.at(-1)).toEqual({
      fault: "The quotation mark opened in line 6 is not closed by the end of the file, line 7.",
    });
    expect(readings?.filter((reading) => "fault" in reading)).toHaveLength(1);
  });
});

describe("nothing of the file is read, with a sentence why, when it is", () => {
  const xs = new Uint8Array(1000).fill(120);
  test.each([
    ["empty", new Uint8Array(0), /is empty/],
    ["a spreadsheet", new Uint8Array([0x50, 0x4b, 3, 4, ...xs]), /spreadsheet/],
    ["an old workbook", new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, ...xs]), /Excel workbook/],
    ["a PDF", bytesOf("%PDF-1.7\n"), /PDF/],
    ["compressed", new Uint8Array([0x1f, 0x8b, 8, 0, ...xs]), /gzip/],
    ["binary", Uint8Array.from({ length: 5000 }, (_, at) => (at * 7919) % 251), /binary/],
    ["all NUL", new Uint8Array(5000), /binary/],
    ["UTF-16 without a mark", new Uint8Array(Buffer.from("Datum;Betrag\n", "utf16le")), /UTF-16/],
    ["in a DOS code page", new Uint8Array([...bytesOf("Datum;Betrag;M"), 0x81, 0x6c]), /encoding/],
    [
      "a quotation mark that opens and nothing else",
      bytesOf(`Datum;Text;Betrag\n01.01.2026;"${"x\n".repeat(maxRowCharacters)}`),
      /opened in line 2 is not closed/,
    ],
  ])("%s", async (_, bytes, sentence) => {
    const failure = await read(bytes).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ImportFileError);
    expect(String(failure)).toMatch(sentence);
  });

  test("longer than so many rows", async () => {
    const row = bytesOf("1;2\n");
    const rows = async (count: number) => {
      let last = 0;
      const shape = { encoding: "utf-8", separator: ";", quote: '"' } as const;
      const pieces = Array.from({ length: count / 1000 }, () => Buffer.alloc(4000, row));
      for await (const group of readCsv(pieces, shape)) last = group.at(-1)?.number ?? last;
      return last;
    };
    expect(await rows(maxImportRows)).toBe(maxImportRows);
    expect(rows(maxImportRows + Math.ceil((maxHeaderRows + 1) / 1000) * 1000)).rejects.toThrow(
      `more than ${maxImportRows} rows`,
    );
  });
});

describe("the problem is named when the file has", () => {
  test.each([
    ["headings only", "Datum;Text;Betrag\n", /headings only/],
    ["one column", "Datum\n28.02.2026\n27.02.2026\n", /one column/],
    ["blank lines only", "\n\n;;\n", /no rows/],
    ["no dates", "Name;Betrag\nAnn;1,00\nBen;2,50\n", /No column holds dates/],
    ["no amounts", "Datum;Name\n28.02.2026;Ann\n", /No column holds amounts/],
    ["dates that are none", "Datum;Betrag\n31.02.2026;1,00\n", /no date of the calendar/],
    ["amounts that are none", "Datum;Betrag\n28.02.2026;1e400\n", /hold no amount/],
  ])("%s", async (_, text, sentence) => {
    const { problem, readings } = await read(text);
    expect(problem).toMatch(sentence);
    expect(readings?.every((reading) => "fault" in reading) ?? true).toBe(true);
  });
});

describe("is asked", () => {
  const fields = async (text: string | Uint8Array) =>
    (await read(text)).questions.map(({ field }) => field);

  test("the order of dates when one row says day first and another month first", async () => {
    const { questions } = await read(
      "Date,Text,Amount\n13/01/2026,a,-1.00\n01/14/2026,b,-2.00\n02/03/2026,c,-3.00\n",
    );
    expect(questions).toEqual([
      {
        field: "dateOrder",
        options: ["dmy", "mdy"],
        suggestion: null,
        evidence: "Of 3 dates 2 can be dmy, 2 can be mdy: the file mixes them.",
        examples: [
          { row: 2, text: "13/01/2026", readings: { dmy: "2026-01-13", mdy: null } },
          { row: 3, text: "01/14/2026", readings: { dmy: null, mdy: "2026-01-14" } },
          { row: 4, text: "02/03/2026", readings: { dmy: "2026-03-02", mdy: "2026-02-03" } },
        ],
      },
    ]);
  });
  test("the order of dates when one row has no day in the others' order", async () => {
    expect(await fields(withRow("01.13.2026;Text;-1,00"))).toEqual(["dateOrder"]);
    const answers = { dateOrder: "dmy" } as const;
    const { readings } = await readBankFile(bytesOf(withRow("01.13.2026;T;-1,00")), euros, answers);
    expect(readings?.[2]).toEqual({ fault: '"01.13.2026" is no date in the order of this file.' });
  });
  test("the order of dates when a year of two digits may stand in front", async () => {
    const { questions } = await read("Date,Amount,Text\n24-01-15,-1.00,a\n24-01-16,-2.00,b\n");
    expect(questions).toMatchObject([{ field: "dateOrder", options: ["dmy", "ymd"] }]);
  });
  test("nothing when day and month are the same in every date", async () => {
    expect(await fields("Date,Text,Amount\n01/01/2026,a,-1.00\n02/02/2026,b,-2.00\n")).toEqual([]);
  });
  test("the decimal mark when amounts contradict each other", async () => {
    expect(
      await fields("Date;Text;Amount\n2026-01-31;a;-1.234,50\n2026-01-30;b;-1,234.50\n"),
    ).toEqual(["decimal"]);
  });
  test("the sign when no amount has one", async () => {
    expect(await fields("Date,Text,Amount\n2026-01-31,a,1.50\n2026-01-30,b,2.50\n")).toEqual([
      "sign",
    ]);
  });
  test("the sign when balances fall by what comes in", async () => {
    const { questions } = await read(
      "Date,Text,Amount,Balance\n2026-01-28,a,5.00,95.00\n2026-01-29,b,-10.00,105.00\n2026-01-30,c,2.50,102.50\n2026-01-31,d,-1.00,103.50\n",
    );
    expect(questions).toMatchObject([{ field: "sign", suggestion: "inverted" }]);
  });
  test("the sign of a column of debits that has both", async () => {
    expect(
      await fields("Datum;Soll;Haben\n31.01.2026;-1,50;\n30.01.2026;2,00;\n29.01.2026;;3,00\n"),
    ).toEqual(["debits"]);
  });
  test("which column, when two have the same heading", async () => {
    const { questions } = await read(
      "Datum;Betrag;Betrag\n31.01.2026;-1,50;-1,60\n30.01.2026;-2,00;-2,10\n",
    );
    expect(questions).toMatchObject([{ field: "columns.amount", options: ["1", "2"] }]);
  });
  test("which column, when the headings are in another language and several hold amounts", async () => {
    const { questions } = await read(
      "Jour;Libellé;Montant;Solde\n31.01.2026;a;-1,50;10,00\n30.01.2026;b;-2,00;11,50\n",
    );
    expect(questions).toMatchObject([
      {
        field: "columns.amount",
        options: ["2", "3"],
        evidence: '"Montant", "Solde" may each be the amount.',
      },
    ]);
  });
  test("which column, when there are debits only", async () => {
    const { questions } = await read("Datum;Text;Soll\n31.01.2026;a;1,50\n30.01.2026;b;2,00\n");
    expect(questions).toMatchObject([{ field: "columns.amount", options: ["2"] }]);
  });
  test("the encoding when letters may be Turkish and no word is", async () => {
    const latin = new Uint8Array(
      Buffer.from("Datum;Name;Betrag\n31.01.2026;Horký;-1,50\n", "latin1"),
    );
    const { questions } = await read(latin);
    expect(questions).toMatchObject([
      {
        field: "encoding",
        options: ["windows-1254", "iso-8859-1"],
        examples: [{ readings: { "windows-1254": "Horkı", "iso-8859-1": "Horký" } }],
      },
    ]);
  });
  test("the separator when several cut the rows alike", async () => {
    expect(await fields("a;b,c\nd;e,f\ng;h,i\n")).toContain("separator");
  });
  test("nothing again once it was answered", async () => {
    const text = bytesOf("Date,Text,Amount\n01/02/2026,a,1.234\n02/03/2026,b,2.345\n");
    const answers = { dateOrder: "mdy", decimal: "point", sign: "inverted" } as const;
    expect((await readBankFile(text, euros)).questions.map(({ field }) => field)).toEqual([
      "decimal",
      "dateOrder",
      "sign",
    ]);
    expect((await readBankFile(text, { ...euros, digits: 3 }, answers)).readings).toEqual([
      { date: "2026-01-02", amount: "-1.234", payee: null, note: "a", externalId: null },
      { date: "2026-02-03", amount: "-2.345", payee: null, note: "b", externalId: null },
    ] as never);
  });
});

describe("an id of the bank's is one only when it tells rows apart", () => {
  const externalId = async (ids: readonly string[]) => {
    const rows = ids.map((id, at) => `${28 - at}.02.2026;-1,00;${id}`);
    return (await read(`Tarih;Tutar;Dekont No\n${rows.join("\n")}\n`)).format.columns.externalId;
  };
  test("and not when a slip is that of two rows", async () => {
    expect(await externalId(["A-1000", "A-1001"])).toBe(2);
    expect(await externalId(["A-1000", "A-1001", "A-1000"])).toBeUndefined();
  });
  test("and not when it numbers the rows", async () => {
    expect(await externalId(["1", "2", "3"])).toBeUndefined();
  });
});

test("whatever bytes a file has, it is read, asked about or refused with a sentence", async () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.string({ unit: "binary", maxLength: 300 }).map(bytesOf),
    fc
      .array(
        fc.constantFrom(
          "Datum",
          "Betrag",
          "Tutar",
          ";",
          ",",
          '"',
          "'",
          "\n",
          "\r",
          "\t",
          "\0",
          "1.234",
          "-5,00",
          "01.02.2026",
          "S",
          " ",
          "ş",
        ),
        { maxLength: 80 },
      )
      .map((parts) => bytesOf(parts.join(""))),
  );
  await fc.assert(
    fc.asyncProperty(anything, fc.integer({ min: 1, max: 50 }), async (bytes, size) => {
      try {
        const { readings, rows } = await readBankFile(bytes, euros, {}, size);
        for (const { cells } of rows) for (const cell of cells) expect(cell).not.toContain("\0");
        for (const reading of readings ?? [])
          if (!("fault" in reading)) expect(reading.amount).toMatch(/^-?\d+\.\d\d$/);
      } catch (error) {
        expect(error).toBeInstanceOf(ImportFileError);
      }
    }),
    { numRuns: 500 },
  );
});

test("of a line without end only so much stays in memory", () => {
  const splitter = createRowSplitter({ separator: ";", quote: '"' });
  const piece = "x".repeat(64 * 1024);
  Bun.gc(true);
  const before = process.memoryUsage().heapUsed;
  for (let at = 0; at < 400; at += 1) splitter.push(piece);
  const [row] = splitter.end();
  expect(row?.fault).not.toBeNull();
  expect(row?.cells.join("").length).toBeLessThanOrEqual(maxCellCharacters);
  Bun.gc(true);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(5 * 1024 * 1024);
});
