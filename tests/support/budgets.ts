import type { Money } from "./currency-api.ts";
import type { LedgerUser } from "./ledger.ts";

/** What the budget routes put on the wire, as a client types it. */
export type BudgetBody = {
  readonly bookId?: string;
  readonly name: string;
  readonly period: "monthly" | "yearly" | "custom";
  readonly amount: Money;
  readonly categoryIds: readonly string[];
  readonly startsOn: string;
  readonly endsOn?: string | null;
  readonly rollover: "none" | "surplus" | "deficit" | "both";
  readonly thresholds: readonly number[];
};

export type Budget = Required<BudgetBody> & {
  readonly id: string;
  readonly archivedAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
};

export type BudgetProgress = {
  readonly budgetId: string;
  readonly name: string;
  readonly on: string;
  readonly status: "upcoming" | "running" | "ended";
  readonly period: { readonly start: string; readonly end: string };
  readonly amount: Money;
  readonly carriedFrom: string | null;
  readonly carried: Money;
  readonly available: Money;
  readonly spent: Money;
  readonly remaining: Money;
  readonly percentSpent: string | null;
  readonly percentElapsed: string;
  readonly pace: string | null;
  readonly unconverted: readonly Money[];
  readonly carriedUnconverted: readonly Money[];
  readonly rateSource: string;
};

export const eur = (amount: string): Money => ({ amount, currency: "EUR" });

/** 500 EUR for each month of 2026 and after. */
export const monthlyBudget = (
  categoryIds: readonly string[],
  more: Partial<BudgetBody> = {},
): BudgetBody => ({
  ...{ name: "Groceries", period: "monthly", amount: eur("500.00"), categoryIds },
  ...{ startsOn: "2026-01-01", rollover: "none", thresholds: [80, 100] },
  ...more,
});

/** Fails unless it was made. */
export async function makeBudget(
  user: Pick<LedgerUser, "post">,
  body: BudgetBody,
): Promise<Budget> {
  const answer = await user.post<Budget>("/v1/budgets", body);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

export async function progressOn(
  user: Pick<LedgerUser, "get">,
  { id }: Pick<Budget, "id">,
  on: string,
): Promise<BudgetProgress> {
  const answer = await user.get<BudgetProgress>(`/v1/budgets/${id}/progress?on=${on}`);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

/** A way to spend from one account: `spend("2026-09-01", "12.50", food)`; a negative amount is a refund. */
export async function spender(user: LedgerUser, currency = "EUR") {
  const accountId = await user.addAccount(currency);
  return (date: string, amount: string, categoryId: string) =>
    user.record({
      kind: amount.startsWith("-") ? "income" : "expense",
      ...{ date, accountId, categoryId },
      amount: { amount: amount.replace("-", ""), currency },
    });
}
