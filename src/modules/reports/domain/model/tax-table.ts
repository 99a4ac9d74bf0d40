import type { Cell, Column, DocumentPart } from "#platform/documents/model";
import {
  addDecimals,
  type DecimalString,
  divideDecimals,
  multiplyDecimals,
  roundDecimal,
  signOf,
  subtractDecimals,
  zero,
} from "#platform/kernel/decimal";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import { hasConverted } from "./category-figures.ts";
import { signedBy } from "./category-tables.ts";
import type { CashFlow, TaxTotal } from "./ledger-figures.ts";
import { type ModelFrame, shownBase, shownMoney } from "./model-frame.ts";
import { roundingOf } from "./rounding.ts";
import { tableParts } from "./table-parts.ts";

const hundred = "100" as DecimalString;
/** So many that a quotient which is no tie is never taken for one: amounts have at most 24 digits and 8 decimals. */
const exactDigits = 80;

/** The tax in a gross amount, rounded half-even to `digits` decimals; what remains is the net amount. */
export function taxIn(
  gross: DecimalString,
  ratePercent: DecimalString,
  digits: number,
): { readonly net: DecimalString; readonly tax: DecimalString } {
  const exact = divideDecimals(
    multiplyDecimals(gross, ratePercent),
    addDecimals(hundred, ratePercent),
    exactDigits,
  );
  const tax = roundDecimal(exact, digits);
  return { tax, net: roundDecimal(subtractDecimals(gross, tax), digits) };
}

/** By tax rate and currency, and what it comes to. Nothing where no transaction has a rate. */
export function* taxTable(
  frame: ModelFrame,
  totals: readonly TaxTotal[],
  flow: CashFlow,
): Generator<DocumentPart> {
  if (totals.every(({ taxRate }) => taxRate === null)) return;
  const { columns, kinds, rounding, tables, withoutTaxRate } = frame.texts;
  const base = frame.plan.currency;
  const isForeign = totals.some(({ amount }) => amount.currency !== base);
  const rows: Cell[][] = [];
  const converted: (Money | null)[] = [];
  for (const total of totals) {
    const { kind, taxRate, amount } = total;
    const own = signedBy(kind, amount);
    const into = hasConverted(total) ? signedBy(kind, shownBase(frame, total.converted)) : null;
    converted.push(into);
    const label = taxRate === null ? `${kinds[kind]}: ${withoutTaxRate}` : kinds[kind];
    rows.push([
      ...[label, taxRate, ...amountCells(frame, own, taxRate)],
      ...(isForeign ? (into ? amountCells(frame, into, taxRate) : [null, null, null]) : []),
    ]);
  }
  const left = isForeign ? roundingOf(frame, flow.total.net.amount, converted) : null;
  if (left) rows.push([rounding, null, null, null, null, left, shownBase(frame, zero), left]);
  yield* tableParts(
    frame,
    {
      id: "taxes",
      title: tables.taxes,
      columns: [
        { id: "kind", title: columns.kind, kind: "text", width: 18 },
        { id: "taxRate", title: columns.taxRate, kind: "percent", width: 8 },
        ...amountColumns(frame, "", null),
        ...(isForeign ? amountColumns(frame, "Converted", base) : []),
      ],
    },
    rows,
    [
      "net",
      "tax",
      "gross",
      ...(isForeign ? ["netConverted", "taxConverted", "grossConverted"] : []),
    ],
  );
}

function amountColumns(
  { texts }: ModelFrame,
  suffix: string,
  currency: CurrencyCode | null,
): Column[] {
  const names = ["net", "tax", "gross"] as const;
  return names.map((name) => ({
    id: `${name}${suffix}`,
    title:
      currency === null
        ? texts.columns[name]
        : `${texts.columns[name]} (${texts.columns.converted(currency)})`,
    ...{ kind: "money", width: 14 },
    ...(currency === null ? {} : { currency }),
    ...(name === "gross" ? { sumOf: [`net${suffix}`, `tax${suffix}`] } : {}),
  }));
}

/** Net, tax and gross; without a rate nothing of it is tax. */
function amountCells(frame: ModelFrame, gross: Money, taxRate: DecimalString | null): Cell[] {
  const { amount, currency } = gross;
  const digits = frame.scales.digitsOf(currency) ?? 0;
  const { net, tax } =
    taxRate === null || signOf(taxRate) === 0
      ? { net: amount, tax: zero }
      : taxIn(amount, taxRate, digits);
  return [net, tax, amount].map((part) => shownMoney(frame, part, currency));
}
