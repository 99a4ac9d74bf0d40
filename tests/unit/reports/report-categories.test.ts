import { describe, expect, test } from "bun:test";
import { createCategoryFigures } from "#modules/reports/domain/model/category-figures";
import { createCategoryPlaces } from "#modules/reports/domain/model/category-places";
import {
  categoryMonthTables,
  categoryTable,
  mainCategoryTable,
  topCategories,
} from "#modules/reports/domain/model/category-tables";
import { spendingChart } from "#modules/reports/domain/model/charts";
import { monthsTable } from "#modules/reports/domain/model/month-tables";
import { originalTable } from "#modules/reports/domain/model/original-table";
import { monthSpans } from "#modules/reports/domain/model/period-words";
import type { LocalDate } from "#platform/kernel/time";
import { money } from "../../support/documents.ts";
import { cashFlowOf, categoryOf, decimal, frameOf, idOf } from "../../support/report-frames.ts";
import { rowsOf, tablesOf, totalsOf } from "../../support/report-models.ts";

const places = createCategoryPlaces([
  categoryOf(1, "Zoo"),
  categoryOf(2, "Food"),
  categoryOf(3, "Out", { parentId: idOf(2), externalCode: "4650" }),
  categoryOf(4, "İçecek", { parentId: idOf(2) }),
  categoryOf(5, "Work", { kind: "income" }),
]);

const item = (category: number, month: string, amount: string, converted: string) => {
  const [text = "", currency = ""] = amount.split(" ");
  return {
    ...{ categoryId: idOf(category), month: month as LocalDate, amount: money(text, currency) },
    ...{ converted: decimal(converted), unconverted: money("0.00", currency) },
  };
};
const [september, october] = ["2026-09-01", "2026-10-01"];
/** Thirds of a cent: 3.333 + 3.333 + 3.334 = 10.00, and each by itself 3.33. */
const items = [
  item(2, september, "100.00 TRY", "3.333"),
  item(3, september, "100.00 TRY", "3.333"),
  item(4, october, "100.00 TRY", "3.334"),
  item(5, september, "50.00 EUR", "50"),
];
const figures = createCategoryFigures(items, places);
const flow = cashFlowOf(
  [
    [september, "50.00", "6.67", "43.33"],
    [october, "0.00", "3.33", "-3.33"],
  ],
  ["50.00", "10.00", "40.00"],
);
const spans = monthSpans("2026-09-01" as LocalDate, "2026-10-31" as LocalDate);
const frame = frameOf({}, { from: "2026-09-01", to: "2026-10-31" });
const tables = (parts: Iterable<Parameters<typeof tablesOf>[0][number]>) => tablesOf([...parts]);

describe("the order of categories", () => {
  test("is that of the tree, by names, whatever the language", () => {
    const ids = [1, 2, 3, 4].map(idOf);
    const paths = ids.toSorted(places.compare).map((id) => places.of(id).path);
    expect(paths).toEqual(["Food", "Food > İçecek", "Food > Out", "Zoo"]);
  });

  test("is fixed for categories of one name", () => {
    const twins = createCategoryPlaces([
      categoryOf(2, "A"),
      categoryOf(1, "A"),
      categoryOf(3, "A", { parentId: idOf(2) }),
    ]);
    expect([3, 2, 1].map(idOf).toSorted(twins.compare)).toEqual([1, 2, 3].map(idOf));
  });

  test("knows no category of another book", () => {
    expect(() => places.of(idOf(99))).toThrow("not");
  });
});

test("categories come to the whole, rounded once; what is left is said", () => {
  const read = tables(categoryTable(frame, "expense", figures.of("expense"), flow));
  expect(rowsOf(read, "expense", ["category", "mainCategory", "code", "amount", "share"])).toEqual([
    ["Food", "Food", "", "-3.33 EUR", "33.30"],
    ["Food > İçecek", "Food", "", "-3.33 EUR", "33.30"],
    ["Food > Out", "Food", "4650", "-3.33 EUR", "33.30"],
    ["Rounding difference", "", "", "-0.01 EUR", ""],
  ]);
  expect(totalsOf(read, "expense")).toEqual({ "Total EUR": { amount: "-10.00 EUR" } });
  const main = tables(mainCategoryTable(frame, "expense", figures.of("expense"), flow));
  expect(rowsOf(main, "mainExpense", ["category", "amount", "share"])).toEqual([
    ["Food", "-10.00 EUR", "100.00"],
  ]);
  expect([...mainCategoryTable(frame, "income", figures.of("income"), flow)]).toEqual([]);
});

test("months come to what the cash flow has, and a time of one month has no such table", () => {
  const read = tables(categoryMonthTables(frame, "expense", figures.of("expense"), flow, spans));
  expect(rowsOf(read, "expenseMonths202609", ["category", "m202609", "m202610"])).toEqual([
    ["Food", "-3.33 EUR", ""],
    ["Food > İçecek", "", "-3.33 EUR"],
    ["Food > Out", "-3.33 EUR", ""],
    ["Rounding difference", "-0.01 EUR", ""],
  ]);
  expect(totalsOf(read, "expenseMonths202609")).toEqual({
    "Total EUR": { m202609: "-6.67 EUR", m202610: "-3.33 EUR" },
  });
  const one = spans.slice(0, 1);
  expect([...categoryMonthTables(frame, "expense", figures.of("expense"), flow, one)]).toEqual([]);
});

test("half a year stands beside each other, and half a year without anything is left out", () => {
  const long = monthSpans("2026-01-01" as LocalDate, "2027-12-31" as LocalDate);
  const read = tables(categoryMonthTables(frame, "expense", figures.of("expense"), flow, long));
  expect([...read.keys()]).toEqual(["expenseMonths202607"]);
  expect(read.get("expenseMonths202607")?.table.columns).toHaveLength(7);
});

test("the months of the cash flow come to its whole", () => {
  const off = cashFlowOf(
    [
      [september, "50.00", "6.66", "43.34"],
      [october, "0.00", "3.33", "-3.33"],
    ],
    ["50.00", "10.00", "40.00"],
  );
  const read = tables(monthsTable(frame, off, spans));
  expect(rowsOf(read, "months", ["month", "from", "to", "income", "expense", "result"])).toEqual([
    ["September 2026", "2026-09-01", "2026-09-30", "50.00 EUR", "-6.66 EUR", "43.34 EUR"],
    ["October 2026", "2026-10-01", "2026-10-31", "0.00 EUR", "-3.33 EUR", "-3.33 EUR"],
    ["Rounding difference", "", "", "", "-0.01 EUR", "-0.01 EUR"],
  ]);
});

test("in its own currency every category is exact", () => {
  const read = tables(originalTable(frame, figures, flow));
  expect(rowsOf(read, "original", ["kind", "category", "amount", "converted"])).toEqual([
    ["Income", "Work", "50.00 EUR", "50.00 EUR"],
    ["Expense", "Food", "-100.00 TRY", "-3.33 EUR"],
    ["Expense", "Food > İçecek", "-100.00 TRY", "-3.33 EUR"],
    ["Expense", "Food > Out", "-100.00 TRY", "-3.33 EUR"],
    ["", "Rounding difference", "", "-0.01 EUR"],
  ]);
  expect(totalsOf(read, "original")).toEqual({
    "Total EUR": { amount: "50.00 EUR", converted: "40.00 EUR" },
    "Total TRY": { amount: "-300.00 TRY" },
  });
});

describe("the chart of spending", () => {
  const many = createCategoryPlaces(
    Array.from({ length: 13 }, (_, at) => categoryOf(at + 1, `C${at + 1}`)),
  );
  const spent = createCategoryFigures(
    Array.from({ length: 13 }, (_, at) =>
      item(at + 1, september, `${at}.00 EUR`, at === 12 ? "-5" : String(at)),
    ),
    many,
  );

  test("has the largest by themselves, most first, and all others together", () => {
    const top = topCategories(frame, spent.of("expense"), 10);
    expect(top.map(({ name, amount }) => `${name} ${amount}`)).toEqual([
      ...["C12 11.00", "C11 10.00", "C10 9.00", "C9 8.00", "C8 7.00", "C7 6.00", "C6 5.00"],
      ...["C5 4.00", "C4 3.00", "C3 2.00", "All others 1.00"],
    ]);
  });

  test("is not there when nothing was spent", () => {
    expect([...spendingChart(frame, [])]).toEqual([]);
  });
});
