import fc from "fast-check";
import type { DraftSplit, TransactionDraft } from "#modules/ledger/domain/transaction-draft";
import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode, Money, Scales } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";

/** Currencies with every kind of scale. */
export const digitsOf: Readonly<Record<string, number>> = {
  EUR: 2,
  TRY: 2,
  JPY: 0,
  KWD: 3,
  BTC: 8,
};
export const someScales: Scales = { digitsOf: (currency) => digitsOf[currency] };

export const anyId = fc.uuid({ version: 7 }).map((text) => text as Id);
export const anyCurrency = fc.constantFrom(...Object.keys(digitsOf)) as fc.Arbitrary<CurrencyCode>;

/** Minor units as an amount with all decimals of its currency. */
export function amountOf(units: bigint, currency: string): DecimalString {
  const digits = digitsOf[currency] ?? 0;
  const sign = units < 0n ? "-" : "";
  const text = `${units < 0n ? -units : units}`.padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  return `${sign}${whole}${digits === 0 ? "" : `.${text.slice(-digits)}`}` as DecimalString;
}

/** An amount in minor units. Throws when it has other decimals than its currency. */
export function unitsOf({ amount, currency }: Money): bigint {
  const [, fraction = ""] = amount.split(".");
  if (fraction.length !== digitsOf[currency]) throw new Error(`${amount} ${currency}`);
  return BigInt(amount.replace(".", ""));
}

const positiveUnits = fc.bigInt({ min: 1n, max: 999_999_999_999n });
export const anyDate = fc
  .integer({ min: 0, max: 9_999 })
  .map((days) => new Date(Date.UTC(2000, 0, 1 + days)).toISOString().slice(0, 10) as LocalDate);

const details = fc.record({
  ...{ payee: fc.constant(null), note: fc.constant(null), tags: fc.constant([]) },
  ...{ documentNumber: fc.constant(null), taxRate: fc.constant(null) },
  ...{ cleared: fc.boolean(), externalId: fc.constant(null), date: anyDate, accountId: anyId },
});

const divided = fc
  .tuple(fc.constantFrom("income", "expense"), details, anyCurrency)
  .chain(([kind, rest, currency]) =>
    fc.array(fc.tuple(anyId, positiveUnits), { minLength: 1, maxLength: 12 }).map((parts) => {
      const whole = parts.reduce((sum, [, units]) => sum + units, 0n);
      const splits: DraftSplit[] = parts.map(([categoryId, units]) => ({
        ...{ categoryId, amount: { amount: amountOf(units, currency), currency }, note: null },
      }));
      const amount = { amount: amountOf(whole, currency), currency };
      return { ...rest, kind, amount, splits, transfer: null } as TransactionDraft;
    }),
  );

const transferred = fc
  .tuple(details, anyId, anyCurrency, anyCurrency, positiveUnits, positiveUnits)
  .map(([rest, to, from, into, units, arrived]): TransactionDraft => {
    const amount = { amount: amountOf(units, from), currency: from };
    const other = { amount: amountOf(arrived, into), currency: into };
    return {
      ...{ ...rest, kind: "transfer", amount, splits: [] },
      transfer: {
        accountId: to,
        amount: from === into ? amount : other,
        rate: "1" as DecimalString,
      },
    };
  });

const opened = fc
  .tuple(details, anyCurrency, fc.bigInt({ min: -999_999n, max: 999_999n }))
  .map(([rest, currency, units]): TransactionDraft => {
    const amount = { amount: amountOf(units, currency), currency };
    return { ...rest, kind: "opening", amount, splits: [], transfer: null };
  });

/** Any transaction that the ledger could hold. */
export const anyDraft = fc.oneof(divided, transferred, opened);
