import { describe, expect, test } from "bun:test";
import { createDatevBookings } from "#modules/reports/domain/datev-bookings";
import { createCategoryPlaces } from "#modules/reports/domain/model/category-places";
import { createDayRates } from "#modules/reports/domain/model/day-rates";
import { createRunningStatement } from "#modules/reports/domain/model/statement-table";
import { linesOf, linesOfAccount, negated } from "#modules/reports/domain/model/transaction-lines";
import {
  transactionRows,
  transactionsTable,
} from "#modules/reports/domain/model/transactions-table";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";
import { money } from "../../support/documents.ts";
import { categoryOf, decimal, frameOf, idOf, transactionOf } from "../../support/report-frames.ts";
import { shown } from "../../support/report-models.ts";

const [bank, savings, food] = [idOf(10), idOf(11), idOf(20)];
const transfer = transactionOf({
  ...{ kind: "transfer", splits: [], amount: money("5.00", "EUR") },
  transfer: { accountId: savings, amount: money("210.00", "TRY") },
});
const names = {
  accounts: new Map([
    [bank, { name: "Bank", externalCode: "1800" }],
    [savings, { name: "Savings", externalCode: null }],
  ]),
  categories: createCategoryPlaces([categoryOf(20, "Food", { externalCode: "4650" })]),
};
const lira = "TRY" as CurrencyCode;
const rates = createDayRates([
  {
    ...{ day: "2026-09-05" as LocalDate, currency: lira, rate: decimal("0.0205") },
    quotedAt: "2026-09-04T14:00:00.000Z" as Instant,
    ...{ observedAt: null, providers: ["ecb"], stale: false },
  },
]);

describe("lines", () => {
  test("an income is positive, an expense negative, each part by itself", () => {
    const splits = [
      { categoryId: food, amount: money("4.00", "EUR"), note: null },
      { categoryId: food, amount: money("6.00", "EUR"), note: "part" },
    ];
    const note = "whole";
    const expense = linesOf(transactionOf({ splits, note }));
    expect(expense.map(({ amount, note: said }) => [shown(amount), said])).toEqual([
      ["-4.00 EUR", "whole"],
      ["-6.00 EUR", "whole / part"],
    ]);
    const income = linesOf(transactionOf({ kind: "income", splits }));
    expect(income.map(({ amount, note: said }) => [shown(amount), said])).toEqual([
      ["4.00 EUR", null],
      ["6.00 EUR", "part"],
    ]);
  });

  test("a transfer stands once, with what left and what arrived, and is no amount", () => {
    const [line, ...others] = linesOf(transfer);
    expect(others).toEqual([]);
    expect(line).toMatchObject({ accountId: bank, counterAccountId: savings, amount: null });
    expect([shown(line?.moved), shown(line?.arrived)]).toEqual(["-5.00 EUR", "210.00 TRY"]);
  });

  test("of an account are those that it gets or gives by", () => {
    const gets = (account: typeof bank) =>
      linesOfAccount(account, transfer).map((line) => [shown(line.gets), line.counterAccountId]);
    expect(gets(bank)).toEqual([["-5.00 EUR", savings]]);
    expect(gets(savings)).toEqual([["210.00 TRY", bank]]);
    expect(linesOfAccount(idOf(12), transfer)).toEqual([]);
    const opening = transactionOf({ kind: "opening", splits: [], amount: money("-7.00", "EUR") });
    expect(linesOfAccount(bank, opening).map(({ gets: got }) => shown(got))).toEqual(["-7.00 EUR"]);
  });

  test("an amount of zero has no sign", () => {
    expect(
      ["0.00", "-1.50", "1.50"].map((text) => negated(money(text, "EUR")).amount as string),
    ).toEqual(["0.00", "1.50", "-1.50"]);
  });
});

test("a converted line states its rate, of which day, and whose", () => {
  const frame = frameOf();
  const { columns } = transactionsTable(frame, {
    ...{ transfers: 0, openings: 0, withTaxRate: 0, currencies: [lira] },
  });
  const spent = transactionOf({
    amount: money("100.00", "TRY"),
    splits: [{ categoryId: food, amount: money("100.00", "TRY"), note: null }],
  });
  const [cells] = transactionRows(frame, names, rates, spent);
  const row = Object.fromEntries(columns.map(({ id }, at) => [id, shown(cells?.[at])]));
  expect(row).toMatchObject({
    ...{ amount: "-100.00 TRY", converted: "-2.05 EUR", rate: "0.0205" },
    ...{ rateDay: "2026-09-04", rateSource: "market", counter: "Food", counterCode: "4650" },
    ...{ accountCode: "1800", state: "Uncleared" },
  });
});

test("columns of which nothing stands in the time are for programs", () => {
  const forPrograms = (counts: Parameters<typeof transactionsTable>[1]) =>
    transactionsTable(frameOf(), counts)
      .columns.filter((column) => column.forPrograms === true)
      .map(({ id }) => id);
  const always = [
    "kind",
    "tags",
    "rateSource",
    "state",
    "accountCode",
    "counterCode",
    "transactionId",
  ];
  const all = {
    transfers: 1,
    openings: 1,
    withTaxRate: 1,
    currencies: [lira, "EUR" as CurrencyCode],
  };
  expect(forPrograms(all)).toEqual(always);
  const none = { transfers: 0, openings: 0, withTaxRate: 0, currencies: ["EUR" as CurrencyCode] };
  expect(new Set(forPrograms(none))).toEqual(
    new Set([...always, "taxRate", "converted", "rate", "rateDay", "moved", "arrived"]),
  );
});

test("a statement whose movements do not come to the balance is a defect, not a report", () => {
  const statement = {
    ...{ accountId: bank, currency: "EUR" as CurrencyCode, hasTaxRates: false },
    opening: money("100.00", "EUR"),
  };
  const running = createRunningStatement(frameOf(), names, rates, statement);
  running.rows(transactionOf());
  expect(running.facts(money("90.00", "EUR")).map(({ value }) => shown(value))).toEqual([
    ...["100.00 EUR", "0.00 EUR", "-10.00 EUR", "90.00 EUR"],
  ]);
  expect(() => running.facts(money("90.01", "EUR"))).toThrow("do not come to");
});

test("bookings are the same however many transactions come at a time, and stop where a file would be full", () => {
  const sources = {
    accounts: new Map([[bank, { id: bank, name: "Bank", externalCode: "1800" }]]),
    categories: new Map([[food, { id: food, name: "Food", externalCode: "4650" }]]),
    ...{ opening: null, transit: null, accountLength: 4, currency: "EUR" as CurrencyCode },
    ...{ digits: 2, rateOf: () => null },
  };
  const some = [1, 2, 3, 4].map((number) => ({
    ...transactionOf({ id: idOf(number), ...(number === 3 ? { accountId: savings } : {}) }),
    voidedAt: null,
  }));
  const [whole, single] = [createDatevBookings(sources), createDatevBookings(sources)];
  whole.add(some);
  for (const one of some) single.add([one]);
  expect(single.result()).toEqual(whole.result());
  expect(whole.result()).toMatchObject({
    outcome: "planned",
    plan: { unmapped: [{ id: savings, uses: 1 }], leftOut: [{ transactionId: idOf(3) }] },
  });
  const many = createDatevBookings(sources);
  const [first] = some;
  if (!first) throw new Error("there is one");
  many.add(Array.from({ length: 99_999 }, () => first));
  expect(many.result().outcome).toBe("planned");
  many.add([first]);
  many.add([first]);
  expect(many.result()).toEqual({ outcome: "too_many", limit: 99_999 });
});
