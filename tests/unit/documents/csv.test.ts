import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { renderCsv } from "#platform/documents/csv/render-csv";
import {
  type Cell,
  type CellKind,
  type DocumentHead,
  type DocumentPart,
  documentLanguages,
} from "#platform/documents/model";
import { bookDocuments } from "../../support/book-documents.ts";
import { documentParts } from "../../support/document-arbitraries.ts";
import {
  hostileTexts,
  money,
  renderFile,
  renderHere,
  sampleParts,
} from "../../support/documents.ts";
import { tablesOf } from "../../support/expected-sheets.ts";
import { describeWith } from "../../support/programs.ts";
import { readCsvFiles } from "../../support/sheet-files.ts";
import { python } from "../../support/word-files.ts";

const headOf = (parts: readonly DocumentPart[]): DocumentHead => {
  const [first] = parts;
  if (first?.part !== "document") throw new Error("a document begins with its head");
  return first.head;
};
const isGerman = ({ language }: DocumentHead) => language !== "en-US";

/** What a program must read in the cells of a value. */
function expectedCells(head: DocumentHead, kind: CellKind, value: Cell): string[] {
  const number = (text: string) => (isGerman(head) ? text.replace(".", ",") : text);
  if (kind === "money")
    return value === null || typeof value === "string"
      ? ["", ""]
      : [number(value.amount), value.currency];
  if (value === null || typeof value !== "string") return [""];
  if (kind === "number" || kind === "percent") return [number(value)];
  if (kind === "instant") {
    const shown = new Date(value).toLocaleString("sv-SE", { timeZone: head.timeZone });
    return [shown.replace(" ", "T")];
  }
  return [/^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value];
}

/** The lines of each table, its header first. */
function expectTables(lines: readonly (readonly string[])[], parts: readonly DocumentPart[]) {
  const head = headOf(parts);
  let at = 0;
  tablesOf(parts).forEach(({ table, rows }, index) => {
    if (index > 0) {
      expect(lines[at]).toEqual([]);
      expect(lines[at + 1]).toEqual(expectedCells(head, "text", table.title));
      at += 2;
    }
    at += 1;
    for (const row of rows) {
      const expected = table.columns.flatMap(({ kind }, of) =>
        expectedCells(head, kind, row[of] ?? null),
      );
      // An offset follows, which another test is about.
      const read = lines[at]?.map((cell, of) =>
        /^\d{4,}-.*T/.test(expected[of] ?? "") ? cell.slice(0, expected[of]?.length) : cell,
      );
      expect(read).toEqual(expected);
      at += 1;
    }
  });
  return at;
}

async function readAll(documents: readonly DocumentPart[][], paths: readonly string[]) {
  const read: (readonly (readonly string[])[])[] = [];
  for (const german of [true, false]) {
    const indexes = documents.flatMap((parts, at) =>
      isGerman(headOf(parts)) === german ? [at] : [],
    );
    const files = await readCsvFiles(
      german ? ";" : ",",
      indexes.map((at) => paths[at] ?? ""),
    );
    indexes.forEach((at, of) => {
      read[at] = files[of] ?? [];
    });
  }
  return read;
}

/** In hundredths of a cent of a cent, as a program would read the text. */
const scaled = (text: string) => {
  const [whole = "0", fraction = ""] = text.replace(",", ".").replace("-", "").split(".");
  const units = BigInt(whole + fraction.padEnd(8, "0"));
  return text.startsWith("-") ? -units : units;
};

describeWith([python], "a CSV file as Python reads it", () => {
  test("has every value of its tables, in each language", async () => {
    const documents = [
      ...documentLanguages.map((language) => [...sampleParts({ language, rows: 60 })]),
      [...sampleParts({ language: "tr-TR", rows: 60, texts: hostileTexts })],
    ];
    const paths: string[] = [];
    for (const parts of documents) paths.push((await renderFile("csv", parts)).path);
    const files = await readAll(documents, paths);
    documents.forEach((parts, index) => void expectTables(files[index] ?? [], parts));
  });

  test("has amounts that add up to its totals", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(bookDocuments, { minLength: 30, maxLength: 30 }),
        async (documents) => {
          const paths: string[] = [];
          for (const parts of documents)
            paths.push((await renderHere(renderCsv, "csv", parts)).path);
          const files = await readAll(documents, paths);
          documents.forEach((parts, index) => {
            const lines = files[index] ?? [];
            const [model] = tablesOf(parts);
            const header = lines[0] ?? [];
            const rows = lines.slice(1, 1 + (model?.rows.length ?? 0));
            const totals = lines.slice(
              rows.length + 2,
              rows.length + 2 + (model?.sums.length ?? 0),
            );
            expect(totals).toHaveLength(model?.sums.length ?? 0);
            for (const [, , title, sum, currency] of totals) {
              const at = header.indexOf(title ?? "");
              const cells = rows.filter((row) => row[at + 1] === currency).map((row) => row[at]);
              const added = cells.reduce((whole, cell) => whole + scaled(cell ?? ""), 0n);
              expect([title, currency, added]).toEqual([title, currency, scaled(sum ?? "")]);
            }
          });
        },
      ),
      { numRuns: 2, endOnFailure: true },
    );
  });

  test("keeps whatever a document says", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(documentParts, { minLength: 40, maxLength: 40 }),
        async (documents) => {
          const whole = documents.map((parts) =>
            // A file of UTF-8 has no halves of characters.
            JSON.parse(JSON.stringify(parts).replaceAll(/\\u[dD][89a-fA-F][0-9a-fA-F]{2}/g, "?")),
          );
          const paths: string[] = [];
          for (const parts of whole) paths.push((await renderHere(renderCsv, "csv", parts)).path);
          const files = await readAll(whole, paths);
          whole.forEach((parts, index) => void expectTables(files[index] ?? [], parts));
        },
      ),
      { numRuns: 2, endOnFailure: true },
    );
  });
});

describe("the layout of a CSV file", () => {
  const rendered = async (parts: Iterable<DocumentPart>) => {
    const { path, fingerprint } = await renderHere(renderCsv, "csv", parts);
    return { text: readFileSync(path, "utf8"), fingerprint };
  };
  const [document, heading, paragraph, chart, , table, ...rest] = sampleParts({
    ...{ language: "en-US", rows: 2, texts: ["=1+1", 'a "b", c'] },
  });
  if (!document || !heading || !paragraph || !chart || !table) throw new Error("no sample");

  test("begins with a table; what is about the document follows", async () => {
    const { text, fingerprint } = await rendered([
      ...[document, heading, paragraph, chart, table, ...rest],
    ]);
    expect(text).toBe(
      [
        "Date,Payee,Note,Tax (%),Amount,Amount (Currency),Rate,In EUR,In EUR (Currency),Fee,Fee (Currency),With fee,With fee (Currency)",
        "2026-09-01,'=1+1,,19,-0.00,EUR,,-0.00,EUR,0.35,EUR,0.35,EUR",
        '2026-09-02,"a ""b"", c",Note 1,,79.19,TRY,0.0213579,1047.29,EUR,0.35,EUR,1047.64,EUR',
        "",
        "Transactions,Total EUR,Amount,0,EUR",
        "Transactions,Total EUR,In EUR,1047.29,EUR",
        "Transactions,Total EUR,Fee,0.7,EUR",
        "Transactions,Total EUR,With fee,1047.99,EUR",
        "Transactions,Total TRY,Amount,79.19,TRY",
        "Transactions,Total BTC,Amount,0,BTC",
        "",
        "Transactions",
        "September 2026",
        "Book,Yılmaz household",
        "From,2026-09-01",
        "To,2026-09-30",
        "Time zone,Europe/Istanbul",
        "Base currency,EUR",
        "Rates,ecb",
        "Created,2026-10-01T11:30:00+03:00",
        "Document,01a2043b-44d9-7747-9bb1-fb12a1cb95e4",
        `Fingerprint (SHA-256),${fingerprint}`,
        "",
        "All transactions",
        '"Everything that was posted in the period, one line each."',
        "",
        "Rates are those of the European Central Bank.",
        "",
      ].join("\r\n"),
    );
  });

  test("separates further tables by an empty line and their title; facts may be amounts", async () => {
    const fact = { id: "sum", label: "Sum", kind: "money", value: money("-1.50", "EUR") } as const;
    const small: DocumentPart = {
      part: "table",
      table: {
        ...{ id: "rates", title: "Rates" },
        columns: [{ id: "at", title: "At", kind: "instant", width: 1 }],
      },
    };
    const none: DocumentPart = { part: "totals", totals: [] };
    const { text } = await rendered([
      ...[document, small, none, small],
      { part: "row", cells: ["2026-10-25T00:30:00.000Z"] },
      ...[none, { part: "facts", facts: [fact] } as const],
    ]);
    expect(text.split("\r\n").slice(0, 6)).toEqual([
      ...["At", "", "Rates", "At", "2026-10-25T03:30:00+03:00", ""],
    ]);
    expect(text).toContain("\r\nSum,-1.50,EUR\r\n");
  });

  test("is that of the country's spreadsheets", async () => {
    for (const language of ["de-DE", "tr-TR"] as const) {
      const { text } = await rendered(sampleParts({ language, rows: 2 }));
      expect(text).toStartWith("\uFEFFDate;Payee;");
      expect(text).toContain(
        "\r\n2026-09-02;Rewe Markt GmbH;Note 1;;79,19;TRY;0,0213579;1047,29;EUR;",
      );
    }
  });

  test("says of an instant in which offset it was shown, east and west and by the half hour", async () => {
    const head = headOf([document]);
    for (const [timeZone, shown] of [
      ["America/New_York", "2026-10-01T04:30:00-04:00"],
      ["Asia/Kolkata", "2026-10-01T14:00:00+05:30"],
      ["America/St_Johns", "2026-10-01T06:00:00-02:30"],
      ["UTC", "2026-10-01T08:30:00+00:00"],
    ] as const) {
      const { text } = await rendered([{ part: "document", head: { ...head, timeZone } }]);
      expect(text).toContain(`Created,${shown}\r\n`);
    }
  });
});
