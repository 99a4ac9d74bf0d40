import fc from "fast-check";
import { type Cell, type DocumentPart, documentLanguages } from "#platform/documents/model";
import { parseDecimal } from "#platform/kernel/decimal";
import { type CurrencyCode, parseCurrencyCode } from "#platform/kernel/money";
import { parseInstant } from "#platform/kernel/time";

const digits: Readonly<Record<string, number>> = { EUR: 2, TRY: 2, JPY: 0, BTC: 8 };
const euro = parseCurrencyCode("EUR");

/** Whole minor units as a decimal: -5 with two digits is "-0.05". */
function decimalOf(units: bigint, fraction: number) {
  const text = String(units < 0n ? -units : units).padStart(fraction + 1, "0");
  const point = text.length - fraction;
  const plain = fraction === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}`;
  return parseDecimal(`${units < 0n ? "-" : ""}${plain}`);
}
const moneyOf = (units: bigint, currency: CurrencyCode) => ({
  amount: decimalOf(units, digits[currency] ?? 2),
  currency,
});

/** Most amounts are those of people; some have more digits than a double, and some bring a sum to where it ends. */
const units = fc.oneof(
  { weight: 20, arbitrary: fc.bigInt(-10_000_000n, 10_000_000n) },
  { weight: 3, arbitrary: fc.bigInt(-999_999_999_999_999n, 999_999_999_999_999n) },
  { weight: 1, arbitrary: fc.bigInt(-(10n ** 18n), 10n ** 18n) },
);

const rowOf = fc.record({
  day: fc.integer({ min: 1, max: 30 }),
  payee: fc.string({ unit: "grapheme", maxLength: 12 }),
  currency: fc.constantFrom(...Object.keys(digits).map((code) => parseCurrencyCode(code))),
  amount: fc.option(units, { freq: 10 }),
  net: units,
  tax: fc.option(units, { freq: 5 }),
});

/**
 * A book's list of transactions: amounts of any currency, and euros as net, tax and the sum of both. The sums are added up
 * in whole minor units, by nothing that the renderers use.
 */
export const bookDocuments: fc.Arbitrary<DocumentPart[]> = fc
  .record({
    language: fc.constantFrom(...documentLanguages),
    rows: fc.array(rowOf, { maxLength: 40 }),
  })
  .map(({ language, rows }): DocumentPart[] => {
    const sums = new Map<string, bigint>();
    const add = (name: string, value: bigint) => sums.set(name, (sums.get(name) ?? 0n) + value);
    const cells = rows.map(({ day, payee, currency, amount, net, tax }): Cell[] => {
      if (amount !== null) add(`amount ${currency}`, amount);
      add("net EUR", net);
      if (tax !== null) add("tax EUR", tax);
      add("gross EUR", net + (tax ?? 0n));
      return [
        `2026-09-${String(day).padStart(2, "0")}`,
        payee,
        amount === null ? null : moneyOf(amount, currency),
        moneyOf(net, euro),
        tax === null ? null : moneyOf(tax, euro),
        moneyOf(net + (tax ?? 0n), euro),
      ];
    });
    return [
      {
        part: "document",
        head: {
          ...{ id: "01a2043b-44d9-7747-9bb1-fb12a1cb95e4", title: "Book", subtitle: null },
          ...{ language, timeZone: "Europe/Berlin", facts: [] },
          createdAt: parseInstant("2026-10-01T08:30:00.000Z"),
        },
      },
      {
        part: "table",
        table: {
          ...{ id: "transactions", title: "Transactions" },
          columns: [
            { id: "date", title: "Date", kind: "date", width: 10 },
            { id: "payee", title: "Payee", kind: "text", width: 30 },
            { id: "amount", title: "Amount", kind: "money", width: 16 },
            { id: "net", title: "Net", kind: "money", width: 14, currency: euro },
            { id: "tax", title: "Tax", kind: "money", width: 14, currency: euro },
            {
              ...{ id: "gross", title: "Gross", kind: "money", width: 14, currency: euro },
              sumOf: ["net", "tax"],
            },
          ],
        },
      },
      ...cells.map((row): DocumentPart => ({ part: "row", cells: row })),
      {
        part: "totals",
        totals: Object.keys(digits).flatMap((code) => {
          const currency = parseCurrencyCode(code);
          const ofCurrency = ["amount", "net", "tax", "gross"].flatMap((column) => {
            const sum = sums.get(`${column} ${code}`);
            return sum === undefined ? [] : [{ column, value: moneyOf(sum, currency) }];
          });
          return ofCurrency.length === 0 ? [] : [{ label: `Total ${code}`, sums: ofCurrency }];
        }),
      },
    ];
  });
