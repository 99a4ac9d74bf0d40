import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { createExtfFile, maxBookings } from "#modules/reports/domain/extf";
import type { Booking } from "#modules/reports/domain/extf-booking";
import { isWindows1252, windows1252Of } from "#modules/reports/domain/extf-encoding";
import { type ExtfHead, readExtfHead } from "#modules/reports/domain/extf-head";
import { AppError } from "#platform/kernel/errors";
import { parseCurrencyCode } from "#platform/kernel/money";
import { parseLocalDate } from "#platform/kernel/time";
import { anyText } from "../../support/document-arbitraries.ts";
import { hostileTexts, money } from "../../support/documents.ts";
import { extfHead, scales, writeExtf } from "../../support/extf-files.ts";
import { readExtf } from "../../support/read-extf.ts";

const booking: Booking = {
  ...{ date: parseLocalDate("2026-09-07"), amount: money("119.00", "EUR"), base: null, rate: null },
  ...{ debit: "4930", credit: "1200", documentNumber: "RE-2026/17", text: "Papier, Toner" },
  information: [{ kind: "Steuersatz", content: "19 %" }],
};
const foreign = (amount: string, currency: string, base: string, rate: string): Booking => ({
  ...booking,
  ...{ amount: money(amount, currency), base: money(base, "EUR") },
  rate: money(rate, "EUR").amount,
});
const readOne = (given: Booking, head = extfHead) => {
  const { bytes } = writeExtf([given], head);
  const [read] = readExtf(bytes).bookings;
  if (!read) throw new Error("nothing read");
  return read;
};

describe("the head of a Buchungsstapel", () => {
  test("is what DATEV's description has, in 31 fields and 125 columns", () => {
    const { head, columns } = readExtf(writeExtf([]).bytes);
    expect(head).toEqual([
      ...['"EXTF"', "700", "21", '"Buchungsstapel"', "13", "20261001083000123", "", '"FT"'],
      ...['"FinTrack"', '""', "29098", "55003", "20260101", "4", "20260901", "20260930"],
      ...['"FinTrack 2026-09"', '""', "1", "0", "0", '"EUR"', "", '""', "", "", '""', "", "", '""'],
      '"4c01f4ef64d1161a"',
    ]);
    expect(columns).toHaveLength(125);
    expect([0, 6, 9, 13, 47, 48, 86, 102, 113, 124].map((at) => columns[at])).toEqual([
      ...["Umsatz (ohne Soll/Haben-Kz)", "Konto", "Belegdatum", "Buchungstext"],
      ...["Zusatzinformation - Art 1", "Zusatzinformation- Inhalt 1"],
      ...["Zusatzinformation- Inhalt 20", "Buchungs GUID", "Festschreibung", "Abw. Skontokonto"],
    ]);
  });

  const settings = (changes: Partial<ExtfHead["settings"]>) => ({
    settings: { ...extfHead.settings, ...changes },
  });
  const faults: readonly [string, Partial<ExtfHead>][] = [
    ["/datev/consultantNumber", settings({ consultantNumber: "1000" })],
    ["/datev/consultantNumber", settings({ consultantNumber: "12345678" })],
    ["/datev/clientNumber", settings({ clientNumber: "0" })],
    ["/datev/clientNumber", settings({ clientNumber: "100000" })],
    ["/datev/accountLength", settings({ accountLength: 3 })],
    ["/datev/accountLength", settings({ accountLength: 9 })],
    ["/datev/openingBalanceAccount", settings({ openingBalanceAccount: "90000" })],
    ["/datev/openingBalanceAccount", settings({ openingBalanceAccount: "0000" })],
    ["/datev/transitAccount", settings({ transitAccount: "136" })],
    ["/datev/transitAccount", settings({ transitAccount: "13６0" })],
    ["/datev/transitAccount", settings({ transitAccount: '136"' })],
    ["/datev/fiscalYearStart", settings({ fiscalYearStart: parseLocalDate("2026-01-02") })],
    ["/from", { from: parseLocalDate("2025-12-31") }],
    ["/to", { to: parseLocalDate("2026-08-31") }],
    ["/to", { to: parseLocalDate("2027-01-01") }],
    ["/name", { name: "" }],
    ["/name", { name: "x".repeat(31) }],
    ["/name", { name: "September; 2026" }],
    ["/name", { name: "Büro" }],
    ["/currency", { currency: parseCurrencyCode("BTC") }],
    ["/currency", { currency: parseCurrencyCode("KWD") }],
    ["/currency", { currency: parseCurrencyCode("1INCH") }],
  ];
  for (const [path, changes] of faults)
    test(`is refused at ${path} with ${JSON.stringify(changes)}`, () => {
      try {
        readExtfHead({ ...extfHead, ...changes }, scales);
      } catch (error) {
        expect((error as AppError).fields.map((field) => field.path)).toEqual([path]);
        return;
      }
      throw new Error("taken");
    });

  test("names all of its faults at once, and takes a year that begins in July", () => {
    const all = Object.assign({}, extfHead, ...faults.slice(7, 11).map(([, change]) => change));
    expect(() => readExtfHead(all, scales)).toThrow(AppError);
    const july = {
      ...settings({ fiscalYearStart: parseLocalDate("2026-07-01") }),
      ...{ from: parseLocalDate("2026-12-01"), to: parseLocalDate("2027-06-30") },
    };
    expect(readExtfHead({ ...extfHead, ...july }, scales).to).toBe(parseLocalDate("2027-06-30"));
  });
});

describe("a booking", () => {
  test("is an amount from one account to another, without a tax key", () => {
    expect(readOne(booking)).toEqual({
      ...{ amount: money("119.00", "EUR").amount, side: "S", currency: "EUR", quote: null },
      ...{ base: null, account: "4930", contra: "1200", day: "0709" },
      ...{ documentNumber: "RE-2026/17", text: "Papier, Toner" },
      information: { Steuersatz: "19 %", "Bericht (SHA-256)": extfHead.fingerprint },
    });
  });

  test("in a foreign currency states its quote and what it comes to", () => {
    const read = readOne(foreign("4821.50", "TRY", "102.98", "0.0213579"));
    expect(read).toMatchObject({
      ...{ amount: "4821.50", currency: "TRY", quote: "46.821083" },
      base: { amount: "102.98", currency: "EUR" },
    });
    expect(read.information).toMatchObject({
      ...{ Betrag: "4821.50 TRY", Kurs: "1 TRY = 0.0213579 EUR" },
    });
  });

  const unquoted: readonly [string, Booking][] = [
    ["a quote below 1", foreign("10.00", "GBP", "11.54", "1.1537")],
    ["a quote above 9999", foreign("100000.00", "VND", "3.40", "0.000034")],
    ["no national currency", foreign("0.05000000", "BTC", "3061.73", "61234.5")],
    ["more than two decimals", foreign("1.234", "TRY", "0.03", "0.0213579")],
    ["more digits than the field", foreign("12345678901.00", "TRY", "263675445.09", "0.0213579")],
  ];
  for (const [why, given] of unquoted)
    test(`is booked by its value when DATEV has no place for it: ${why}`, () => {
      const read = readOne(given);
      expect(read).toMatchObject({ currency: "EUR", quote: null, base: null });
      expect(read.amount).toBe(given.base?.amount ?? ("?" as never));
      expect(read.information["Betrag"]).toBe(`${given.amount.amount} ${given.amount.currency}`);
    });

  test("of books that are not in euros states foreign euros only", () => {
    const head = { ...extfHead, currency: parseCurrencyCode("CHF") };
    const inFrancs = (currency: string, rate: string): Booking => ({
      ...booking,
      ...{ amount: money("20.00", currency), base: money("10.00", "CHF") },
      rate: money(rate, "CHF").amount,
    });
    expect(readOne(inFrancs("EUR", "0.5"), head)).toMatchObject({
      currency: "EUR",
      quote: "2.000000",
    });
    expect(readOne(inFrancs("USD", "0.5"), head)).toMatchObject({ currency: "CHF", quote: null });
  });

  const impossible: readonly [string, Partial<Booking>][] = [
    ["of nothing", { amount: money("0.00", "EUR") }],
    ["of less than nothing", { amount: money("-1.00", "EUR") }],
    ["of too much", { amount: money("10000000000.00", "EUR") }],
    ["of another currency without a value", { amount: money("1.00", "TRY") }],
    ["before the period", { date: parseLocalDate("2026-08-31") }],
    ["after the period", { date: parseLocalDate("2026-10-01") }],
    ["of an account with itself", { credit: "4930" }],
    ["of something that is no number", { debit: '1200";"' }],
    ["of account zero", { debit: "0000" }],
    ["with too much information", { information: Array(16).fill({ kind: "a", content: "b" }) }],
  ];
  for (const [what, changes] of impossible)
    test(`${what} is refused`, () => {
      expect(() => writeExtf([{ ...booking, ...changes }])).toThrow(RangeError);
    });

  test("more than 99,999 are refused", () => {
    const file = createExtfFile(extfHead);
    for (let count = 0; count < maxBookings; count++) file.booking(booking);
    expect(() => file.booking(booking)).toThrow(RangeError);
  }, 30_000);
});

describe("texts of a booking", () => {
  test("lose what the code page has not, and it is named", () => {
    const text = "Kadıköy İşçi Şube ₺ € ß ẞ „Grüße“ Łódź 😀👨‍👩‍👧 Счёт";
    const { bytes, replacements } = writeExtf([{ ...booking, text }]);
    const [read] = readExtf(bytes).bookings;
    expect(read?.text).toBe("Kadiköy Isçi Sube ? € ß SS „Grüße“ Lódz ?? ????");
    expect(replacements).toContainEqual({ character: "ı", codes: "U+0131", by: "i" });
    expect(replacements).toContainEqual({ character: "₺", codes: "U+20BA", by: "?" });
    expect(replacements).toContainEqual({
      ...{ character: "👨‍👩‍👧", codes: "U+1F468 U+200D U+1F469 U+200D U+1F467", by: "?" },
    });
  });

  test("are one line of at most 60 characters, and whole in the information", () => {
    const text = `Zeile eins\r\nZeile "zwei"\t${"lang ".repeat(20)}`;
    const read = readOne({ ...booking, text });
    expect(read.text).toBe('Zeile eins Zeile "zwei" lang lang lang lang lang lang lan…');
    expect(read.information["Text"]).toBe(`Zeile eins Zeile "zwei" ${"lang ".repeat(20).trim()}`);
  });

  test("do not become formulas of a spreadsheet", () => {
    for (const text of ["=1+1", "+1", "-1", "@a", "  =1", "\t=1"])
      expect(readOne({ ...booking, text }).text).toBe(`'${text.trim()}`);
    expect(readOne({ ...booking, documentNumber: "-1+2" }).documentNumber).toBe("_1+2");
  });

  test("keep a document number that the field does not take beside it", () => {
    const documentNumber = "Rechnung Nr. 17/ä";
    const read = readOne({ ...booking, documentNumber });
    expect(read.documentNumber).toBe("Rechnung_Nr__17/_");
    expect(read.information["Belegnummer"]).toBe(documentNumber);
    expect(readOne({ ...booking, documentNumber: null }).documentNumber).toBe("");
  });

  test("stay within their fields whatever they are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(anyText, fc.constantFrom(...hostileTexts)), {
          minLength: 4,
          maxLength: 4,
        }),
        ([text = "", documentNumber = "", kind = "", content = ""]) => {
          const information = [{ kind: `k${kind}`, content: `c${content}` }];
          const lines = [{ ...booking, text, documentNumber, information }, booking];
          const { bytes } = writeExtf(lines);
          const { bookings } = readExtf(bytes);
          expect(bookings).toHaveLength(2);
          expect(bookings[1]).toEqual(readOne(booking));
          expect(bookings[0]?.amount).toBe(booking.amount.amount);
        },
      ),
      { numRuns: 500 },
    );
  });
});

test("Windows-1252 is what the platform decodes", () => {
  const decoder = new TextDecoder("windows-1252");
  for (let byte = 0; byte < 256; byte++) {
    const character = decoder.decode(new Uint8Array([byte]));
    // Where the code page has nothing, decoders put the control of that number.
    const undefinedBytes = [0x81, 0x8d, 0x8f, 0x90, 0x9d];
    expect(isWindows1252(character)).toBe(!undefinedBytes.includes(byte));
    if (isWindows1252(character)) expect([...windows1252Of(character)]).toEqual([byte]);
  }
  expect(() => windows1252Of("ş")).toThrow(RangeError);
});

test("a file stays byte for byte what was compared with DATEV's description", () => {
  const path = join(import.meta.dir, "../../fixtures/datev/EXTF_2026-09.csv");
  const { bytes } = writeExtf([
    booking,
    foreign("4821.50", "TRY", "102.98", "0.0213579"),
    foreign("10.00", "GBP", "11.54", "1.1537"),
    { ...booking, text: `Müller "&" Söhne; Yılmaz ${"x".repeat(60)}`, documentNumber: "Nr. 1" },
  ]);
  expect(bytes.equals(readFileSync(path))).toBe(true);
});
