import type { Chart, Column, DocumentPart } from "#platform/documents/model";
import { type DecimalString, parseDecimal } from "#platform/kernel/decimal";
import { parseCurrencyCode } from "#platform/kernel/money";
import { parseInstant } from "#platform/kernel/time";
import { money } from "./documents.ts";

const lira = parseCurrencyCode("TRY");
const months = ["Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos"].concat([
  ...["Eylül", "Ekim", "Kasım", "Aralık"],
]);
const categories = [
  "Ev ve kira giderleri",
  "Ulaşım (toplu taşıma ve taksi)",
  "Eğitim ve kurslar, çocuklar için",
  "فاتورة الكهرباء",
  "Счёт за электричество",
  "報告書 x",
  "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlung",
  "Zinsen",
];
const texts = [
  "مَرْحَبًا بِالعَالَمِ",
  "السعر 1,234.50 EUR (شامل)",
  "Rewe (GmbH) فاتورة رقم 2026/09 مدفوعة",
  "מאזן 123 עמית",
  "é e\u0301 q\u0323\u0302",
  "\u{1D4EF}\u{1D4EA} ⌶ ☃ ₺ € ₽ ₿",
  `z${"\u0300\u0301\u0302\u0303\u0304\u0305"} zalgo`,
  "\u0301lone a\u2066b\u2069 نمی\u200cخواهم",
  "الفاتورة (رقم 5) [مهم] <ok>",
  "٣٤٥٫٦٧ ريال سعودي",
];

/** Looks random and is the same every time. */
const amountAt = (row: number, column: number): DecimalString =>
  parseDecimal(`${((row * 7919 * (column + 2)) % 9000) - 2500}.50`);

const chart = (
  id: string,
  kind: Chart["kind"],
  labels: readonly string[],
  series: number,
  gaps: (at: number) => boolean = () => false,
): DocumentPart => ({
  part: "chart",
  chart: {
    ...{ id, title: `Grafik ${id}`, kind, currency: lira, labels },
    series: Array.from({ length: series }, (_, index) => ({
      title: `Seri ${index + 1}`,
      values: labels.map((_, at) => (gaps(at) ? null : amountAt(at, index))),
    })),
  },
});

/** All that is hard to draw: charts of every shape, a table wider than a page, and scripts in both directions. */
export function* wildParts(): Generator<DocumentPart> {
  yield {
    part: "document",
    head: {
      id: "01a2043b-44d9-7747-9bb1-fb12a1cb95e4",
      title: "Gelir tablosu – فاتورة 2026 (INV-12)",
      subtitle: "Ocak–Aralık 2026",
      language: "tr-TR",
      timeZone: "Europe/Istanbul",
      createdAt: parseInstant("2026-10-01T08:30:00.000Z"),
      facts: [
        { id: "book", label: "Defter", kind: "text", value: "شركة Müller GmbH للتجارة 12.50 €" },
        { id: "opening", label: "Açılış", kind: "money", value: money("1234567.89", "TRY") },
      ],
    },
  };
  yield { part: "heading", text: "Grafikler" };
  yield chart("kategoriler", "bars", categories, 3, (at) => at === 2);
  yield chart("aylar", "bars", months, 6);
  const days = Array.from({ length: 60 }, (_, at) => `2026-09-${String(at + 1).padStart(2, "0")}`);
  yield chart("günler", "line", days, 5, (at) => at % 17 === 5 || at % 17 === 7);
  yield chart("boş", "line", ["a"], 1, () => true);

  const monthColumns = months.map(
    (title, at): Column => ({ id: `m${at}`, title, kind: "money", currency: lira, width: 10 }),
  );
  yield { part: "heading", text: "Gelir tablosu" };
  yield {
    part: "table",
    table: {
      ...{ id: "months", title: "Aylar" },
      columns: [{ id: "category", title: "Kategori", kind: "text", width: 25 }, ...monthColumns],
    },
  };
  for (const [row, category] of [...categories, ...categories, ...categories].entries())
    yield {
      part: "row",
      cells: [category, ...months.map((_, at) => money(amountAt(row, at), "TRY"))],
    };
  yield {
    part: "totals",
    totals: [
      {
        label: "Toplam TRY",
        sums: monthColumns.map(({ id }, at) => ({
          column: id,
          value: money(amountAt(9, at), "TRY"),
        })),
      },
      { label: "Yalnız etiket", sums: [] },
    ],
  };

  yield { part: "heading", text: "Metinler" };
  yield {
    part: "paragraph",
    text: "مرحبا بالعالم هذا نص طويل جدا يجب أن يلتف على عدة أسطر من أجل اختبار ترتيب الكلمات من اليمين إلى اليسار مع Latin words in between و 12,345.67 EUR أرقام أيضا.",
  };
  yield {
    part: "table",
    table: {
      ...{ id: "texts", title: "Metin" },
      columns: [
        { id: "text", title: "Metin", kind: "text", width: 30 },
        { id: "amount", title: "Tutar", kind: "money", width: 12 },
        { id: "at", title: "Zaman", kind: "instant", width: 12 },
      ],
    },
  };
  for (const text of texts)
    yield { part: "row", cells: [text, money("-1234.50", "EUR"), "2026-09-17T10:00:00.000Z"] };
  yield {
    part: "totals",
    totals: [
      {
        label: "Toplam",
        sums: ["EUR", "TRY"].map((code) => ({ column: "amount", value: money("-1.00", code) })),
      },
    ],
  };
  const column = { id: "a", title: "Metin", kind: "text", width: 1 } as const;
  yield { part: "table", table: { id: "empty", title: "Boş tablo", columns: [column] } };
  yield { part: "totals", totals: [] };
  yield {
    part: "notes",
    notes: ["Kurlar Avrupa Merkez Bankası'nındır.", "ملاحظة: الأسعار تقريبية."],
  };
}
