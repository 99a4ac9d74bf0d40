import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Budget, eur, monthlyBudget } from "../../support/budgets.ts";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = "/v1/budgets";
const nobodysId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
let api: TestApp;
let user: LedgerUser;
let food: string;
beforeAll(async () => {
  api = await openTestApp();
  user = await ledgerUser(api);
  food = await user.addCategory("expense", "Food");
});
afterAll(() => api.close());

const budgetCount = async ({ bookId }: LedgerUser): Promise<number> => {
  const [row] = await api.sql<{ budgets: number }[]>`
    select count(*)::int as budgets from ledger.budgets where book_id = ${bookId}`;
  return row?.budgets ?? 0;
};

/** The answer to a refused request, after a look that it left nothing behind. */
async function refused(body: unknown, by: LedgerUser = user) {
  const before = await budgetCount(user);
  const answer = await by.post(path, body);
  expect(await budgetCount(user)).toBe(before);
  return answer;
}

describe("201", () => {
  test("answers with the whole budget and its version", async () => {
    const answer = await user.post<Budget>(
      path,
      monthlyBudget([food], {
        name: "  Food  and drink ",
        amount: eur("500"),
        thresholds: [100, 80, 100],
      }),
    );
    expect(answer.status).toBe(201);
    expect(answer.headers.get("etag")).toBe('"1"');
    expect(answer.body).toEqual({
      ...{ id: expect.any(String), bookId: user.bookId, name: "Food and drink", period: "monthly" },
      ...{ amount: eur("500.00"), categoryIds: [food], startsOn: "2026-01-01", endsOn: null },
      ...{ rollover: "none", thresholds: [80, 100], archivedAt: null, version: 1 },
      ...{ createdAt: api.clock.now(), updatedAt: api.clock.now() },
    });
    expect((await user.get<Budget>(`${path}/${answer.body.id}`)).body).toEqual(answer.body);
  });

  test("of a category named twice one is kept", async () => {
    const other = await user.addCategory("expense", "Drink");
    const { body } = await user.post<Budget>(path, monthlyBudget([other, food, other]));
    expect(body.categoryIds).toEqual([food, other].toSorted());
  });

  test.each<[string, object]>([
    ["yearly", { period: "yearly" }],
    ["custom with an end", { period: "custom", endsOn: "2026-01-01" }],
    ["in yen", { amount: { amount: "50000", currency: "JPY" } }],
    ["in bitcoin", { amount: { amount: "0.00000001", currency: "BTC" } }],
    ["without thresholds", { thresholds: [] }],
    ["of both carries, with an end", { rollover: "both", endsOn: "2027-12-31" }],
    ["of a book by its id", {}],
  ])("takes one %s", async (_what, more) => {
    const body = { ...monthlyBudget([food]), bookId: user.bookId, ...more };
    const { bookId: _, ...kept } = body;
    const answer = await user.post<Budget>(path, body);
    expect([answer.status, answer.body]).toEqual([201, expect.objectContaining(kept)]);
  });

  test("by an editor of the book", async () => {
    const editor = await ledgerUser(api);
    await user.share(editor, "editor");
    const answer = await editor.post<Budget>(path, {
      ...monthlyBudget([food]),
      bookId: user.bookId,
    });
    expect([answer.status, answer.body.bookId]).toEqual([201, user.bookId]);
  });

  test("the book's revision rises with it", async () => {
    const revision = async () =>
      (await user.get<{ revision: number }>(`/v1/books/${user.bookId}`)).body.revision;
    const before = await revision();
    await user.post(path, monthlyBudget([food]));
    expect(await revision()).toBe(before + 1);
  });

  test("the same Idempotency-Key makes one", async () => {
    const key = { "idempotency-key": "budget-1" };
    const before = await budgetCount(user);
    const first = await user.post<Budget>(path, monthlyBudget([food]), key);
    const again = await user.post<Budget>(path, monthlyBudget([food]), key);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(await budgetCount(user)).toBe(before + 1);
  });
});

describe("403 and 404", () => {
  test("a viewer may not", async () => {
    const viewer = await ledgerUser(api);
    await user.share(viewer, "viewer");
    const body = { ...monthlyBudget([food]), bookId: user.bookId };
    expectProblem(await refused(body, viewer), 403, "ledger.read_only");
  });

  test("another user's book is none", async () => {
    const stranger = await ledgerUser(api);
    const own = await stranger.addCategory("expense");
    const body = { ...monthlyBudget([own]), bookId: user.bookId };
    expectProblem(await refused(body, stranger), 404, "ledger.book_not_found");
  });

  test("another user's category is none, alone or among one's own", async () => {
    const other = await ledgerUser(api);
    const foreign = await other.addCategory("expense");
    for (const ids of [[foreign], [food, foreign], [nobodysId]])
      expectProblem(await refused(monthlyBudget(ids)), 404, "ledger.category_not_found");
  });

  test("a category of another book of one's own is none either", async () => {
    const { body: book } = await user.post<{ id: string }>("/v1/books", {
      ...{ name: "Business", baseCurrency: "EUR", locale: "en" },
    });
    const body = { ...monthlyBudget([food]), bookId: book.id };
    expectProblem(await refused(body), 404, "ledger.category_not_found");
  });
});

describe("409", () => {
  test("an archived category", async () => {
    const archived = await user.addCategory("expense", "Old");
    await user.archiveCategory(archived);
    expectProblem(await refused(monthlyBudget([archived])), 409, "ledger.category_archived");
  });

  test("more than 100 budgets of a book, also when many are made at once", async () => {
    const many = await ledgerUser(api);
    const category = await many.addCategory("expense");
    await many.post(path, monthlyBudget([category]));
    await api.sql`insert into ledger.budgets
      select (jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid()))).*
      from ledger.budgets b, generate_series(1, 96) where b.book_id = ${many.bookId}`;
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => many.post<{ code: string }>(path, monthlyBudget([category]))),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual(
      [201, 201, 201, 409, 409, 409, 409, 409], //
    );
    const full = answers.find(({ status }) => status === 409);
    expect(full?.body).toMatchObject({ code: "ledger.too_many_budgets" });
  });
});

describe("422", () => {
  test.each<[string, object, string[]]>([
    ["nothing to spend", { amount: eur("0") }, ["/amount/amount"]],
    ["less than nothing", { amount: eur("-1") }, ["/amount/amount"]],
    ["more decimals than the currency has", { amount: eur("1.001") }, ["/amount/amount"]],
    ["an unknown currency", { amount: { amount: "1", currency: "ZZZ" } }, ["/amount/currency"]],
    [
      "a number instead of a decimal",
      { amount: { amount: 5, currency: "EUR" } },
      ["/amount/amount"],
    ],
    ["no category", { categoryIds: [] }, ["/categoryIds"]],
    ["no id of a category", { categoryIds: ["food"] }, ["/categoryIds/0"]],
    ["30 February", { startsOn: "2026-02-30" }, ["/startsOn"]],
    ["a day of another age", { startsOn: "1066-10-14" }, ["/startsOn"]],
    ["an end before its start", { endsOn: "2025-12-31" }, ["/endsOn"]],
    ["a custom period without an end", { period: "custom" }, ["/endsOn"]],
    [
      "a custom period that carries",
      { period: "custom", endsOn: "2026-02-01", rollover: "both" },
      ["/rollover"],
    ],
    ["an unknown period", { period: "weekly" }, ["/period"]],
    ["an unknown rollover", { rollover: "all" }, ["/rollover"]],
    ["a threshold of nothing", { thresholds: [0] }, ["/thresholds/0"]],
    ["half a percent", { thresholds: [0.5] }, ["/thresholds/0"]],
    ["a blank name", { name: "  " }, ["/name"]],
    [
      "several faults",
      { name: " ", amount: eur("0"), endsOn: "2300-01-01" },
      ["/amount/amount", "/endsOn", "/name"],
    ],
  ])("names what is faulty about %s", async (_what, more, paths) => {
    expectFaults(await refused({ ...monthlyBudget([food]), ...more }), paths);
  });

  test("an income category: a budget is about spending", async () => {
    const salary = await user.addCategory("income", "Salary");
    expectFaults(await refused(monthlyBudget([food, salary])), ["/categoryIds"]);
  });

  test.each(["spent", "reachedAmount", "remaining", "carried", "percentSpent"])(
    "a client cannot say what was spent: %s",
    async (field) => {
      const answer = await refused({ ...monthlyBudget([food]), [field]: "1.00" });
      expectFaults(answer, ["/"]);
    },
  );
});

test("401 without a token; 405 for other methods", async () => {
  expectProblem(await api.post(path, monthlyBudget([food])), 401, "auth.required");
  await expectOnlyMethods(api, path, ["GET", "HEAD", "POST"]);
});
