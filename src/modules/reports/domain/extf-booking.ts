import {
  compareDecimals,
  type DecimalString,
  divideDecimals,
  one,
  parseDecimal,
  roundDecimal,
  signOf,
} from "#platform/kernel/decimal";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import { extfRecord } from "./extf-columns.ts";
import { type ExtfHead, extfDigits } from "./extf-head.ts";
import type { ExtfTexts } from "./extf-text.ts";
import { nationalCurrencies } from "./national-currencies.ts";

/** Something that DATEV keeps with a booking (Zusatzinformation). */
export type BookingInformation = { readonly kind: string; readonly content: string };

/** One line: an amount from one account to another. */
export type Booking = {
  readonly date: LocalDate;
  /** Positive. */
  readonly amount: Money;
  /** What the amount comes to in the currency of the books; null = it is of that currency. */
  readonly base: Money | null;
  /** Units of the books' currency for one of the amount's; null with `base`. */
  readonly rate: DecimalString | null;
  /** Account numbers: who gets, and who gives. */
  readonly debit: string;
  readonly credit: string;
  readonly documentNumber: string | null;
  readonly text: string;
  /** At most {@link maxInformation}. */
  readonly information: readonly BookingInformation[];
};

/** DATEV keeps 20 with a booking; the others are what is added here. */
export const maxInformation = 15;

/** The least that has too many digits. */
const tooLarge = parseDecimal("10000000000");
const accountPattern = /^(?!0+$)\d{4,9}$/;
const smallestQuote = one;
const tooLargeQuote = parseDecimal("10000");
const quoteDigits = 6;
const maxTextLength = 60;
const maxDocumentLength = 36;
const maxKindLength = 20;
const maxContentLength = 210;

/** Whether an amount of the books' currency can stand in a file: neither nothing nor too much. */
export const isBookable = (amount: DecimalString): boolean =>
  signOf(amount) > 0 && compareDecimals(amount, tooLarge) < 0;

/** A booking as a line. Throws a RangeError on one that no file with this head can hold. */
export function extfLine(booking: Booking, head: ExtfHead, texts: ExtfTexts): string {
  const { date, amount, base, debit, credit, information } = booking;
  const value = base ?? amount;
  if (value.currency !== head.currency || !isBookable(value.amount))
    throw new RangeError("an amount that the file cannot hold");
  if (date < head.from || date > head.to) throw new RangeError("a day outside of the period");
  if (information.length > maxInformation) throw new RangeError("too much information");
  if (![debit, credit].every((code) => accountPattern.test(code)) || debit === credit)
    throw new RangeError("not two account numbers");

  const foreign = foreignFields(booking, head.currency);
  const text = texts.fit(booking.text, maxTextLength);
  const documentNumber = documentField(booking.documentNumber);
  const fields = new Map([
    ["Soll/Haben-Kennzeichen", "S"],
    ["Konto", debit],
    ["Gegenkonto (ohne BU-Schlüssel)", credit],
    ["Belegdatum", date.slice(8, 10) + date.slice(5, 7)],
    ["Belegfeld 1", documentNumber],
    ["Buchungstext", text],
    // Left empty, it would lock the batch for good.
    ["Festschreibung", "0"],
    ...(foreign ?? [
      ["Umsatz (ohne Soll/Haben-Kz)", decimalField(value.amount, extfDigits)],
      ["WKZ Umsatz", value.currency],
    ]),
  ]);
  const kept: BookingInformation[] = [
    ...information,
    { kind: "Bericht (SHA-256)", content: head.fingerprint },
  ];
  if (base) kept.push(...valueInformation(booking, base));
  if (booking.documentNumber !== null && documentNumber !== booking.documentNumber)
    kept.push({ kind: "Belegnummer", content: booking.documentNumber });
  if (texts.fit(booking.text, maxContentLength) !== text)
    kept.push({ kind: "Text", content: booking.text });
  const fitted = kept
    .map(({ kind, content }) => ({
      kind: texts.fit(kind, maxKindLength),
      content: texts.fit(content, maxContentLength),
    }))
    // DATEV wants both or neither; controls alone leave nothing.
    .filter(({ kind, content }) => kind !== "" && content !== "");
  for (const [index, { kind, content }] of fitted.entries()) {
    fields.set(`Zusatzinformation - Art ${index + 1}`, kind);
    fields.set(`Zusatzinformation- Inhalt ${index + 1}`, content);
  }
  return extfRecord(fields);
}

/** A sum in digits that look the same in every language, and the rate with all that it has. */
const valueInformation = ({ amount, rate }: Booking, base: Money): BookingInformation[] => [
  { kind: "Betrag", content: `${amount.amount} ${amount.currency}` },
  ...(rate === null
    ? []
    : [{ kind: "Kurs", content: `1 ${amount.currency} = ${rate} ${base.currency}` }]),
];

/**
 * The fields of an amount in foreign currency, where DATEV has a place for it: a national currency, two decimals, and a
 * quote (units of it for one of the books') of 1 to 9999.999999; books that are not kept in euros take euros only
 * (DATEV help 1036388). Null otherwise: then the value is booked, and the amount stands in the information.
 */
function foreignFields(
  { amount, base, rate }: Booking,
  currency: CurrencyCode,
): [string, string][] | null {
  if (!base || rate === null || signOf(rate) <= 0) return null;
  if (!nationalCurrencies.has(amount.currency)) return null;
  if (currency !== "EUR" && amount.currency !== "EUR") return null;
  const rounded = roundDecimal(amount.amount, extfDigits);
  if (compareDecimals(rounded, amount.amount) !== 0 || !isBookable(rounded)) return null;
  const quote = roundDecimal(divideDecimals(one, rate), quoteDigits);
  if (compareDecimals(quote, smallestQuote) < 0 || compareDecimals(quote, tooLargeQuote) >= 0)
    return null;
  return [
    ["Umsatz (ohne Soll/Haben-Kz)", decimalField(rounded, extfDigits)],
    ["WKZ Umsatz", amount.currency],
    ["Kurs", decimalField(quote, quoteDigits)],
    ["Basis-Umsatz", decimalField(base.amount, extfDigits)],
    ["WKZ Basis-Umsatz", base.currency],
  ];
}

const decimalField = (value: DecimalString, digits: number): string =>
  roundDecimal(value, digits).replace(".", ",");

/** Letters, digits and $ & % * + - / _ only; what is none of them becomes "_", and a sign in front as well. */
const documentField = (number: string | null): string =>
  (number ?? "")
    .replace(/[^A-Za-z0-9_$&%*+/-]/gu, "_")
    .replace(/^[+-]/, "_")
    .slice(0, maxDocumentLength);
