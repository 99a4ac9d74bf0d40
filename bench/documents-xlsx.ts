/**
 * What an Excel file of 100,000 rows takes from a stored model, in the renderer's thread, beside exceljs' streaming writer
 * with the same cells and nothing else. Each runs in a process of its own, so that its memory is its own.
 *
 *   bun run bench:xlsx [--smoke]
 */
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DocumentPart } from "#platform/documents/model";
import { openModelWriter } from "#platform/documents/model-file";
import { createDocumentRenderer } from "#platform/documents/renderer";
import { parseDecimal } from "#platform/kernel/decimal";
import { type Money, parseCurrencyCode } from "#platform/kernel/money";
import { addDays, parseInstant, parseLocalDate } from "#platform/kernel/time";
import { isSmoke, median, table } from "./support/figures.ts";
import { type FileFigures, figuresOf, measureFile } from "./support/own-process.ts";

const rows = isSmoke() ? 1_000 : 100_000;
const rounds = isSmoke() ? 1 : 7;
/** As often as exceljs' writer alone needs the event loop to keep its memory down. */
const rowsPerTurn = 200;
const aims = { share: 0.8, memoryMb: 250 };
const currencies = ["EUR", "TRY", "USD"].map((code) => parseCurrencyCode(code));
const euro = parseCurrencyCode("EUR");
const firstDay = parseLocalDate("2026-01-01");

/** Of each row, in hundredths. */
const amountsOf = (row: number) => {
  const base = (row * 104_729) % 900_000;
  return { amount: (row * 7_919) % 1_000_000, base, fee: 35, all: base + 35 };
};
const money = (hundredths: number, currency = euro): Money => ({
  amount: parseDecimal((hundredths / 100).toFixed(2)),
  currency,
});

function* parts(): Generator<DocumentPart> {
  yield {
    part: "document",
    head: {
      ...{ id: "01a2043b-44d9-7747-9bb1-fb12a1cb95e4", title: "Transactions", subtitle: null },
      ...{ language: "de-DE", timeZone: "Europe/Istanbul", facts: [] },
      createdAt: parseInstant("2026-10-01T08:30:00.000Z"),
    },
  };
  yield {
    part: "table",
    table: {
      ...{ id: "transactions", title: "Transactions" },
      columns: [
        { id: "date", title: "Date", kind: "date", width: 10 },
        { id: "payee", title: "Payee", kind: "text", width: 30 },
        { id: "note", title: "Note", kind: "text", width: 20 },
        { id: "category", title: "Category", kind: "text", width: 20 },
        { id: "taxRate", title: "Tax", kind: "percent", width: 6 },
        { id: "amount", title: "Amount", kind: "money", width: 16 },
        { id: "base", title: "In EUR", kind: "money", width: 14, currency: euro },
        { id: "fee", title: "Fee", kind: "money", width: 10, currency: euro },
        {
          ...{ id: "all", title: "With fee", kind: "money", width: 14, currency: euro },
          sumOf: ["base", "fee"],
        },
      ],
    },
  };
  for (let row = 0; row < rows; row++) {
    const { amount, base, fee, all } = amountsOf(row);
    yield {
      part: "row",
      cells: [
        addDays(firstDay, row % 300),
        ...[`Payee ${row % 5_000} GmbH`, `Note ${row}`, `Category ${row % 50}`, "19"],
        money(amount, currencies[row % currencies.length]),
        ...[money(base), money(fee), money(all)],
      ],
    };
  }
  yield { part: "totals", totals: [] };
}

/** The same cells, by hand. */
async function writeAlone(path: string): Promise<void> {
  const { default: ExcelJS } = await import("exceljs");
  const stream = createWriteStream(path);
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useStyles: true });
  const sheet = workbook.addWorksheet("Transactions");
  sheet.columns = Array.from({ length: 10 }, () => ({ width: 14 }));
  const text = { numFmt: "@" };
  const [day, tax] = [{ numFmt: "dd\\.mm\\.yyyy" }, { numFmt: "0\\ %" }];
  const amounts = new Map(currencies.map((code) => [code, { numFmt: `#,##0.00" ${code}"` }]));
  const firstSerial = 46_023;
  for (let row = 0; row < rows; row++) {
    const { amount, base, fee, all } = amountsOf(row);
    const currency = currencies[row % currencies.length] ?? euro;
    const line = sheet.getRow(row + 1);
    const put = (column: number, value: string | number | object, style?: object) => {
      const cell = line.getCell(column);
      cell.value = value as string;
      cell.style = style ?? {};
    };
    put(1, firstSerial + (row % 300), day);
    put(2, `Payee ${row % 5_000} GmbH`, text);
    put(3, `Note ${row}`, text);
    put(4, `Category ${row % 50}`, text);
    put(5, 0.19, tax);
    put(6, amount / 100, amounts.get(currency));
    put(7, currency, text);
    put(8, base / 100, amounts.get(euro));
    put(9, fee / 100, amounts.get(euro));
    put(10, { formula: `H${row + 1}+I${row + 1}`, result: all / 100 }, amounts.get(euro));
    line.commit();
    if (row % rowsPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  sheet.commit();
  await workbook.commit();
}

const ways: Readonly<Record<string, (modelPath: string, outPath: string) => Promise<unknown>>> = {
  exceljs: (_, outPath) => writeAlone(outPath),
  FinTrack: (modelPath, outPath) =>
    createDocumentRenderer().render(
      { modelPath, fingerprint: "0".repeat(64), format: "xlsx", outPath },
      { signal: AbortSignal.timeout(120_000) },
    ),
};

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "fintrack-bench-"));
  try {
    const modelPath = join(directory, "model.jsonl");
    const writer = await openModelWriter(modelPath);
    for (const part of parts()) await writer.write(part);
    await writer.finish();
    await writer.close();
    const measured = new Map<string, FileFigures[]>();
    for (let round = 0; round < rounds; round++)
      for (const way of Object.keys(ways)) {
        const path = join(directory, `${way}.xlsx`);
        const args = ["run", way, modelPath, path, ...(isSmoke() ? ["--smoke"] : [])];
        const figures = await figuresOf(import.meta.path, args, path);
        measured.set(way, [...(measured.get(way) ?? []), figures]);
      }
    report(measured);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function report(measured: ReadonlyMap<string, readonly FileFigures[]>): void {
  const middle = (way: string, pick: (figures: FileFigures) => number) =>
    median((measured.get(way) ?? []).map(pick));
  const alone = middle("exceljs", ({ ms }) => ms);
  const lines = [...measured.keys()].map((way) => {
    const ms = middle(way, (figures) => figures.ms);
    const memory = Math.max(...(measured.get(way) ?? []).map(({ memoryMb }) => memoryMb));
    const size = middle(way, ({ sizeMb }) => sizeMb);
    return [
      ...[way, `${(ms / 1000).toFixed(2)} s`, (alone / ms).toFixed(2)],
      ...[`${memory.toFixed(0)} MB`, `${size.toFixed(1)} MB`],
    ];
  });
  console.log(`## Excel: ${rows} rows of 10 cells, medians of ${rounds}\n`);
  console.log(table(["writer", "took", "of exceljs' speed", "memory at most", "file"], lines));
  console.log(`\nAims: ${aims.share} of exceljs' speed, ${aims.memoryMb} MB.`);
}

const [command, way = "", modelPath = "", outPath = ""] = Bun.argv.slice(2);
if (command === "run") await measureFile(outPath, async () => ways[way]?.(modelPath, outPath));
else await main();
