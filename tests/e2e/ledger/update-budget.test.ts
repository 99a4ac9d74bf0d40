import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import {
  type Budget,
  eur,
  makeBudget,
  monthlyBudget,
  progressOn,
  spender,
} from "../../support/budgets.ts";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { ifMatch, type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let user: LedgerUser;
let food: string;
let drink: string;
let budget: Budget;
beforeAll(async () => {
  api = await openTestApp();
  user = await ledgerUser(api);
  food = await user.addCategory("expense", "Food");
  drink = await user.addCategory("expense", "Drink");
});
beforeEach(async () => {
  budget = await makeBudget(user, monthlyBudget([food]));
});
afterAll(() => api.close());

const pathOf = ({ id }: Budget) => `/v1/budgets/${id}`;
const patch = (body: unknown, version = 1, by: LedgerUser = user) =>
  by.patch<Budget>(pathOf(budget), body, ifMatch(version));
async function refused(body: unknown, version = 1, by: LedgerUser = user) {
  const answer = await patch(body, version, by);
  expect((await user.get<Budget>(pathOf(budget))).body).toEqual(budget);
  return answer;
}

describe("200", () => {
  test.each<[string, object]>([
    ["the name", { name: "Eating" }],
    ["the amount and its currency", { amount: { amount: "90000", currency: "JPY" } }],
    ["the thresholds", { thresholds: [50] }],
    ["the carry", { rollover: "both" }],
    ["the end", { endsOn: "2027-12-31" }],
    ["the period", { period: "yearly", startsOn: "2025-07-01" }],
    ["all thresholds away", { thresholds: [] }],
    ["nothing", {}],
  ])("changes %s and leaves the rest", async (_what, changes) => {
    api.clock.advance(60);
    const answer = await patch(changes);
    const expected = { ...budget, ...changes, version: 2, updatedAt: api.clock.now() };
    expect([answer.status, answer.body]).toEqual([200, expected]);
    expect(answer.headers.get("etag")).toBe('"2"');
    expect((await user.get<Budget>(pathOf(budget))).body).toEqual(expected);
  });

  test("null takes the end away again", async () => {
    await patch({ endsOn: "2027-12-31" });
    expect((await patch({ endsOn: null }, 2)).body.endsOn).toBeNull();
  });

  test("other categories: the past is measured by them, too", async () => {
    const spend = await spender(user);
    await spend("2026-02-10", "10.00", food);
    await spend("2026-02-11", "7.00", drink);
    expect((await progressOn(user, budget, "2026-02-15")).spent).toEqual(eur("10.00"));
    expect((await patch({ categoryIds: [drink] })).body.categoryIds).toEqual([drink]);
    expect((await progressOn(user, budget, "2026-02-15")).spent).toEqual(eur("7.00"));
  });

  test("a category that was archived meanwhile may stay", async () => {
    const old = await user.addCategory("expense", "Old");
    budget = await makeBudget(user, monthlyBudget([old]));
    await user.archiveCategory(old);
    expect((await patch({ name: "Still" })).status).toBe(200);
    expect((await patch({ categoryIds: [old, food] }, 2)).status).toBe(200);
  });
});

describe("what is refused changes nothing:", () => {
  test("403 by a viewer", async () => {
    const viewer = await ledgerUser(api);
    await user.share(viewer, "viewer");
    expectProblem(await refused({ name: "Mine" }, 1, viewer), 403, "ledger.read_only");
  });

  test("404 by a stranger", async () => {
    const stranger = await ledgerUser(api);
    expectProblem(await refused({ name: "Mine" }, 1, stranger), 404, "ledger.budget_not_found");
  });

  test("404 for another user's category", async () => {
    const foreign = await (await ledgerUser(api)).addCategory("expense");
    const answer = await refused({ categoryIds: [food, foreign] });
    expectProblem(answer, 404, "ledger.category_not_found");
  });

  test("409 for an archived category that it had not", async () => {
    const archived = await user.addCategory("expense");
    await user.archiveCategory(archived);
    const answer = await refused({ categoryIds: [archived] });
    expectProblem(answer, 409, "ledger.category_archived");
  });

  test("412 for another version than the last", async () => {
    expectProblem(await refused({ name: "x" }, 2), 412, "ledger.version_changed");
  });

  test("412 for all but one of ten who change the same version at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => patch({ name: `Budget ${index}` })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(412)]);
  });

  test.each<[string, object, string[]]>([
    ["an amount of nothing", { amount: eur("0") }, ["/amount/amount"]],
    ["an end before the start it has", { endsOn: "2025-01-01" }, ["/endsOn"]],
    ["custom without the end that it lacks", { period: "custom" }, ["/endsOn"]],
    ["no categories", { categoryIds: [] }, ["/categoryIds"]],
    ["a null", { name: null }, ["/name"]],
    ["what was spent", { spent: "5.00" }, ["/"]],
    ["another book", { bookId: "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21" }, ["/"]],
  ])("422 for %s", async (_what, body, paths) => {
    expectFaults(await refused(body), paths);
  });

  test("428 without If-Match", async () => {
    expectProblem(await user.patch(pathOf(budget), { name: "x" }), 428, "precondition.required");
  });
});
