import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  addDecimals,
  type DecimalString,
  multiplyDecimals,
  roundDecimal,
  zero,
} from "#platform/kernel/decimal";
import {
  type Budget,
  type BudgetBody,
  type BudgetProgress,
  eur,
  makeBudget,
  monthlyBudget,
  progressOn,
  spender,
} from "../../support/budgets.ts";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { ledgerUser } from "../../support/ledger.ts";
import { openRatesApp, type RatesApp } from "../../support/rates-app.ts";

let api: RatesApp;
beforeAll(async () => {
  // 40 days of rates, the last one yesterday.
  api = await openRatesApp({ history: true });
});
afterAll(() => api.close());

/** A user with categories, an account in EUR and a budget over `food`. */
async function household(more: Partial<BudgetBody> = {}) {
  const user = await ledgerUser(api);
  const food = await user.addCategory("expense", "Food");
  const bread = await user.addCategory("expense", "Bread", { parentId: food });
  const crumbs = await user.addCategory("expense", "Crumbs", { parentId: bread });
  const rent = await user.addCategory("expense", "Rent");
  const spend = await spender(user);
  const budget = await makeBudget(user, monthlyBudget([food], more));
  const on = (day: string) => progressOn(user, budget, day);
  return { user, food, bread, crumbs, rent, spend, budget, on };
}

describe("what was spent", () => {
  test("is the sum of the transactions of the period in the categories and those below them", async () => {
    const { food, bread, crumbs, rent, spend, budget, on } = await household();
    await spend("2026-08-31", "1000.00", food);
    await spend("2026-09-01", "100.00", food);
    await spend("2026-09-15", "50.50", bread);
    await spend("2026-09-30", "0.01", crumbs);
    await spend("2026-10-01", "1000.00", food);
    await spend("2026-09-10", "700.00", rent);
    expect(await on("2026-09-15")).toEqual({
      ...{ budgetId: budget.id, name: "Groceries", on: "2026-09-15", status: "running" },
      ...{ period: { start: "2026-09-01", end: "2026-09-30" }, amount: eur("500.00") },
      ...{ carriedFrom: null, carried: eur("0.00"), available: eur("500.00") },
      ...{ spent: eur("150.51"), remaining: eur("349.49") },
      ...{ percentSpent: "30.10", percentElapsed: "50.00", pace: "0.6020" },
      ...{ unconverted: [], carriedUnconverted: [], rateSource: "market" },
    });
  });

  test("follows what happens to a transaction: refunds, changes, voiding", async () => {
    const { user, food, rent, spend, on } = await household();
    const spent = async () => (await on("2026-09-15")).spent.amount;
    const bought = await spend("2026-09-05", "80.00", food);
    await spend("2026-09-06", "-30.00", food);
    expect(await spent()).toBe("50.00");

    const change = (body: object, version: number) =>
      user.patch(`/v1/transactions/${bought.id}`, body, { "if-match": `"${version}"` });
    expect((await change({ amount: eur("90.00") }, 1)).status).toBe(200);
    expect(await spent()).toBe("60.00");
    expect((await change({ categoryId: rent }, 2)).status).toBe(200);
    expect(await spent()).toBe("-30.00");
    expect((await change({ categoryId: food, date: "2026-08-05" }, 3)).status).toBe(200);
    expect(await spent()).toBe("-30.00");
    expect((await on("2026-08-01")).spent.amount).toBe("90.00");
  });

  test("counts the parts of a split for themselves, and a transfer not at all", async () => {
    const { user, food, rent, on } = await household();
    const [from, to] = [await user.addAccount("EUR"), await user.addAccount("EUR")];
    await user.record({
      ...{ kind: "expense", date: "2026-09-02", accountId: from, amount: eur("100.00") },
      splits: [
        { categoryId: food, amount: { amount: "30.00", currency: "EUR" } },
        { categoryId: rent, amount: { amount: "50.00", currency: "EUR" } },
        { categoryId: food, amount: { amount: "20.00", currency: "EUR" } },
      ],
    });
    await user.record({
      ...{ kind: "transfer", date: "2026-09-02", accountId: from, toAccountId: to },
      amount: eur("70.00"),
    });
    expect((await on("2026-09-15")).spent).toEqual(eur("50.00"));
  });

  test("counts once what two of its categories cover", async () => {
    const { user, food, bread, spend } = await household();
    const both = await makeBudget(user, monthlyBudget([food, bread]));
    await spend("2026-09-02", "10.00", bread);
    expect((await progressOn(user, both, "2026-09-15")).spent).toEqual(eur("10.00"));
  });

  test("counts a category that is archived or moved where it is now", async () => {
    const { user, food, bread, rent, spend, on } = await household();
    await spend("2026-09-02", "10.00", bread);
    await user.archiveCategory(bread as never);
    expect((await on("2026-09-15")).spent).toEqual(eur("10.00"));
    await api.sql`update ledger.categories set parent_id = ${rent} where id = ${bread}`;
    expect((await on("2026-09-15")).spent).toEqual(eur("0.00"));
    expect(food).not.toBe(rent);
  });

  test("is not what another user spends in categories of the same name", async () => {
    const [mine, theirs] = [await household(), await household()];
    await theirs.spend("2026-09-02", "10.00", theirs.food);
    expect((await mine.on("2026-09-15")).spent).toEqual(eur("0.00"));
  });
});

describe("other currencies", () => {
  const rateOn = async (day: string) =>
    (await api.rate("USD", "EUR", { at: `${day}T23:59:59.999Z` })).rate;
  const decimal = (text: string) => text as DecimalString;
  const sum = (values: readonly DecimalString[]) => values.reduce(addDecimals, zero);

  test("are converted each at its own day's rate, rounded once, and never added one to one", async () => {
    const { user, food, spend, on } = await household();
    const dollars = await spender(user, "USD");
    await spend("2026-08-10", "10.00", food);
    const days = ["2026-08-10", "2026-08-20", "2026-08-31"];
    const converted = [decimal("10.00")];
    for (const day of days) {
      await dollars(day, "1000.00", food);
      converted.push(multiplyDecimals(decimal("1000.00"), decimal(await rateOn(day))));
    }
    const { spent, unconverted } = await on("2026-08-15");
    expect(spent).toEqual(eur(roundDecimal(sum(converted), 2)));
    expect(Number(spent.amount)).not.toBe(3010);
    expect(unconverted).toEqual([]);
    expect(new Set(await Promise.all(days.map(rateOn))).size).toBe(3);
  });

  test("in many small amounts come to as much as spending says: to the cent, and not a cent for each day", async () => {
    const { user, food, on } = await household();
    const dollars = await spender(user, "USD");
    for (let day = 10; day < 20; day += 1) await dollars(`2026-08-${day}`, "0.01", food);
    const { body } = await user.get<{ total: { amount: string } }>(
      "/v1/insights/spending?by=category&from=2026-08-01&to=2026-08-31&currency=EUR",
    );
    expect((await on("2026-08-15")).spent).toEqual(eur(body.total.amount));
  });

  test("of today and of days to come are converted at the present rate", async () => {
    const { user, food, on } = await household();
    const dollars = await spender(user, "USD");
    await dollars("2026-09-18", "100.00", food);
    await dollars("2026-09-30", "100.00", food);
    const { rate } = await api.rate("USD", "EUR");
    const converted = multiplyDecimals(decimal("200.00"), decimal(rate));
    expect((await on("2026-09-18")).spent).toEqual(eur(roundDecimal(converted, 2)));
  });

  test("that have no rate on their day are stated, and left out", async () => {
    const { user, food, spend, on } = await household();
    const [dollars, liras] = [await spender(user, "USD"), await spender(user, "TRY")];
    await spend("2026-07-10", "10.00", food);
    await dollars("2026-07-10", "25.00", food);
    await dollars("2026-07-11", "5.50", food);
    await liras("2026-07-12", "400.00", food);
    const found = await on("2026-07-15");
    expect(found.spent).toEqual(eur("10.00"));
    expect(found.unconverted).toEqual([
      { amount: "400.00", currency: "TRY" },
      { amount: "30.50", currency: "USD" },
    ]);
  });

  test("may be the budget's own, with decimals of its own", async () => {
    const { user, food } = await household();
    const yen = await makeBudget(
      user,
      monthlyBudget([food], { amount: { amount: "10000", currency: "JPY" } }),
    );
    const spend = await spender(user, "JPY");
    await spend("2026-09-02", "2500", food);
    expect(await progressOn(user, yen, "2026-09-15")).toMatchObject({
      ...{ spent: { amount: "2500", currency: "JPY" }, percentSpent: "25.00" },
    });
  });
});

describe("what is carried", () => {
  async function carried(rollover: BudgetBody["rollover"]) {
    const { food, spend, on } = await household({ rollover, amount: eur("100.00") });
    await spend("2026-01-10", "70.00", food); // 30 are left
    await spend("2026-02-10", "180.00", food);
    return on("2026-03-01");
  }

  test.each<[BudgetBody["rollover"], string]>([
    ["none", "0.00"],
    ["surplus", "0.00"], // 130 - 180 < 0
    ["deficit", "-80.00"], // 100 - 180
    ["both", "-50.00"], // 130 - 180
  ])("by the rule %s is %s", async (rollover, amount) => {
    const found = await carried(rollover);
    expect(found.carried).toEqual(eur(amount));
    expect(found.available).toEqual(eur(`${(100 + Number(amount)).toFixed(2)}`));
    expect(found.carriedFrom).toBe(rollover === "none" ? null : "2026-01-01");
  });

  test("changes when something is written into an earlier period", async () => {
    const { food, spend, on } = await household({ rollover: "both", amount: eur("100.00") });
    expect((await on("2026-03-01")).carried).toEqual(eur("200.00"));
    await spend("2026-01-10", "70.00", food);
    expect((await on("2026-03-01")).carried).toEqual(eur("130.00"));
  });

  test("goes back 120 periods and no further, and says so", async () => {
    const { food, spend, on } = await household({
      ...{ rollover: "both", amount: eur("1.00"), startsOn: "2010-01-01" },
    });
    await spend("2010-01-10", "70.00", food);
    const found = await on("2026-09-15");
    expect(found.carried).toEqual(eur("120.00"));
    expect(found.carriedFrom).toBe("2016-09-01");
    expect((await on("2010-02-01")).carried).toEqual(eur("-69.00"));
  });

  test("states what of it could not be converted apart from the period's own", async () => {
    const { user, food, on } = await household({ rollover: "both" });
    const dollars = await spender(user, "USD");
    await dollars("2026-05-10", "25.00", food);
    const found = await on("2026-07-15");
    expect([found.unconverted, found.carriedUnconverted]).toEqual([
      [],
      [{ amount: "25.00", currency: "USD" }],
    ]);
  });
});

describe("the period", () => {
  test("is today's unless another day is asked for", async () => {
    const { user, budget } = await household();
    const { body } = await user.get<BudgetProgress>(`/v1/budgets/${budget.id}/progress`);
    expect([body.on, body.period.start]).toEqual(["2026-09-18", "2026-09-01"]);
  });

  test("of what has not begun is the first one, of what has ended the last one", async () => {
    const trip = { period: "custom", startsOn: "2026-09-20", endsOn: "2026-09-29" } as const;
    const { food, spend, on } = await household(trip);
    await spend("2026-09-20", "50.00", food);
    const period = { start: "2026-09-20", end: "2026-09-29" };
    expect(await on("2026-09-18")).toMatchObject({
      ...{ status: "upcoming", period, percentElapsed: "0.00", pace: null, spent: eur("50.00") },
    });
    expect(await on("2026-09-20")).toMatchObject({
      ...{ status: "running", period, percentElapsed: "10.00", pace: "1.0000" },
    });
    expect(await on("2027-01-01")).toMatchObject({
      ...{ status: "ended", period, percentElapsed: "100.00", pace: "0.1000" },
    });
  });

  test("that begins on the 31st begins on the last day of shorter months", async () => {
    const { food, spend, on } = await household({ startsOn: "2026-01-31" });
    await spend("2026-02-28", "1.00", food);
    await spend("2026-03-30", "2.00", food);
    await spend("2026-03-31", "4.00", food);
    expect(await on("2026-03-01")).toMatchObject({
      ...{ period: { start: "2026-02-28", end: "2026-03-30" }, spent: eur("3.00") },
    });
  });
});

describe("GET /v1/budgets/progress", () => {
  const path = "/v1/budgets/progress";
  type List = { readonly on: string; readonly items: readonly BudgetProgress[] };

  test("is what each budget in use says for itself", async () => {
    const { user, food, bread, rent, spend, budget } = await household({ rollover: "both" });
    const dollars = await spender(user, "USD");
    const budgets: Budget[] = [budget];
    const yen = { amount: "90000", currency: "JPY" };
    for (const more of [
      { name: "Rent", categoryIds: [rent] },
      { amount: yen, categoryIds: [bread, rent] },
    ])
      budgets.push(await makeBudget(user, monthlyBudget([food], more)));
    await spend("2026-08-10", "11.00", food);
    await spend("2026-09-10", "12.00", bread);
    await dollars("2026-09-11", "13.00", rent);
    const { status, body } = await user.get<List>(`${path}?on=2026-09-12`);
    const each = await Promise.all(budgets.map((one) => progressOn(user, one, "2026-09-12")));
    expect([status, body]).toEqual([200, { on: "2026-09-12", items: each }]);
    expect(body.items.map(({ spent }) => spent.amount)).not.toContain("0.00");
  });

  test("answers for a hundred budgets at once", async () => {
    const { user, food, spend, budget } = await household({ rollover: "both" });
    await spend("2026-09-10", "12.00", food);
    await api.sql`insert into ledger.budgets
      select (jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid()))).*
      from ledger.budgets b, generate_series(1, 99) where b.id = ${budget.id}`;
    await api.sql`insert into ledger.budget_categories
      select id, ${food} from ledger.budgets where book_id = ${user.bookId} on conflict do nothing`;
    const { body } = await user.get<List>(path);
    expect(body.items.length).toBe(100);
    expect(new Set(body.items.map(({ spent }) => spent.amount))).toEqual(new Set(["12.00"]));
  });

  test("is empty, and not 404, for who has none; 404 for another user's book", async () => {
    const stranger = await ledgerUser(api);
    expect((await stranger.get<List>(path)).body).toEqual({ on: "2026-09-18", items: [] });
    const { user } = await household();
    const answer = await stranger.get(`${path}?bookId=${user.bookId}`);
    expectProblem(answer, 404, "ledger.book_not_found");
  });

  test("422 for what is no day", async () => {
    const user = await ledgerUser(api);
    expectFaults(await user.get(`${path}?on=yesterday`), ["on"]);
  });
});

test("a viewer may look, a stranger finds nothing", async () => {
  const { user, budget } = await household();
  const [viewer, stranger] = [await ledgerUser(api), await ledgerUser(api)];
  await user.share(viewer, "viewer");
  expect((await progressOn(viewer, budget, "2026-09-15")).budgetId).toBe(budget.id);
  const answer = await stranger.get(`/v1/budgets/${budget.id}/progress`);
  expectProblem(answer, 404, "ledger.budget_not_found");
});

test.each(["2026-02-30", "1066-10-14", "2200-01-01", "now"])("422 for the day %s", async (on) => {
  const { user, budget } = await household();
  expectFaults(await user.get(`/v1/budgets/${budget.id}/progress?on=${on}`), ["on"]);
});

test("405 for other methods", async () => {
  const { budget } = await household();
  await expectOnlyMethods(api, `/v1/budgets/${budget.id}/progress`, ["GET", "HEAD"]);
});
