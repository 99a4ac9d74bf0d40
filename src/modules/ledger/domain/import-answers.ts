import { invalidField } from "#platform/kernel/errors";
import { given } from "#platform/kernel/given";
import { parseCurrencyCode } from "#platform/kernel/money";
import type { FormatAnswers } from "./import-state.ts";

/** What an owner says of a file: numbers and words are within their bounds, what they mean together is not yet looked at. */
export type AnswersInput = Omit<
  { readonly [K in keyof FormatAnswers]?: FormatAnswers[K] | undefined },
  "currency" | "columns"
> & {
  readonly currency?: string | null | undefined;
  readonly columns?: ColumnsInput | undefined;
};

type Columns = NonNullable<FormatAnswers["columns"]>;
type ColumnsInput = { readonly [K in keyof Columns]: Columns[K] | undefined } & Pick<
  Columns,
  "date" | "payee" | "note"
>;

/** Without what was left out. 422 for columns from which no amount can be told. */
export function readAnswers({ currency, columns, ...plain }: AnswersInput): FormatAnswers {
  return {
    ...(given(plain) as FormatAnswers),
    ...(currency === undefined
      ? {}
      : { currency: currency === null ? null : parseCurrencyCode(currency, "/currency") }),
    ...(columns && { columns: readColumns(columns) }),
  };
}

function readColumns(columns: ColumnsInput): Columns {
  const { amount, debit, credit, sign } = columns;
  const isOne = amount !== undefined && debit === undefined && credit === undefined;
  const areTwo = amount === undefined && debit !== undefined && credit !== undefined;
  if (!isOne && !areTwo)
    throw invalidField("/columns", "Needs either `amount`, or `debit` and `credit`.");
  if (sign !== undefined && !isOne)
    throw invalidField("/columns/sign", "Goes with `amount` alone.");
  if (areTwo && debit === credit) throw invalidField("/columns/credit", "Must be another column.");
  return given(columns) as Columns;
}
