import { afterAll } from "bun:test";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DocumentFormat } from "#platform/documents/formats";
import type { DocumentLanguage, DocumentPart } from "#platform/documents/model";
import { openModelWriter, readModel } from "#platform/documents/model-file";
import { createDocumentRenderer } from "#platform/documents/renderer";
import type { Render, Rendered } from "#platform/documents/rendering";
import { addDecimals, type DecimalString, parseDecimal, zero } from "#platform/kernel/decimal";
import { type Money, parseCurrencyCode } from "#platform/kernel/money";
import { addDays, parseInstant, parseLocalDate } from "#platform/kernel/time";

export const money = (amount: string, currency: string): Money => ({
  amount: parseDecimal(amount),
  currency: parseCurrencyCode(currency),
});

/** What somebody may have written into a payee or a note; must stay text in every format. */
export const hostileTexts: readonly string[] = [
  "=cmd|' /C calc'!A0",
  "+1+2",
  "-2+3",
  "@SUM(1;2)",
  "\ttab",
  "a|b||c",
  "]]> & <b>&amp;</b>",
  "<script>alert(1)</script>",
  "![x](http://x.example) [y](javascript:alert(1)) `code` **bold** _it_ # no",
  "\u202Eright to left override\u202C",
  "emoji \u{1F600}\u{1F468}\u200D\u{1F469}\u200D\u{1F467}",
  "Kadıköy İşçi Şube ₺ € ß ẞ",
  "Счёт за июнь",
  "فاتورة شهر يونيو",
  "報告書",
  "line\u2028separator\u2029paragraph",
  'semi;colon,comma"quote"',
  "x".repeat(2000),
  "word ".repeat(400).trim(),
];

const directory = mkdtempSync(join(tmpdir(), "fintrack-documents-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let files = 0;
const newPath = (extension: string) => join(directory, `${files++}.${extension}`);
const renderer = createDocumentRenderer();

export type StoredModel = {
  readonly path: string;
  readonly fingerprint: string;
  readonly rows: number;
};

export async function storeModel(parts: Iterable<DocumentPart>): Promise<StoredModel> {
  const path = newPath("jsonl");
  const writer = await openModelWriter(path);
  for (const part of parts) await writer.write(part);
  const { sha256, rows } = await writer.finish();
  await writer.close();
  return { path, fingerprint: sha256, rows };
}

/** The file that the renderer's thread makes of these parts. */
export async function renderFile(
  format: DocumentFormat,
  parts: Iterable<DocumentPart>,
): Promise<{ readonly path: string; readonly fingerprint: string; readonly rendered: Rendered }> {
  const model = await storeModel(parts);
  const outPath = newPath(format);
  const rendered = await renderer.render(
    { modelPath: model.path, fingerprint: model.fingerprint, format, outPath },
    { signal: AbortSignal.timeout(60_000) },
  );
  return { path: outPath, fingerprint: model.fingerprint, rendered };
}

/** The same without a thread, which is quicker for many small documents. */
export async function renderHere(
  render: Render,
  format: DocumentFormat,
  parts: Iterable<DocumentPart>,
): Promise<{ readonly path: string; readonly fingerprint: string }> {
  const { path: modelPath, fingerprint } = await storeModel(parts);
  const path = newPath(format);
  await render({ parts: readModel(modelPath), fingerprint, out: createWriteStream(path) });
  return { path, fingerprint };
}

/** A list of transactions in three currencies with all there can be around it; `texts` are the payees in turn. */
export function* sampleParts(options: {
  readonly language: DocumentLanguage;
  readonly rows: number;
  readonly texts?: readonly string[];
}): Generator<DocumentPart> {
  const { language, rows, texts = ["Kira", "Rewe Markt GmbH", "Grocery & Co."] } = options;
  const currencies = ["EUR", "TRY", "BTC"].map((code) => parseCurrencyCode(code));
  const digits = [2, 2, 8];
  yield {
    part: "document",
    head: {
      id: "01a2043b-44d9-7747-9bb1-fb12a1cb95e4",
      title: "Transactions",
      subtitle: "September 2026",
      language,
      timeZone: "Europe/Istanbul",
      createdAt: parseInstant("2026-10-01T08:30:00.000Z"),
      facts: [
        { id: "book", label: "Book", kind: "text", value: "Yılmaz household" },
        { id: "from", label: "From", kind: "date", value: "2026-09-01" },
        { id: "to", label: "To", kind: "date", value: "2026-09-30" },
        { id: "timeZone", label: "Time zone", kind: "text", value: "Europe/Istanbul" },
        { id: "baseCurrency", label: "Base currency", kind: "text", value: "EUR" },
        { id: "rateSource", label: "Rates", kind: "text", value: "ecb" },
      ],
    },
  };
  yield { part: "heading", text: "All transactions" };
  yield { part: "paragraph", text: "Everything that was posted in the period, one line each." };
  yield {
    part: "chart",
    chart: {
      ...{ id: "spending", title: "Spending by category", kind: "bars" },
      currency: parseCurrencyCode("EUR"),
      labels: ["Housing", "Groceries", "Transport"],
      series: [
        { title: "2026-08", values: ["1200.00", "433.12", "98.40"].map((v) => parseDecimal(v)) },
        { title: "2026-09", values: [parseDecimal("1200.00"), parseDecimal("512.90"), null] },
      ],
    },
  };
  yield {
    part: "chart",
    chart: {
      ...{ id: "netWorth", title: "Net worth", kind: "line" },
      currency: parseCurrencyCode("EUR"),
      labels: ["2026-07", "2026-08", "2026-09"],
      series: [
        { title: "Net worth", values: ["-120.00", "80.50", "4210.33"].map((v) => parseDecimal(v)) },
      ],
    },
  };
  yield {
    part: "table",
    table: {
      id: "transactions",
      title: "Transactions",
      columns: [
        { id: "date", title: "Date", kind: "date", width: 10 },
        { id: "payee", title: "Payee", kind: "text", width: 30 },
        { id: "note", title: "Note", kind: "text", width: 20 },
        { id: "taxRate", title: "Tax", kind: "percent", width: 6 },
        { id: "amount", title: "Amount", kind: "money", width: 16 },
        { id: "rate", title: "Rate", kind: "number", width: 10 },
        ...[
          { id: "base", title: "In EUR", kind: "money" as const, width: 14 },
          { id: "fee", title: "Fee", kind: "money" as const, width: 10 },
        ].map((column) => ({ ...column, currency: parseCurrencyCode("EUR") })),
        {
          ...{ id: "all", title: "With fee", kind: "money", width: 14 },
          currency: parseCurrencyCode("EUR"),
          sumOf: ["base", "fee"],
        },
      ],
    },
  };
  const sums = new Map(currencies.map((currency) => [currency, zero]));
  const euro = { base: zero, fee: zero, all: zero };
  for (let row = 0; row < rows; row++) {
    const at = row % currencies.length;
    const currency = currencies[at] ?? parseCurrencyCode("EUR");
    const cents = String((row * 7919) % 1_000_000).padStart((digits[at] ?? 2) + 1, "0");
    const amount = decimal(row % 4 === 0, cents, digits[at] ?? 2);
    const base = decimal(row % 4 === 0, String((row * 104_729) % 900_000).padStart(3, "0"), 2);
    const fee = parseDecimal("0.35");
    const all = addDecimals(base, fee);
    sums.set(currency, addDecimals(sums.get(currency) ?? zero, amount));
    for (const [name, value] of [
      ["base", base],
      ["fee", fee],
      ["all", all],
    ] as const)
      euro[name] = addDecimals(euro[name], value);
    yield {
      part: "row",
      cells: [
        addDays(parseLocalDate("2026-09-01"), row % 30),
        texts[row % texts.length] ?? null,
        row % 5 === 0 ? null : `Note ${row}`,
        row % 3 === 0 ? "19" : null,
        { amount, currency },
        at === 0 ? null : "0.0213579",
        ...[base, fee, all].map((value) => money(value, "EUR")),
      ],
    };
  }
  yield {
    part: "totals",
    totals: currencies.map((currency, index) => ({
      label: `Total ${currency}`,
      sums: [
        { column: "amount", value: { amount: sums.get(currency) ?? zero, currency } },
        ...(index === 0
          ? (["base", "fee", "all"] as const).map((column) => ({
              column,
              value: money(euro[column], "EUR"),
            }))
          : []),
      ],
    })),
  };
  yield { part: "notes", notes: ["Rates are those of the European Central Bank."] };
}

/** Totals of the sample's table whose one label is about several currencies, one of them not the column's own. */
export const severalCurrencies: DocumentPart = {
  part: "totals",
  totals: [
    {
      label: "All",
      sums: [
        { column: "amount", value: money("1234.50", "EUR") },
        { column: "amount", value: money("-7.00", "TRY") },
        { column: "base", value: money("12.00", "USD") },
      ],
    },
  ],
};

function decimal(negative: boolean, digits: string, fraction: number): DecimalString {
  const split = digits.length - fraction;
  return parseDecimal(`${negative ? "-" : ""}${digits.slice(0, split)}.${digits.slice(split)}`);
}
