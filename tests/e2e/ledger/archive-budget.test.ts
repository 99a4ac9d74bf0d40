import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Budget, makeBudget, monthlyBudget } from "../../support/budgets.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { ifMatch, type LedgerUser, ledgerUser } from "../../support/ledger.ts";
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
  test("archives, and takes back; doing either again changes nothing", async () => {
    const budget = await make();
    const at = api.clock.now();
    const archived = { ...budget, archivedAt: at, updatedAt: at, version: 2 };
    for (const seen of [1, 2]) {
      const answer = await user.post<Budget>(pathOf(budget), undefined, ifMatch(seen));
      expect([answer.status, answer.body]).toEqual([200, archived]);
      expect(answer.headers.get("etag")).toBe('"2"');
      api.clock.advance(1);
    }
    api.clock.advance(60);
    const restored = { ...budget, updatedAt: api.clock.now(), version: 3 };
    for (const seen of [2, 3]) {
      const answer = await user.delete<Budget>(pathOf(budget), undefined, ifMatch(seen));
      expect([answer.status, answer.body]).toEqual([200, restored]);
      expect(answer.headers.get("etag")).toBe('"3"');
      api.clock.advance(1);
    }
  });

  test("what is archived is not among the progress of all, and has its own still", async () => {
    const budget = await make();
    await user.post(pathOf(budget), undefined, ifMatch(1));
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
    const ask = (by: LedgerUser) => by[method](pathOf(budget), undefined, ifMatch(1));
    expectProblem(await ask(viewer), 403, "ledger.read_only");
    expectProblem(await ask(stranger), 404, "ledger.budget_not_found");
  }
  expect((await user.get<Budget>(`/v1/budgets/${budget.id}`)).body).toEqual(budget);
});

test("409 for a 101st budget in use", async () => {
  const many = await ledgerUser(api);
  const category = await many.addCategory("expense");
  const budget = await makeBudget(many, monthlyBudget([category]));
  await many.post(pathOf(budget), undefined, ifMatch(1));
  await api.sql`insert into ledger.budgets
    select (jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid(), 'archived_at', null))).*
    from ledger.budgets b, generate_series(1, 100) where b.book_id = ${many.bookId}`;
  const refused = await many.delete(pathOf(budget), undefined, ifMatch(2));
  expectProblem(refused, 409, "ledger.too_many_budgets");
});

describe("412 and 428", () => {
  test("for another version, and for none; nothing changes", async () => {
    const budget = await make();
    for (const send of [user.post, user.delete]) {
      const answer = await send(pathOf(budget), undefined, ifMatch(2));
      expectProblem(answer, 412, "ledger.version_changed");
      expectProblem(await send(pathOf(budget)), 428, "precondition.required");
    }
    expect((await user.get<Budget>(`/v1/budgets/${budget.id}`)).body).toEqual(budget);
  });

  test("for all but one of many who saw the same", async () => {
    const budget = await make();
    const answers = await Promise.all(
      [1, 2, 3].map(() => user.post(pathOf(budget), undefined, ifMatch(1))),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412]);
  });
});

test("405 for other methods", async () => {
  await expectOnlyMethods(api, pathOf(await make()), ["DELETE", "POST"]);
});
