import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Budget, makeBudget, monthlyBudget } from "../../support/budgets.ts";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { ifMatch, type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const nobodysId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
let api: TestApp;
let user: LedgerUser;
let budget: Budget;
beforeAll(async () => {
  api = await openTestApp();
  user = await ledgerUser(api);
  budget = await makeBudget(user, monthlyBudget([await user.addCategory("expense")]));
});
afterAll(() => api.close());
const pathOf = (id: string) => `/v1/budgets/${id}`;

describe("200", () => {
  test("is the budget as it was made, with its version as ETag", async () => {
    const answer = await user.get<Budget>(pathOf(budget.id));
    expect([answer.status, answer.body]).toEqual([200, budget]);
    expect(answer.headers.get("etag")).toBe('"1"');
  });

  test("to everybody who may read the book", async () => {
    for (const role of ["editor", "viewer"] as const) {
      const member = await ledgerUser(api);
      await user.share(member, role);
      expect((await member.get<Budget>(pathOf(budget.id))).body).toEqual(budget);
    }
  });

  test("when it is archived, too", async () => {
    const other = await makeBudget(user, monthlyBudget(budget.categoryIds));
    await user.post(`${pathOf(other.id)}/archival`, undefined, ifMatch(1));
    const { status, body } = await user.get<Budget>(pathOf(other.id));
    expect([status, body.archivedAt]).toEqual([200, api.clock.now()]);
  });
});

describe("404", () => {
  test("another user's budget, and one that is not there, look the same", async () => {
    const stranger = await ledgerUser(api);
    const problems = [];
    for (const id of [budget.id, nobodysId]) {
      const answer = await stranger.get(pathOf(id));
      problems.push(expectProblem(answer, 404, "ledger.budget_not_found").detail);
    }
    expect(new Set(problems).size).toBe(1);
  });
});

test("422 for what is no id", async () => {
  expectFaults(await user.get(pathOf("1")), ["id"]);
});

test("405 for other methods", async () => {
  await expectOnlyMethods(api, pathOf(budget.id), ["GET", "HEAD", "PATCH"]);
});
