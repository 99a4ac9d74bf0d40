import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { periodOf } from "#modules/ledger/domain/budget-period";
import { createBookRepository } from "#modules/ledger/storage/book.repository";
import { createBudgetRepository } from "#modules/ledger/storage/budget.repository";
import { createBudgetSpendingRepository } from "#modules/ledger/storage/budget-spending.repository";
import { createCategoryRepository } from "#modules/ledger/storage/category.repository";
import { listBudgetProgress } from "#modules/ledger/use-cases/find-budget-progress";
import type { ReadPool } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { addDecimals, type DecimalString, subtractDecimals, zero } from "#platform/kernel/decimal";
import { addDays, type LocalDate } from "#platform/kernel/time";
import { systemIds } from "#platform/system";
import { type Budget, eur, makeBudget, monthlyBudget, progressOn } from "../../support/budgets.ts";
import { ifMatch, type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp({ environment: { READS_PER_MINUTE: "100000" } });
});
afterAll(() => api.close());

const decimal = (text: string) => text as DecimalString;
const sum = (values: readonly DecimalString[]) => values.reduce(addDecimals, zero);

type Step =
  | { readonly do: "spend"; readonly day: number; readonly cents: number; readonly to: number[] }
  | { readonly do: "void"; readonly which: number }
  | { readonly do: "move"; readonly which: number; readonly days: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("spend" as const),
      day: fc.integer({ min: 0, max: 400 }),
      cents: fc.integer({ min: -50_000, max: 50_000 }).filter((cents) => Math.abs(cents) >= 3),
      to: fc.array(fc.nat(5), { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("void" as const), which: fc.nat(30) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("move" as const),
      which: fc.nat(30),
      days: fc.integer({ min: -60, max: 60 }),
    }),
  },
);
const ledger = fc.record({
  /** The parent of each of six categories: one before it, or none. */
  parents: fc.tuple(...[0, 1, 2, 3, 4, 5].map((n) => fc.integer({ min: -1, max: n - 1 }))),
  covered: fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1 }),
  startsOn: fc.integer({ min: 0, max: 60 }),
  rollover: fc.constantFrom(
    "none" as const,
    "surplus" as const,
    "deficit" as const,
    "both" as const,
  ),
  period: fc.constantFrom("monthly" as const, "yearly" as const),
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
  parallel: fc.boolean(),
});
const dayOf = (offset: number) => addDays("2026-01-01" as LocalDate, offset);
const asCents = (cents: number): DecimalString =>
  decimal(`${cents < 0 ? "-" : ""}${(Math.abs(cents) / 100).toFixed(2)}`);

type Recorded = { id: string; version: number; day: LocalDate; parts: [number, number][] };

async function play(
  user: LedgerUser,
  accountId: string,
  categories: readonly string[],
  steps: readonly Step[],
  parallel: boolean,
): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  const spends = steps.filter((one) => one.do === "spend");
  const spend = async ({ day, cents, to }: (typeof spends)[number]) => {
    const each = Math.trunc(cents / to.length);
    const parts = to.map((n, index): [number, number] => [
      n,
      index === 0 ? cents - each * (to.length - 1) : each,
    ]);
    const { id, version } = await user.record({
      kind: cents < 0 ? "income" : "expense",
      ...{ date: dayOf(day), accountId, amount: eur(asCents(Math.abs(cents))) },
      splits: parts.map(([n, part]) => ({
        ...{ categoryId: categories[n] ?? "", amount: eur(asCents(Math.abs(part))) },
      })),
    });
    recorded.push({ id, version, day: dayOf(day), parts });
  };
  if (parallel) await Promise.all(spends.map(spend));
  else for (const one of spends) await spend(one);
  for (const one of steps) {
    const [target] = one.do === "spend" ? [] : recorded.slice(one.which % (recorded.length || 1));
    if (!target || one.do === "spend") continue;
    const path = `/v1/transactions/${target.id}`;
    const seen = { "if-match": `"${target.version}"` };
    if (one.do === "void") {
      const answer = await user.post(`${path}/void`, {}, seen);
      expect(answer.status).toBe(200);
      recorded.splice(recorded.indexOf(target), 1);
    } else {
      target.day = addDays(target.day, one.days);
      const answer = await user.patch(path, { date: target.day }, seen);
      expect(answer.status).toBe(200);
      target.version += 1;
    }
  }
  return recorded;
}

describe("for any ledger", () => {
  test("a budget's spending is the sum of its transactions, and its carry that of the periods before", async () => {
    const user = await ledgerUser(api);
    const accountId = await user.addAccount("EUR");
    await fc.assert(
      fc.asyncProperty(ledger, async (given) => {
        const categories: string[] = [];
        for (const parent of given.parents)
          categories.push(
            await user.addCategory("expense", "Any", {
              ...(parent < 0 ? {} : { parentId: categories[parent] as never }),
            }),
          );
        const recorded = await play(user, accountId, categories, given.steps, given.parallel);
        const startsOn = dayOf(given.startsOn);
        const budget = await makeBudget(
          user,
          monthlyBudget(
            given.covered.map((n) => categories[n] ?? ""),
            { startsOn, rollover: given.rollover, period: given.period, amount: eur("100.00") },
          ),
        );
        const isCovered = (n: number): boolean =>
          given.covered.includes(n) ||
          ((given.parents[n] ?? -1) >= 0 && isCovered(given.parents[n] ?? -1));
        const spentIn = ({ start, end }: { start: string; end: string }) =>
          sum(
            recorded
              .filter(({ day }) => day >= start && day <= end)
              .flatMap(({ parts }) => parts)
              .map(([n, cents]) => (isCovered(n) ? asCents(cents) : zero)),
          );
        let carried: DecimalString | undefined;
        let total = zero;
        for (let on = startsOn, last = dayOf(400); on <= last; ) {
          const found = await progressOn(user, budget, on);
          const calendar = { ...given, startsOn, endsOn: null };
          expect(found.period).toEqual(
            expect.objectContaining({ start: on, end: periodOf(calendar, on).end }),
          );
          expect(equal(found.spent.amount, spentIn(found.period))).toBe(true);
          if (carried !== undefined) expect(equal(found.carried.amount, carried)).toBe(true);
          total = addDecimals(total, decimal(found.spent.amount));
          carried = carry(given.rollover, decimal(found.remaining.amount));
          on = addDays(found.period.end as LocalDate, 1);
          if (on > last)
            expect(equal(total, spentIn({ start: startsOn, end: found.period.end }))).toBe(true);
        }
        await user.post(`/v1/budgets/${budget.id}/archival`, undefined, ifMatch(1));
      }),
      { numRuns: 25 },
    );
  }, 600_000);
});

const equal = (a: string, b: string) => Number(subtractDecimals(decimal(a), decimal(b))) === 0;
/** As people say it: nothing, what is left, what is missing, or either. */
const carry = (rollover: Budget["rollover"], remaining: DecimalString): DecimalString => {
  const isNegative = remaining.startsWith("-");
  if (rollover === "both") return remaining;
  if (rollover === "surplus") return isNegative ? zero : remaining;
  return rollover === "deficit" && isNegative ? remaining : zero;
};

test("the progress of all budgets takes as many statements for a hundred as for one", async () => {
  const user = await ledgerUser(api);
  const food = await user.addCategory("expense", "Food");
  const dollars = await user.addAccount("USD");
  for (const date of ["2026-09-17", "2026-08-01"])
    await user.record({
      ...{ kind: "expense", date, accountId: dollars, categoryId: food },
      amount: { amount: "10.00", currency: "USD" },
    });
  const body = monthlyBudget([food], { rollover: "both" });
  const budget = await makeBudget(user, body);
  const ctx: RequestContext = {
    ...{ requestId: "test", operation: "test" },
    actor: {
      ...{ type: "user", id: user.user.id, sessionId: null, roles: [], permissions: [] },
      authenticatedAt: null,
    },
  };
  const measure = async () => {
    const { read, statements } = counting(api.db.read);
    let rateCalls = 0;
    const deps = {
      ...{
        db: { ...api.db, read },
        clock: api.clock,
        ids: systemIds,
        scales: { digitsOf: () => 2 },
      },
      ...{ books: createBookRepository(), categories: createCategoryRepository() },
      ...{ budgets: createBudgetRepository(), budgetSpending: createBudgetSpendingRepository() },
      identity: api.app.ports.identity,
      currency: {
        convertMany: api.app.ports.currency.convertMany,
        ratesAt: (...asked: Parameters<typeof api.app.ports.currency.ratesAt>) => {
          rateCalls += 1;
          return api.app.ports.currency.ratesAt(...asked);
        },
      },
    };
    const { items } = await listBudgetProgress(deps, ctx, { on: "2026-09-17" });
    return { budgets: items.length, statements: statements(), rateCalls };
  };
  const one = await measure();
  expect(one).toEqual({ budgets: 1, statements: 3, rateCalls: 2 });
  await api.sql`insert into ledger.budgets
    select (jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid()))).*
    from ledger.budgets b, generate_series(1, 99) where b.id = ${budget.id}`;
  await api.sql`insert into ledger.budget_categories
    select id, ${food} from ledger.budgets where book_id = ${user.bookId} on conflict do nothing`;
  expect(await measure()).toEqual({ ...one, budgets: 100 });
});

/** The read pool, which counts the statements that go through it. */
function counting(read: ReadPool) {
  let statements = 0;
  const counted = new Proxy(read, {
    get(target, key) {
      if (key === "select" || key === "execute") statements += 1;
      const member: unknown = Reflect.get(target, key);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  return { read: counted, statements: () => statements };
}
