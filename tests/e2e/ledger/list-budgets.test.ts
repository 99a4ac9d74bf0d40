import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Budget, makeBudget, monthlyBudget } from "../../support/budgets.ts";
import type { Page } from "../../support/currency-api.ts";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { ifMatch, type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = "/v1/budgets";
let api: TestApp;
let user: LedgerUser;
let made: Budget[];
beforeAll(async () => {
  api = await openTestApp();
  user = await ledgerUser(api);
  const category = await user.addCategory("expense");
  made = [];
  for (const name of ["a", "b", "c", "d", "e"]) {
    made.push(await makeBudget(user, monthlyBudget([category], { name })));
    // Some at the same moment.
    if (name !== "b") api.clock.advance(1);
  }
  await user.post(`${path}/${made[1]?.id}/archival`, undefined, ifMatch(1));
});
afterAll(() => api.close());

const namesOf = ({ body }: { body: Page<Budget> }) => body.items.map(({ name }) => name).join("");
const list = (query = "") => user.get<Page<Budget>>(`${path}${query}`);

describe("200", () => {
  test("lists the budgets of the default book, the oldest first", async () => {
    const answer = await list();
    expect([answer.status, namesOf(answer)]).toEqual([200, "abcde"]);
    expect(answer.body.items[0]).toEqual(made[0]);
    expect(namesOf(await list(`?bookId=${user.bookId}`))).toBe("abcde");
  });

  test("only those in use, or only archived ones", async () => {
    expect(namesOf(await list("?archived=false"))).toBe("acde");
    expect(namesOf(await list("?archived=true"))).toBe("b");
  });

  test.each([1, 2, 3, 5])("in pages of %d, each once", async (limit) => {
    let names = "";
    for (let next: string | null = ""; next !== null; ) {
      const page: { body: Page<Budget> } = await list(
        `?limit=${limit}${next === "" ? "" : `&cursor=${next}`}`,
      );
      expect(page.body.items.length).toBeLessThanOrEqual(limit);
      names += namesOf(page);
      next = page.body.nextCursor;
    }
    expect(names).toBe("abcde");
  });

  test("is empty, and not 404, for who has none", async () => {
    const { status, body } = await (await ledgerUser(api)).get(path);
    expect([status, body]).toEqual([200, { items: [], nextCursor: null }]);
  });

  test("to a viewer of the book, by its id", async () => {
    const viewer = await ledgerUser(api);
    await user.share(viewer, "viewer");
    expect(namesOf(await viewer.get<Page<Budget>>(`${path}?bookId=${user.bookId}`))).toBe("abcde");
    expect(namesOf(await viewer.get<Page<Budget>>(path))).toBe("");
  });
});

test("404 for another user's book", async () => {
  const stranger = await ledgerUser(api);
  const answer = await stranger.get(`${path}?bookId=${user.bookId}`);
  expectProblem(answer, 404, "ledger.book_not_found");
});

test.each<[string, string[]]>([
  ["?bookId=1", ["bookId"]],
  ["?archived=perhaps", ["archived"]],
  ["?limit=201", ["limit"]],
  ["?cursor=abc", ["cursor"]],
  ["?colour=red", ["(a parameter)"]],
])("422 for %s", async (query, paths) => {
  expectFaults(await list(query), paths);
});
