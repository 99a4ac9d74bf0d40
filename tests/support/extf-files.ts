import { type BookingPlan, planBookings } from "#modules/reports/domain/booking-plan";
import { createExtfFile } from "#modules/reports/domain/extf";
import type { Booking } from "#modules/reports/domain/extf-booking";
import { type ExtfHead, readExtfHead } from "#modules/reports/domain/extf-head";
import type { BookableTransaction } from "#modules/reports/domain/movements";
import { parseDecimal } from "#platform/kernel/decimal";
import { type Id, parseId } from "#platform/kernel/ids";
import { parseCurrencyCode, type Scales } from "#platform/kernel/money";
import { parseInstant, parseLocalDate } from "#platform/kernel/time";

export const idOf = (number: number): Id =>
  parseId(`01a2043b-44d9-7747-9bb1-${number.toString(16).padStart(12, "0")}`);

const digits: Readonly<Record<string, number>> = { JPY: 0, KWD: 3, BTC: 8, VND: 0 };
export const scales: Scales = { digitsOf: (currency) => digits[currency] ?? 2 };

export const extfHead: ExtfHead = {
  settings: {
    ...{ consultantNumber: "29098", clientNumber: "55003", accountLength: 4 },
    ...{ openingBalanceAccount: null, transitAccount: null },
    fiscalYearStart: parseLocalDate("2026-01-01"),
  },
  from: parseLocalDate("2026-09-01"),
  to: parseLocalDate("2026-09-30"),
  name: "FinTrack 2026-09",
  currency: parseCurrencyCode("EUR"),
  createdAt: parseInstant("2026-10-01T08:30:00.123Z"),
  fingerprint: "4c01f4ef64d1161ad4332f440b28e7d007f44d4cc5c0aa2b5ab5a52f734779e7",
};

export type Sources = Parameters<typeof planBookings>[1];

/** Units of EUR for one of each. */
const rates: Readonly<Record<string, string>> = {
  ...{
    TRY: "0.0213579",
    USD: "0.9216",
    GBP: "1.1537",
    JPY: "0.00583",
    KWD: "3.01",
    BTC: "61234.5",
  },
  VND: "0.000034",
};

const coded = (id: Id, name: string, externalCode: string | null) =>
  [id, { id, name, externalCode }] as const;

/** Accounts 1 to 6 (EUR, EUR, TRY, USD, GBP, BTC), 7 without a number; categories 11 to 13, 14 without a number. */
export const sources: Sources = {
  accounts: new Map([
    coded(idOf(1), "Girokonto", "1200"),
    coded(idOf(2), "Kasse", "1000"),
    coded(idOf(3), "Garanti", "1210"),
    coded(idOf(4), "Wise USD", "1220"),
    coded(idOf(5), "Wise GBP", "1230"),
    coded(idOf(6), "Wallet", "1240"),
    coded(idOf(7), "Neu", null),
  ]),
  categories: new Map([
    coded(idOf(11), "Miete", "4210"),
    coded(idOf(12), "Bürobedarf", "4930"),
    coded(idOf(13), "Erlöse", "8400"),
    coded(idOf(14), "Sonstiges", null),
  ]),
  ...{ opening: "9000", transit: "1360", accountLength: 4 },
  ...{ currency: parseCurrencyCode("EUR"), digits: 2 },
  rateOf: (currency) => {
    const rate = rates[currency];
    return rate === undefined ? null : { rate: parseDecimal(rate), origin: "ecb, 2026-09-01" };
  },
};

/** The bytes of a file, and what it says of them. */
export function writeExtf(bookings: readonly Booking[], head: ExtfHead = extfHead) {
  const file = createExtfFile(readExtfHead(head, scales));
  const bytes = Buffer.concat([file.head(), ...bookings.map((booking) => file.booking(booking))]);
  return { bytes, replacements: file.replacements() };
}

export const planOf = (
  transactions: readonly BookableTransaction[],
  changes: Partial<Sources> = {},
): BookingPlan => planBookings(transactions, { ...sources, ...changes });
