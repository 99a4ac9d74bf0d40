import type { Cell, Column, DocumentPart } from "#platform/documents/model";
import {
  compareDecimals,
  type DecimalString,
  divideDecimals,
  roundDecimal,
  shiftPoint,
  signOf,
} from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { Money } from "#platform/kernel/money";
import type { CategoryFigure } from "./category-figures.ts";
import type { CashFlow, CategoryKind } from "./ledger-figures.ts";
import { type ModelFrame, shownBase } from "./model-frame.ts";
import { type MonthSpan, shortMonth } from "./period-words.ts";
import { roundingOf, sumOf } from "./rounding.ts";
import { tableParts } from "./table-parts.ts";
import { negated } from "./transaction-lines.ts";

/** Months beside each other. */
const monthsAtOnce = 6;
const shareDigits = 2;

/** Income positive, expenses negative. */
export const signedBy = (kind: CategoryKind, money: Money): Money =>
  kind === "income" ? money : negated(money);

/** What each category got or gave in the whole time, and all of them together. */
export function* categoryTable(
  frame: ModelFrame,
  kind: CategoryKind,
  figures: readonly CategoryFigure[],
  flow: CashFlow,
): Generator<DocumentPart> {
  const rows = figures.flatMap(({ place, converted }) =>
    converted === null
      ? []
      : [{ name: place.path, main: place.mainName, code: place.externalCode, converted }],
  );
  yield* sharesTable(frame, kind, rows, flow, kind, frame.texts.tables[kind]);
}

/** The same with all that hangs below a category added to it; nothing where nothing does. */
export function* mainCategoryTable(
  frame: ModelFrame,
  kind: CategoryKind,
  figures: readonly CategoryFigure[],
  flow: CashFlow,
): Generator<DocumentPart> {
  if (figures.every(({ place }) => place.id === place.mainId)) return;
  const { mainIncome, mainExpense } = frame.texts.tables;
  const rows = mainCategories(figures).map(({ name, converted }) => ({
    ...{ name, main: name, code: null, converted },
  }));
  const [id, title] = kind === "income" ? ["mainIncome", mainIncome] : ["mainExpense", mainExpense];
  yield* sharesTable(frame, kind, rows, flow, id, title);
}

/** In the order of the tree, unrounded. */
export function mainCategories(
  figures: readonly CategoryFigure[],
): { readonly name: string; readonly converted: DecimalString }[] {
  const byMain = Map.groupBy<Id, CategoryFigure>(
    figures.filter(({ converted }) => converted !== null),
    ({ place }) => place.mainId,
  );
  return [...byMain.values()].map((some) => ({
    name: some[0]?.place.mainName ?? "",
    converted: sumOf(some.flatMap(({ converted }) => converted ?? [])),
  }));
}

type ShareRow = {
  readonly name: string;
  readonly main: string;
  readonly code: string | null;
  readonly converted: DecimalString;
};

function* sharesTable(
  frame: ModelFrame,
  kind: CategoryKind,
  rows: readonly ShareRow[],
  flow: CashFlow,
  id: string,
  title: string,
): Generator<DocumentPart> {
  const { columns, rounding } = frame.texts;
  const { currency } = frame.plan;
  const whole = signedBy(kind, flow.total[kind]);
  const shown = rows.map(({ converted }) => signedBy(kind, shownBase(frame, converted)));
  const left = roundingOf(frame, whole.amount, shown);
  const cells: Cell[][] = rows.map(({ name, main, code }, at) => {
    const money = shown[at] ?? null;
    return [name, main, code, money, money && shareOf(money.amount, whole.amount)];
  });
  if (left) cells.push([rounding, null, null, left, null]);
  yield* tableParts(
    frame,
    {
      ...{ id, title },
      columns: [
        { id: "category", title: columns.category, kind: "text", width: 40 },
        {
          ...{ id: "mainCategory", title: columns.mainCategory, kind: "text", width: 20 },
          forPrograms: true,
        },
        { id: "code", title: columns.code, kind: "text", width: 10, forPrograms: true },
        { id: "amount", title: columns.amount, kind: "money", currency, width: 16 },
        { id: "share", title: columns.share, kind: "percent", width: 10 },
      ],
    },
    cells,
    ["amount"],
  );
}

/** Of a whole of the same sign; of none that is zero. */
function shareOf(part: DecimalString, whole: DecimalString): DecimalString | null {
  if (signOf(whole) === 0) return null;
  return roundDecimal(shiftPoint(divideDecimals(part, whole), 2), shareDigits);
}

/** Category by category and month by month, half a year at a time; nothing of half a year without any. */
export function* categoryMonthTables(
  frame: ModelFrame,
  kind: CategoryKind,
  figures: readonly CategoryFigure[],
  flow: CashFlow,
  spans: readonly MonthSpan[],
): Generator<DocumentPart> {
  const known = figures.filter(({ converted }) => converted !== null);
  if (spans.length < 2 || known.length === 0) return;
  for (let from = 0; from < spans.length; from += monthsAtOnce)
    yield* monthsTable(frame, kind, known, flow, spans.slice(from, from + monthsAtOnce));
}

function* monthsTable(
  frame: ModelFrame,
  kind: CategoryKind,
  figures: readonly CategoryFigure[],
  flow: CashFlow,
  spans: readonly MonthSpan[],
): Generator<DocumentPart> {
  const { columns, rounding, tables } = frame.texts;
  const { currency, language } = frame.plan;
  const used = figures.filter(({ months }) => spans.some(({ month }) => months.has(month)));
  if (used.length === 0) return;
  const cellsOf = ({ months }: CategoryFigure) =>
    spans.map(({ month }) => {
      const converted = months.get(month);
      return converted === undefined ? null : signedBy(kind, shownBase(frame, converted));
    });
  const cells = used.map(cellsOf);
  const wholes = new Map(flow.items.map((item) => [item.month, signedBy(kind, item[kind])]));
  const left = spans.map(({ month }, at) =>
    roundingOf(
      frame,
      wholes.get(month)?.amount ?? sumOf([]),
      cells.map((row) => row[at] ?? null),
    ),
  );
  const rows: Cell[][] = used.map(({ place }, at) => [place.path, ...(cells[at] ?? [])]);
  if (left.some((money) => money !== null)) rows.push([rounding, ...left]);
  const first = spans[0]?.month.slice(0, 7).replace("-", "");
  yield* tableParts(
    frame,
    {
      id: `${kind}Months${first}`,
      title: kind === "income" ? tables.incomeMonths : tables.expenseMonths,
      columns: [
        { id: "category", title: columns.category, kind: "text", width: 24 },
        ...spans.map(
          (span): Column => ({
            id: monthColumn(span),
            title: shortMonth(span, language),
            ...{ kind: "money", currency, width: 12 },
          }),
        ),
      ],
    },
    rows,
    spans.map(monthColumn),
  );
}

const monthColumn = ({ month }: MonthSpan): string => `m${month.slice(0, 7).replace("-", "")}`;

/** Most first, as many as there is room for, and all others together. */
export function topCategories(
  frame: ModelFrame,
  figures: readonly CategoryFigure[],
  count: number,
): { readonly name: string; readonly amount: DecimalString }[] {
  const all = mainCategories(figures)
    .filter(({ converted }) => signOf(converted) > 0)
    .toSorted((a, b) => compareDecimals(b.converted, a.converted));
  const shown = (converted: DecimalString) => shownBase(frame, converted).amount;
  const top = all
    .slice(0, count)
    .map(({ name, converted }) => ({ name, amount: shown(converted) }));
  const rest = all.slice(count).map(({ converted }) => converted);
  return rest.length === 0
    ? top
    : [...top, { name: frame.texts.others, amount: shown(sumOf(rest)) }];
}
