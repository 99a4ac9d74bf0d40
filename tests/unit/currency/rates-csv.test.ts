import { afterAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  checkRatesCsv,
  maxCodes,
  maxLineLength,
  maxListedProblems,
  type RatesCsvDay,
  RatesCsvError,
  readRatesCsv,
} from "#modules/currency/gateways/rates-csv";

const directory = await mkdtemp(join(tmpdir(), "rates-csv-"));
afterAll(() => rm(directory, { recursive: true }));
let files = 0;
async function file(content: string | Uint8Array): Promise<string> {
  files += 1;
  const path = join(directory, `${files}.csv`);
  await Bun.write(path, content);
  return path;
}
const check = async (content: string | Uint8Array) => checkRatesCsv(await file(content));
const problemsOf = async (content: string | Uint8Array) =>
  (await check(content)).problems.map(({ line, detail }) => `${line}: ${detail}`);
async function daysOf(path: string): Promise<RatesCsvDay[]> {
  const days: RatesCsvDay[] = [];
  for await (const day of readRatesCsv(path)) days.push(day);
  return days;
}
const header = "date,code,rate_per_USD\n";
const fixture = new URL("../../fixtures/fx/rates.csv", import.meta.url).pathname;

test("the real data set is read whole, day by day, as it is written", async () => {
  expect(await checkRatesCsv(fixture)).toEqual({
    base: "USD" as never,
    rows: 13_601,
    days: 40,
    codes: 341,
    firstDate: "2026-08-09" as never,
    lastDate: "2026-09-17" as never,
    problems: [],
    problemCount: 0,
  });
  const lines = (await Bun.file(fixture).text()).trim().split("\n");
  let next = 2;
  for (const { date, quotes, firstLine, lastLine } of await daysOf(fixture)) {
    expect(firstLine).toBe(next);
    expect(quotes.map(({ code, rate }) => `${date},${code},${rate}`)).toEqual(
      lines.slice(firstLine - 1, lastLine),
    );
    next = lastLine + 1;
  }
  expect(next).toBe(lines.length + 1);
});

describe("takes", () => {
  const plain = `${header}2026-01-01,EUR,0.9\n2026-01-02,EUR,0.91\n2026-01-02,TRY,43.1\n`;
  const expected = [
    { date: "2026-01-01", quotes: [{ code: "EUR", rate: "0.9" }] },
    {
      date: "2026-01-02",
      quotes: [
        { code: "EUR", rate: "0.91" },
        { code: "TRY", rate: "43.1" },
      ],
    },
  ];
  test.each([
    ["line feeds", plain],
    ["CRLF", plain.replaceAll("\n", "\r\n")],
    ["a byte order mark", `\ufeff${plain}`],
    ["no line break at the end", plain.trimEnd()],
    ["blank lines", `${plain.replaceAll("\n", "\n\n")}\n\n`],
    ["quoted fields", plain.replaceAll("EUR", '"EUR"').replace("0.91", '"0.91"')],
  ])("%s", async (_, content) => {
    const path = await file(content);
    expect((await checkRatesCsv(path)).problems).toEqual([]);
    expect(
      (await daysOf(path)).map(({ date, quotes }) => ({ date: String(date), quotes })),
    ).toEqual(expected as never);
  });

  test("another base, and rates that only the module may judge", async () => {
    const path = await file(
      "date,code,rate_per_EUR\n2026-01-01,USD,0\n2026-01-01,TRY,-1\n2026-01-01,EUR,1\n",
    );
    expect(await checkRatesCsv(path)).toMatchObject({ base: "EUR", rows: 3, problemCount: 0 });
    expect((await daysOf(path))[0]?.quotes.map(({ rate }) => rate)).toEqual(["0", "-1", "1"]);
  });

  test("whatever it is given, exactly", async () => {
    const code = fc.stringMatching(/^[A-Z0-9]{2,12}$/);
    const rate = fc.stringMatching(/^-?(0|[1-9]\d{0,10})(\.\d{1,12})?$/);
    const day = fc.uniqueArray(fc.tuple(code, rate), {
      selector: ([one]) => one,
      minLength: 1,
      maxLength: 8,
    });
    const dates = fc.uniqueArray(fc.integer({ min: 1, max: 28 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        dates,
        fc.array(day, { minLength: 5, maxLength: 5 }),
        fc.constantFrom("\n", "\r\n"),
        async (numbers, rates, end) => {
          const days = numbers
            .toSorted((a, b) => a - b)
            .map((number, index) => ({
              date: `2026-01-${String(number).padStart(2, "0")}`,
              rates: rates[index] ?? [],
            }));
          const rows = days.flatMap(({ date, rates: of }) =>
            of.map(([one, value]) => `${date},${one},${value}`),
          );
          const path = await file(["date,code,rate_per_USD", ...rows].join(end));
          const read = await daysOf(path);
          expect(
            read.flatMap(({ date, quotes }) =>
              quotes.map((quote) => `${date},${quote.code},${quote.rate}`),
            ),
          ).toEqual(rows);
          expect(await checkRatesCsv(path)).toMatchObject({
            rows: rows.length,
            days: days.length,
            problemCount: 0,
          });
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("reports, with the line,", () => {
  test.each([
    ["too few columns", "2026-01-01,EUR", "there are 2 columns instead of 3"],
    ["too many columns", "2026-01-01,EUR,1,2", "there are 4 columns instead of 3"],
    [
      "a decimal comma",
      '2026-01-01,EUR,"0,9"',
      "the third column is not a plain decimal like 0.00042",
    ],
    ["a day that is none", "2026-02-30,EUR,1", "the first column is not a date like 2026-11-22"],
    ["another form of date", "01/02/2026,EUR,1", "the first column is not a date like 2026-11-22"],
    ["a code in lower case", "2026-01-01,eur,1", "the second column is not a currency code"],
    ["an exponent", "2026-01-01,EUR,9e-1", "the third column is not a plain decimal like 0.00042"],
    ["no number", "2026-01-01,EUR,NaN", "the third column is not a plain decimal like 0.00042"],
    ["no rate", "2026-01-01,EUR,", "the third column is not a plain decimal like 0.00042"],
    ["a code twice a day", "2026-01-01,TRY,43", "the code stands twice on this date"],
    [
      "a date that goes back",
      "2025-12-31,EUR,1",
      "dates must ascend: 2025-12-31 comes after 2026-01-01",
    ],
  ])("%s", async (_, row, detail) => {
    const path = await file(`${header}2026-01-01,TRY,43\n\n${row}\n2026-01-03,TRY,43\n`);
    expect(await checkRatesCsv(path)).toMatchObject({
      rows: 2,
      problems: [{ line: 4, detail }],
      problemCount: 1,
    });
    expect(daysOf(path)).rejects.toEqual(new RatesCsvError({ line: 4, detail }));
  });

  test.each([
    ["", "1: the file is empty"],
    ["\n\n", "1: the file is empty"],
    [header, "1: there is no usable rate in the file"],
    ["2026-01-01,EUR,1\n", "1: the header must be"],
    ["date,code,rate\n2026-01-01,EUR,1\n", "1: the header must be"],
    ["date,code,rate_per_usd\n2026-01-01,EUR,1\n", "1: the header must be"],
    ["date;code;rate_per_USD\n2026-01-01;EUR;1\n", "1: the header must be"],
  ])("a file without rates or header: %j", async (content, problem) => {
    const problems = await problemsOf(content);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toStartWith(problem);
  });

  test("the first problems of many, and how many there are", async () => {
    const rows = Array.from({ length: 50 }, (_, index) => `2026-01-01,bad,${index}`);
    const report = await check(`${header}2026-01-01,EUR,1\n${rows.join("\n")}`);
    expect(report.problems).toHaveLength(maxListedProblems);
    expect(report).toMatchObject({ rows: 1, problemCount: 50 });
    expect(report.problems.map(({ line }) => line)).toEqual(
      rows.slice(0, maxListedProblems).map((_, index) => index + 3),
    );
  });

  test("quotes that do not close, without swallowing the file", async () => {
    const rows = "2026-01-02,EUR,1\n".repeat(1000);
    expect((await problemsOf(`${header}2026-01-01,EUR,"0.9\n${rows}`))[0]).toContain(
      "a quoted field is not closed",
    );
    expect(await problemsOf(`${header}2026-01-01,"E"UR,1\n`)).toEqual([
      "2: a quote stands where it may not; the rest was not read",
    ]);
  });

  test("a line without end", async () => {
    expect((await problemsOf(`${header}${"9".repeat(maxLineLength + 100)}`))[0]).toContain(
      `longer than ${maxLineLength} characters`,
    );
    expect((await problemsOf("9".repeat(3_000_000)))[0]).toContain(
      `longer than ${maxLineLength} characters`,
    );
  });

  test("more codes than there can be", async () => {
    const row = (index: number) => `2026-01-01,X${index.toString(36).toUpperCase()},1`;
    const rows = Array.from({ length: maxCodes + 1 }, (_, index) => row(index));
    expect(await problemsOf(header + rows.join("\n"))).toEqual([
      `${maxCodes + 2}: there are more than ${maxCodes} codes`,
    ]);
    expect((await check(header + rows.slice(1).join("\n"))).problemCount).toBe(0);
  });
});

describe("says clearly what is no CSV text:", () => {
  const bytes = (...parts: (string | number[])[]) =>
    Buffer.concat(
      parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))),
    );
  test.each([
    [
      "Latin-1",
      bytes(header, "2026-01-01,EUR,1\n2026-01-01,", [0xe9], ",1\n"),
      "3: the file is not UTF-8 text",
    ],
    ["a cut character at the end", bytes(header, [0xe2, 0x82]), "2: the file is not UTF-8 text"],
    [
      "zero bytes",
      bytes(header, "2026-01-01,EUR,1\n", [0], "\n"),
      "3: the file is binary, not text",
    ],
    ["UTF-16", bytes([0xff, 0xfe, 0x64, 0x00]), "1: the file is UTF-16: save it as UTF-8"],
    [
      "gzip",
      Bun.gzipSync(Buffer.from(header)),
      "1: the file is compressed with gzip: unpack it first",
    ],
    [
      "a spreadsheet",
      bytes("PK", [3, 4], "xl/workbook.xml"),
      "1: the file is a ZIP archive or a spreadsheet: save it as CSV",
    ],
  ])("%s", async (_, content, problem) => {
    expect((await problemsOf(new Uint8Array(content))).at(-1)).toBe(problem);
  });

  const manyRows = (rate: string) =>
    Array.from(
      { length: maxCodes - 1 },
      (_, index) => `2026-01-01,X${index.toString(36).toUpperCase()},${rate}\n`,
    ).join("");

  test("bad bytes far into a large file, by their line", async () => {
    const content = bytes(header, manyRows("1"), [0xff], "\n");
    expect(await problemsOf(new Uint8Array(content))).toEqual([
      `${maxCodes + 1}: the file is not UTF-8 text`,
    ]);
  });

  test("but not characters that reading in pieces cuts in two", async () => {
    expect(await check(header + manyRows("€"))).toMatchObject({ problemCount: maxCodes });
  });

  test("a file that is not there, and a directory", async () => {
    expect((await checkRatesCsv(join(directory, "none.csv"))).problems).toEqual([
      { line: 1, detail: "the file cannot be read (ENOENT)" },
    ]);
    expect((await checkRatesCsv(directory)).problems).toEqual([
      { line: 1, detail: "the file cannot be read (EISDIR)" },
    ]);
    expect(daysOf(join(directory, "none.csv"))).rejects.toThrow(RatesCsvError);
  });
});

test("a reader that stops early leaves the file closed", async () => {
  for await (const day of readRatesCsv(fixture)) {
    expect(day.quotes.length).toBe(338);
    break;
  }
});
