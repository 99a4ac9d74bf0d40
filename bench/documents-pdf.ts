/**
 * What a PDF of a long table takes from a stored model, in the renderer's thread, beside pdfkit with the same font, cells and
 * lines, and nothing else: no wrapping, no measured columns, no page numbers. Each runs in a process of its own.
 *
 *   bun run bench:pdf [--smoke]
 */
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import type { DocumentPart } from "#platform/documents/model";
import { openModelWriter } from "#platform/documents/model-file";
import { createDocumentRenderer } from "#platform/documents/renderer";
import { parseDecimal } from "#platform/kernel/decimal";
import { parseCurrencyCode } from "#platform/kernel/money";
import { addDays, parseInstant, parseLocalDate } from "#platform/kernel/time";
import { isSmoke, median, table } from "./support/figures.ts";
import { type FileFigures, figuresOf, measureFile } from "./support/own-process.ts";

const [command, way = "", rowsText = "", modelPath = "", outPath = ""] = Bun.argv.slice(2);
const counts = isSmoke() ? [50, 100] : [5_000, 10_000];
const rounds = isSmoke() ? 1 : 5;
const aimSeconds = 10;
const currencies = ["EUR", "TRY", "USD"].map((code) => parseCurrencyCode(code));
const firstDay = parseLocalDate("2026-01-01");

/** Texts of the cells of a row, but for the day and the amount; half of them differ from those of all other rows. */
const textsOf = (row: number) => [`Payee ${row % 500} GmbH`, `Note ${row}`, `Category ${row % 50}`];
const centsOf = (row: number) => (row * 7_919) % 1_000_000;

function* parts(rows: number): Generator<DocumentPart> {
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
        { id: "payee", title: "Payee", kind: "text", width: 20 },
        { id: "note", title: "Note", kind: "text", width: 14 },
        { id: "category", title: "Category", kind: "text", width: 16 },
        { id: "amount", title: "Amount", kind: "money", width: 16 },
        { id: "taxRate", title: "Tax", kind: "percent", width: 8 },
      ],
    },
  };
  for (let row = 0; row < rows; row++) {
    const amount = parseDecimal((centsOf(row) / 100).toFixed(2));
    const currency = currencies[row % currencies.length] ?? parseCurrencyCode("EUR");
    yield {
      part: "row",
      cells: [addDays(firstDay, row % 300), ...textsOf(row), { amount, currency }, "19"],
    };
  }
  yield { part: "totals", totals: [] };
}

/** The same by hand. */
async function writeAlone(rows: number, path: string): Promise<void> {
  const { default: PdfDocument } = await import("pdfkit");
  const { resolve } = createRequire(import.meta.url);
  const out = createWriteStream(path);
  const pdf = new PdfDocument({ size: "A4", margin: 42, autoFirstPage: false });
  pdf.pipe(out);
  const faces = ["", "-Bold"].map((face) =>
    resolve(`dejavu-fonts-ttf/ttf/DejaVuSansCondensed${face}.ttf`),
  );
  for (const [index, face] of faces.entries()) pdf.registerFont(`${index}`, face);
  const lefts = [42, 102, 222, 306, 402, 500];
  const rowPt = 14.5;
  const amount = new Intl.NumberFormat("de-DE", { minimumFractionDigits: 2 });
  const day = new Intl.DateTimeFormat("de-DE", {
    ...{ day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" },
  });
  let y = Number.POSITIVE_INFINITY;
  const write = (texts: readonly string[], font: string) => {
    pdf.font(font).fontSize(8);
    for (const [at, text] of texts.entries()) {
      const right = lefts[at + 1] ?? 553;
      const x = at < 4 ? (lefts[at] ?? 0) : right - 4 - pdf.widthOfString(text);
      pdf.text(text, x, y, { lineBreak: false });
    }
    pdf
      .moveTo(42, y + 11)
      .lineTo(553, y + 11)
      .lineWidth(0.4)
      .stroke();
    y += rowPt;
  };
  for (let row = 0; row < rows; row++) {
    if (y > 775) {
      pdf.addPage();
      y = 42;
      write(["Date", "Payee", "Note", "Category", "Amount", "Tax"], "1");
    }
    const cents = `${amount.format(centsOf(row) / 100)} ${currencies[row % currencies.length]}`;
    const date = day.format(Date.UTC(2026, 0, 1 + (row % 300)));
    write([date, ...textsOf(row), cents, "19 %"], "0");
  }
  pdf.end();
  await finished(out);
}

const ways: Readonly<Record<string, () => Promise<unknown>>> = {
  pdfkit: () => writeAlone(Number(rowsText), outPath),
  FinTrack: () =>
    createDocumentRenderer().render(
      { modelPath, fingerprint: "0".repeat(64), format: "pdf", outPath },
      { signal: AbortSignal.timeout(120_000) },
    ),
};

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "fintrack-bench-"));
  try {
    const lines: string[][] = [];
    for (const rows of counts) {
      const model = join(directory, `${rows}.jsonl`);
      const writer = await openModelWriter(model);
      for (const part of parts(rows)) await writer.write(part);
      await writer.finish();
      await writer.close();
      const measured = new Map<string, FileFigures[]>();
      for (let round = 0; round < rounds; round++)
        for (const name of Object.keys(ways)) {
          const path = join(directory, `${name}.pdf`);
          const args = ["run", name, `${rows}`, model, path];
          const figures = await figuresOf(import.meta.path, args, path);
          measured.set(name, [...(measured.get(name) ?? []), figures]);
        }
      const msOf = (name: string) => median((measured.get(name) ?? []).map(({ ms }) => ms));
      for (const [name, figures] of measured)
        lines.push([
          ...[`${rows}`, name, `${(msOf(name) / 1000).toFixed(2)} s`],
          (msOf("pdfkit") / msOf(name)).toFixed(2),
          `${Math.max(...figures.map(({ memoryMb }) => memoryMb)).toFixed(0)} MB`,
          `${median(figures.map(({ sizeMb }) => sizeMb)).toFixed(2)} MB`,
        ]);
    }
    console.log(`## PDF: a table of 6 columns, medians of ${rounds}\n`);
    const head = ["rows", "writer", "took", "of pdfkit's speed", "memory at most", "file"];
    console.log(table(head, lines));
    console.log(`\nAim: ${counts[0]} rows in ${aimSeconds} s.`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (command === "run") await measureFile(outPath, async () => ways[way]?.());
else await main();
