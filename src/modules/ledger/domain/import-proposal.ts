import { readNumber, takeApart } from "./import-amount.ts";
import { signByBalances } from "./import-balance.ts";
import { detectColumns } from "./import-columns.ts";
import { readDate } from "./import-date.ts";
import {
  type AmountFacts,
  type AmountSign,
  type CsvShape,
  type DateFacts,
  type DateOrder,
  type DecimalMark,
  dateOrders,
  decimalMarks,
  type FileFacts,
  type FormatProposal,
  type ImportColumns,
  type ImportFormat,
  type ImportQuestion,
  type ProposedFormat,
} from "./import-format.ts";
import { headingOf, type Language, languageOf } from "./import-headings.ts";
import type { FormatAnswers } from "./import-state.ts";

/** A part of the format: known, or asked for, or neither when nothing in the file speaks of it. */
type Decision<T> = { readonly value?: T; readonly question?: ImportQuestion };

/**
 * How the file is to be read, from what was counted over all of its rows and what its owner has said. What the rows
 * leave open is a question, with a suggestion where habit has one; nothing is decided by habit.
 */
export function proposeFormat(
  shape: CsvShape,
  file: FileFacts,
  answers: FormatAnswers = {},
): FormatProposal {
  const detected = answers.columns
    ? { columns: answers.columns, questions: [] }
    : detectColumns(file);
  const { columns } = detected;
  const language = languageOf(file.head[file.headerRows - 1] ?? []);
  const answered = <T>(answer: T | undefined, decide: () => Decision<T>): Decision<T> =>
    answer === undefined ? decide() : { value: answer };
  const decimal = answered(answers.decimal, () =>
    decideDecimal(moneyFacts(file, columns), language),
  );
  const dateOrder = answered(answers.dateOrder, () => decideDateOrder(file, columns, language));
  const debits = answered(answers.debits, () => decideDebits(file, columns));
  const amountHeading = headingOf(
    file.head[file.headerRows - 1]?.[moneyColumns(columns)[0] ?? -1] ?? "",
  );
  const format: ProposedFormat = {
    ...shape,
    headerRows: file.headerRows,
    columnCount: answers.columnCount ?? usualWidth(file),
    currency: answers.currency === undefined ? (amountHeading?.currency ?? null) : answers.currency,
    columns,
    ...(decimal.value && { decimal: decimal.value }),
    ...(dateOrder.value && { dateOrder: dateOrder.value }),
    ...(debits.value && { debits: debits.value }),
  };
  const sign = answered(answers.sign, () => decideSign(format, file));
  const questions = [...detected.questions, decimal, dateOrder, debits, sign].flatMap((each) =>
    "field" in each ? each : (each.question ?? []),
  );
  return {
    format: { ...format, ...(sign.value && { sign: sign.value }) },
    questions,
    problem: problemOf(file, columns, questions),
  };
}

/** The format once it is all known: nothing of it is missing, whether told by the file or by its owner. */
export function completeFormat(proposed: ProposedFormat): ImportFormat | null {
  const { headerRows, columnCount, decimal, dateOrder, sign, debits, currency, columns } = proposed;
  const { date, payee = [], note = [] } = columns;
  const hasMoney =
    columns.amount !== undefined
      ? columns.debit === undefined && columns.credit === undefined
      : columns.debit !== undefined && columns.credit !== undefined && columns.sign === undefined;
  if (headerRows === undefined || columnCount === undefined || date === undefined) return null;
  if (!decimal || !dateOrder || !sign || !debits || currency === undefined || !hasMoney)
    return null;
  const { encoding, separator, quote } = proposed;
  return {
    encoding,
    separator,
    quote,
    headerRows,
    columnCount,
    decimal,
    dateOrder,
    sign,
    debits,
    currency,
    columns: { ...columns, date, payee, note },
  };
}

const moneyColumns = ({ amount, debit, credit }: Partial<ImportColumns>): readonly number[] =>
  [amount, debit, credit].filter((column) => column !== undefined);

/** Debit and credit are written by the same hand. */
function moneyFacts(file: FileFacts, columns: Partial<ImportColumns>): readonly AmountFacts[] {
  return moneyColumns(columns).flatMap((column) => file.columns[column]?.amounts ?? []);
}

const sum = (facts: readonly AmountFacts[], of: (facts: AmountFacts) => number): number =>
  facts.reduce((total, each) => total + of(each), 0);

function decideDecimal(
  facts: readonly AmountFacts[],
  language: Language | null,
): Decision<DecimalMark> {
  const count = sum(facts, (each) => each.count);
  if (count === 0) return {};
  const fits = {
    comma: sum(facts, ({ fits }) => fits.comma),
    point: sum(facts, ({ fits }) => fits.point),
  };
  const ambiguous = sum(facts, (each) => each.ambiguous);
  const whole = decimalMarks.filter((mark) => fits[mark] === count);
  const habit = language === null ? null : language === "en" ? "point" : "comma";
  const [only, other] = whole;
  if (only && !other) return { value: only };
  // Neither mark occurs: "12" is twelve with either.
  if (only && ambiguous === 0) return { value: habit ?? "point" };
  return {
    question: {
      field: "decimal",
      options: decimalMarks,
      suggestion: habit,
      evidence: only
        ? `${ambiguous} of ${count} amounts are one thing with a decimal comma and another with a decimal point, and no other amount tells which it is.`
        : `Of ${count} amounts ${fits.comma} can have a decimal comma and ${fits.point} a decimal point: the file mixes them.`,
      examples: facts.flatMap(({ examples }) =>
        examples.map(({ row, text }) => ({
          row,
          text,
          readings: {
            comma: readNumber(takeApart(text)?.number ?? "", "comma"),
            point: readNumber(takeApart(text)?.number ?? "", "point"),
          },
        })),
      ),
    },
  };
}

function decideDateOrder(
  file: FileFacts,
  columns: Partial<ImportColumns>,
  language: Language | null,
): Decision<DateOrder> {
  const facts = columns.date === undefined ? undefined : file.columns[columns.date]?.dates;
  if (!facts || facts.count === 0) return {};
  const whole = dateOrders.filter((order) => facts.fits[order] === facts.count);
  const [only] = whole;
  if (only && !anyDiffer(facts, whole)) return { value: naturalOrder(whole, only, facts) };
  const options = only ? whole : dateOrders.filter((order) => facts.fits[order] > 0);
  const dotted = facts.examples.some(({ text }) => /^\d+\./.test(text));
  const isDayFirst = language === "tr" || language === "de" || dotted;
  return {
    question: {
      field: "dateOrder",
      options,
      suggestion: isDayFirst && options.includes("dmy") ? "dmy" : null,
      evidence: only
        ? `Every one of ${facts.count} dates is a day in each of these orders, and they are different days.`
        : `Of ${facts.count} dates ${options.map((order) => `${facts.fits[order]} can be ${order}`).join(", ")}: the file mixes them.`,
      examples: facts.examples.map(({ row, text }) => ({
        row,
        text,
        readings: Object.fromEntries(options.map((order) => [order, readDate(text, order)])),
      })),
    },
  };
}

/** Whether two of these orders read some date as different days. */
const anyDiffer = ({ differ }: DateFacts, orders: readonly DateOrder[]): boolean =>
  (["dmy_mdy", "dmy_ymd", "mdy_ymd"] as const).some(
    (pair) =>
      differ[pair] > 0 &&
      dateOrders.filter((order) => pair.includes(order)).every((order) => orders.includes(order)),
  );

/** Where all say the same, the one that the dates look like. */
function naturalOrder(
  orders: readonly DateOrder[],
  first: DateOrder,
  { examples }: DateFacts,
): DateOrder {
  const isYearFirst = examples.every(({ text }) => /^\d{4}/.test(text));
  return isYearFirst && orders.includes("ymd") ? "ymd" : first;
}

function decideDebits(
  file: FileFacts,
  { debit }: Partial<ImportColumns>,
): Decision<ImportFormat["debits"]> {
  const facts = debit === undefined ? undefined : file.columns[debit]?.amounts;
  if (!facts || facts.negative === 0) return { value: "positive" };
  if (facts.positive === 0) return { value: "negative" };
  return {
    question: {
      field: "debits",
      options: ["positive", "negative"],
      suggestion: facts.negative > facts.positive ? "negative" : "positive",
      evidence: `${facts.positive} debits have no minus and ${facts.negative} have one: one sort of them takes money back.`,
      examples: facts.examples.map(({ row, text }) => ({ row, text, readings: {} })),
    },
  };
}

/** Whether what is written as going out goes out. Balances prove it; else a file in which nothing goes out is doubtful. */
function decideSign(format: ProposedFormat, file: FileFacts): Decision<AmountSign> {
  const { amount, sign } = format.columns;
  const money = moneyColumns(format.columns);
  if (money.length === 0) return {};
  const provisional = completeFormat({ ...format, sign: "as_written" });
  const balances = provisional && signByBalances(provisional, file);
  const facts = amount === undefined ? undefined : file.columns[amount]?.amounts;
  const isSaid =
    !facts || sign !== undefined || (facts.plus === facts.positive && facts.negative > 0);
  const seemsRight =
    isSaid || facts.negative >= facts.positive || (facts.negative > 0 && balances === "as_written");
  if (seemsRight && balances !== "inverted") return { value: "as_written" };
  return {
    question: {
      field: "sign",
      options: ["as_written", "inverted"],
      suggestion: balances,
      evidence:
        balances === "inverted"
          ? "The balances fall by what is written as coming in."
          : `${facts?.positive ?? 0} amounts have no minus and ${facts?.negative ?? 0} have one: they may be money in, or purchases.`,
      examples: (facts?.examples ?? []).map(({ row, text }) => ({ row, text, readings: {} })),
    },
  };
}

function usualWidth({ widths, columns }: FileFacts): number {
  const [width] = Object.entries(widths).toSorted(
    ([a, m], [b, n]) => n - m || Number(b) - Number(a),
  );
  return width ? Number(width[0]) : columns.length;
}

function problemOf(
  file: FileFacts,
  columns: Partial<ImportColumns>,
  questions: readonly ImportQuestion[],
): string | null {
  const asks = (field: ImportQuestion["field"]) => questions.some((each) => each.field === field);
  if (file.head.length === 0) return "The file has no rows.";
  if (file.columns.length < 2) return "The file has one column only: no separator was found in it.";
  if (file.rows === 0) return "The file has headings only, and no rows below them.";
  if (columns.date === undefined) return asks("columns.date") ? null : "No column holds dates.";
  if ((file.columns[columns.date]?.dates.count ?? 0) === 0)
    return "The column of the date holds no date of the calendar.";
  if (moneyColumns(columns).length === 0)
    return asks("columns.amount") ? null : "No column holds amounts.";
  return sum(moneyFacts(file, columns), ({ count }) => count) === 0
    ? "The columns of the amount hold no amount."
    : null;
}
