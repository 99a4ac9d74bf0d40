import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Budget, makeBudget, monthlyBudget } from "../../support/budgets.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let user: LedgerUser;
let food: string;
beforeAll(async () => {
  api = await openTestApp();
  user = await ledgerUser(api);
  food = await user.addCategory("expense", "Food");
});
afterAll(() => api.close());

const pathOf = ({ id }: Budget) => `/v1/budgets/${id}/archival`;
const make = () => makeBudget(user, monthlyBudget([food]));

describe("200", () => {
  test("archives, and takes back; doing either twice changes nothing", async () => {
    const budget = await make();
    const at = api.clock.now();
    const archived = { ...budget, archivedAt: at, updatedAt: at, version: 2 };
    for (const _ of [1, 2]) {
      const answer = await user.post<Budget>(pathOf(budget));
      expect([answer.status, answer.body]).toEqual([200, archived]);
      expect(answer.headers.get("etag")).toBe('"2"');
      api.clock.advance(1);
    }
    api.clock.advance(60);
    const restored = { ...budget, updatedAt: api.clock.now(), version: 3 };
    for (const _ of [1, 2]) {
      const answer = await user.delete<Budget>(pathOf(budget));
      expect([answer.status, answer.body]).toEqual([200, restored]);
      api.clock.advance(1);
    }
  });

  test("what is archived is not among the progress of all, and has its own still", async () => {
    const budget = await make();
    await user.post(pathOf(budget));
    const all = await user.get<{ items: { budgetId: string }[] }>("/v1/budgets/progress");
    expect(all.body.items.map(({ budgetId }) => budgetId)).not.toContain(budget.id);
    expect((await user.get(`/v1/budgets/${budget.id}/progress`)).status).toBe(200);
  });
});

test("403 by a viewer, 404 by a stranger: nothing changes", async () => {
  const budget = await make();
  const [viewer, stranger] = [await ledgerUser(api), await ledgerUser(api)];
  await user.share(viewer, "viewer");
  for (const method of ["post", "delete"] as const) {
    expectProblem(await viewer[method](pathOf(budget)), 403, "ledger.read_only");
    expectProblem(await stranger[method](pathOf(budget)), 404, "ledger.budget_not_found");
  }
  expect((await user.get<Budget>(`/v1/budgets/${budget.id}`)).body).toEqual(budget);
});

test("409 for a 101st budget in use", async () => {
  const many = await ledgerUser(api);
  const category = await many.addCategory("expense");
  const budget = await makeBudget(many, monthlyBudget([category]));
  await many.post(pathOf(budget));
  await api.sql`insert into ledger.budgets
    select (jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid(), 'archived_at', null))).*
    from ledger.budgets b, generate_series(1, 100) where b.book_id = ${many.bookId}`;
  expectProblem(await many.delete(pathOf(budget)), 409, "ledger.too_many_budgets");
});

test("405 for other methods", async () => {
  await expectOnlyMethods(api, pathOf(await make()), ["DELETE", "POST"]);
});
