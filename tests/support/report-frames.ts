import type { ReportLanguage, ReportType } from "#modules/reports/contract";
import type { CashFlow, Category, Transaction } from "#modules/reports/domain/model/ledger-figures";
import type { ModelFrame } from "#modules/reports/domain/model/model-frame";
import { textsOf } from "#modules/reports/domain/texts/texts-of";
import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { LocalDate } from "#platform/kernel/time";
import { money } from "./documents.ts";
import { reportPlan, reportScales } from "./report-models.ts";

/** Ids that tell which one is meant: ...-000000000007. */
export const idOf = (number: number): Id =>
  `01a20519-0000-7000-8000-${String(number).padStart(12, "0")}` as Id;

export const frameOf = (
  more: { readonly type?: ReportType; readonly language?: ReportLanguage } = {},
  days: { readonly from: string; readonly to: string } = { from: "2026-09-01", to: "2026-09-30" },
): ModelFrame => {
  const language = more.language ?? "en-US";
  const plan = reportPlan(
    { userId: idOf(1), bookId: idOf(2) },
    {
      ...{ type: more.type ?? "transactions", language },
      ...{ from: days.from as LocalDate, to: days.to as LocalDate },
    },
  );
  return { plan, texts: textsOf(language), scales: reportScales };
};

export const categoryOf = (
  number: number,
  name: string,
  more: Partial<Category> = {},
): Category => ({
  ...{ id: idOf(number), parentId: null, kind: "expense", name, externalCode: null },
  ...more,
});

/** An expense of 10.00 euros from account 10 on category 20. */
export const transactionOf = (more: Partial<Transaction> = {}): Transaction => ({
  ...{ id: idOf(30), kind: "expense", date: "2026-09-05" as LocalDate, accountId: idOf(10) },
  amount: money("10.00", "EUR"),
  splits: [{ categoryId: idOf(20), amount: money("10.00", "EUR"), note: null }],
  ...{ transfer: null, payee: null, note: null, tags: [], documentNumber: null },
  ...{ taxRate: null, cleared: false },
  ...more,
});

/** Of whole months; amounts in euros, spent ones positive. */
export const cashFlowOf = (
  months: readonly (readonly [month: string, income: string, expense: string, net: string])[],
  [income, expense, net]: readonly [income: string, expense: string, net: string],
): CashFlow => ({
  ...{ from: "2026-09-01" as LocalDate, to: "2026-10-31" as LocalDate },
  items: months.map(([month, came, went, left]) => ({
    month: month as LocalDate,
    ...{ income: money(came, "EUR"), expense: money(went, "EUR"), net: money(left, "EUR") },
  })),
  total: {
    ...{ income: money(income, "EUR"), expense: money(expense, "EUR"), net: money(net, "EUR") },
    unconverted: { income: [], expense: [] },
  },
});

export const decimal = (text: string): DecimalString => text as DecimalString;
