import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  type Budget,
  type BudgetProgress,
  eur,
  makeBudget,
  monthlyBudget,
  progressOn,
  spender,
} from "../../support/budgets.ts";
import { expectFaults } from "../../support/http-statuses.ts";
import { ifMatch, type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let user: LedgerUser;
beforeAll(async () => {
  api = await openTestApp();
  user = await ledgerUser(api);
});
afterAll(() => api.close());

describe("what a budget has reached", () => {
  test("is never taken from the client, neither when it is made nor when it is changed", async () => {
    const food = await user.addCategory("expense");
    const body = monthlyBudget([food]);
    for (const field of ["reachedAmount", "spent"])
      expectFaults(await user.post("/v1/budgets", { ...body, [field]: "499.00" }), ["/"]);
    const budget = await makeBudget(user, body);
    const changed = await user.patch(`/v1/budgets/${budget.id}`, { spent: "499.00" }, ifMatch(1));
    expectFaults(changed, ["/"]);
    expect((await user.put(`/v1/budgets/${budget.id}/reached-amount`, {})).status).toBe(404);
    expect((await progressOn(user, budget, "2026-09-18")).spent).toEqual(eur("0.00"));
  });

  test("is there by itself as soon as a transaction is: a budget and a transaction mean the same categories", async () => {
    const listed = await user.get<{
      items: { id: string; kind: string; parentId: string | null }[];
    }>("/v1/categories");
    const category = listed.body.items.find(({ kind }) => kind === "expense");
    if (!category) throw new Error("a book has no expense category");
    const budget = await makeBudget(user, monthlyBudget([category.id]));
    const spend = await spender(user);
    await spend("2026-09-10", "123.45", category.id);
    const { body } = await user.get<BudgetProgress>(`/v1/budgets/${budget.id}/progress`);
    expect([body.spent, body.remaining]).toEqual([eur("123.45"), eur("376.55")]);
  });
});

test("a budget has a period, a carry and thresholds", async () => {
  const food = await user.addCategory("expense");
  const asked = monthlyBudget([food], { period: "yearly", rollover: "deficit", thresholds: [75] });
  const { id } = await makeBudget(user, asked);
  expect((await user.get<Budget>(`/v1/budgets/${id}`)).body).toMatchObject(asked);
});
