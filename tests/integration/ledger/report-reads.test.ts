import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { CashFlow, Conversion, LedgerApi, NetWorth, Spending } from "#modules/ledger/contract";
import { systemContext } from "#platform/kernel/context";
import { addDecimals, type DecimalString, roundDecimal, zero } from "#platform/kernel/decimal";
import { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import { addMoney, type CurrencyCode, type Money } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";
import { accountHolder, importRates } from "../../support/accounts.ts";
import type { BudgetProgress } from "../../support/budgets.ts";
import { makeBudget, monthlyBudget } from "../../support/budgets.ts";
import {
  importRandomRates,
  type PlayedLedger,
  playLedger,
  randomDays,
  randomLedger,
} from "../../support/random-ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const ctx = systemContext("test:report-reads", "test");
let api: TestApp;
let ledger: LedgerApi;
beforeAll(async () => {
  api = await openTestApp({ environment: { READS_PER_MINUTE: "1000000", DEFAULT_PLAN: "plus" } });
  ledger = api.app.ports.ledger;
  await importRandomRates(api);
});
afterAll(() => api.close());

const day = (text: string) => text as LocalDate;
const eur = "EUR" as CurrencyCode;
const conversion = (more: Partial<Conversion> = {}): Conversion => ({
  ...{ currency: eur, source: "market", asOf: api.clock.now() },
  ...more,
});
const days = { from: day(randomDays.from), to: day(randomDays.to) };
const partOf = ({ user }: Pick<PlayedLedger, "user">, accountIds: readonly Id[] | null = null) => ({
  userId: user.user.id,
  bookId: user.bookId,
  ...days,
  accountIds,
});

const totalOf = (amounts: readonly Money[]): Map<CurrencyCode, Money> =>
  amounts.reduce((sums, money) => {
    const sum = sums.get(money.currency);
    return sums.set(money.currency, sum ? addMoney(sum, money) : money);
  }, new Map<CurrencyCode, Money>());
const written = (sums: Map<CurrencyCode, Money>) =>
  [...sums.values()]
    .map(({ amount, currency }) => `${roundDecimal(amount, 8)} ${currency}`)
    .filter((text) => !text.startsWith("0.00000000"))
    .toSorted();

describe("whatever a book has", () => {
  test("neighbours get the figures of the API, and category months come to them", async () => {
    await fc.assert(
      fc.asyncProperty(randomLedger, async (plan) => {
        const played = await playLedger(api, plan);
        const { user } = played;
        const asked = { ...partOf(played), ...conversion() };
        const query = `from=${days.from}&to=${days.to}&currency=EUR`;
        const get = async <T>(path: string) => (await user.get<T>(`${path}${query}`)).body;

        const flow = await get<CashFlow>("/v1/insights/cash-flow?");
        expect<object>(await ledger.cashFlowOf(ctx, asked)).toMatchObject(flow);
        const worth = await get<NetWorth>("/v1/insights/net-worth?");
        expect<object>(await ledger.netWorthOf(ctx, asked)).toMatchObject(worth);
        for (const by of ["category", "payee", "tag"] as const) {
          const spent = await get<Spending>(`/v1/insights/spending?by=${by}&limit=100&`);
          const found = await ledger.spendingOf(ctx, { ...asked, by, limit: 100 });
          expect<object>(found).toMatchObject(spent);
        }

        const { items } = await ledger.categoryMonthsOf(ctx, asked);
        const tree = await ledger.categoriesOf(ctx, asked);
        const kinds = new Map(tree.map(({ id, kind }) => [id, kind]));
        const sums = (kind: string, month?: string) => {
          const some = items.filter(
            (item) => kinds.get(item.categoryId) === kind && (month ?? item.month) === item.month,
          );
          const exact = some.reduce((sum, { converted }) => addDecimals(sum, converted), zero);
          return {
            shown: roundDecimal(exact, 2),
            unconverted: written(totalOf(some.map(({ unconverted }) => unconverted))),
          };
        };
        for (const kind of ["income", "expense"] as const) {
          const whole = sums(kind);
          expect(whole.shown).toBe(flow.total[kind].amount);
          expect(whole.unconverted).toEqual(written(totalOf(flow.total.unconverted[kind])));
          for (const item of flow.items)
            expect([item.month, sums(kind, item.month).shown]).toEqual([
              ...[item.month, item[kind].amount],
            ]);
        }
        const signed = items.map(({ categoryId, amount }) =>
          kinds.get(categoryId) === "income"
            ? amount
            : { ...amount, amount: `-${amount.amount}`.replace("--", "") as DecimalString },
        );
        const totals = (
          await user.get<{ totals: { net: Money }[] }>(
            `/v1/transactions/totals?from=${days.from}&to=${days.to}`,
          )
        ).body;
        expect(written(totalOf(signed))).toEqual(
          written(totalOf(totals.totals.map(({ net }) => net))),
        );

        const taxes = (await ledger.taxTotalsOf(ctx, asked)).items;
        for (const kind of ["income", "expense"] as const) {
          const some = taxes.filter((item) => item.kind === kind);
          const exact = some.reduce((sum, { converted }) => addDecimals(sum, converted), zero);
          expect(roundDecimal(exact, 2)).toBe(flow.total[kind].amount);
        }
        const lines = played.transactions
          .filter(({ date }) => date >= days.from && date <= days.to)
          .reduce((sum, { splits }) => sum + Math.max(1, splits.length), 0);
        const counts = await ledger.transactionCountsOf(ctx, asked);
        expect(counts.lines).toBe(lines + counts.openings);
        expect(counts.withTaxRate).toBe(
          played.transactions.filter(({ taxRate }) => taxRate !== null).length,
        );

        const progress = await ledger.budgetProgressOf(ctx, asked);
        for (const item of progress.items) {
          const path = `/v1/budgets/${item.budgetId}/progress?on=${item.on}`;
          expect<object>(item).toEqual((await user.get<BudgetProgress>(path)).body);
        }
        // Months from 15 January on, and a year.
        expect(progress.items.map(({ period }) => period.start as string)).toEqual([
          ...["2026-01-15", "2026-02-15", "2026-03-15", "2026-04-15", "2026-01-15"],
        ]);
      }),
      { numRuns: 8 },
    );
  }, 600_000);

  test("some of the accounts come, together with the others, to the whole", async () => {
    await fc.assert(
      fc.asyncProperty(randomLedger, fc.nat(30), async (plan, chosen) => {
        const played = await playLedger(api, plan);
        const ids = played.accounts.map(({ id }) => id);
        const some = ids.filter((_, index) => (chosen & (1 << index)) !== 0);
        const rest = ids.filter((id) => !some.includes(id));
        if (some.length === 0 || rest.length === 0) return;
        const asked = (accountIds: readonly Id[] | null) => ({
          ...{ ...partOf(played, accountIds), ...conversion() },
        });
        const net = async (accountIds: readonly Id[] | null) => {
          const { items } = await ledger.categoryMonthsOf(ctx, asked(accountIds));
          return items.map(({ categoryId, month, amount }) => ({
            ...amount,
            currency: `${categoryId} ${month} ${amount.currency}` as CurrencyCode,
          }));
        };
        const [a, b, all] = [await net(some), await net(rest), await net(null)];
        expect(written(totalOf([...a, ...b]))).toEqual(written(totalOf(all)));

        const pages = async (accountIds: readonly Id[] | null) => {
          const found: string[] = [];
          for (let cursor: string | undefined; ; ) {
            const page = await ledger.transactionsPage(ctx, {
              ...{ ...partOf(played, accountIds), limit: 4, cursor },
            });
            found.push(...page.items.map(({ date, id }) => `${date} ${id}`));
            if (page.nextCursor === null) return found;
            cursor = page.nextCursor;
          }
        };
        const [first, second, whole] = [await pages(some), await pages(rest), await pages(null)];
        expect([...new Set([...first, ...second])].toSorted()).toEqual(whole);
        expect(first).toEqual(first.toSorted());
        expect(new Set(first).size).toBe(first.length);
        expect((await ledger.transactionCountsOf(ctx, partOf(played, some))).transactions).toBe(
          first.length,
        );

        const on = days.to;
        const balances = await ledger.balancesAt(ctx, { ...partOf(played), days: [on] });
        for (const { accountId, balance } of balances) {
          const own = { ...asked([accountId]), currency: balance.currency };
          const [point] = (await ledger.netWorthOf(ctx, { ...own, from: on })).items;
          expect(point?.net).toEqual(balance);
        }
      }),
      { numRuns: 8 },
    );
  }, 600_000);
});

test("budgets carry what they would carry when asked for each period", async () => {
  const user = await accountHolder(api);
  const account = await user.open();
  const food = await user.addCategory("expense", "Food");
  for (const rollover of ["none", "surplus", "deficit", "both"] as const)
    await makeBudget(user, monthlyBudget([food], { rollover, startsOn: "2024-01-01" }));
  await makeBudget(user, {
    ...monthlyBudget([food], { startsOn: "2026-03-10", endsOn: "2026-04-10", period: "custom" }),
  });
  await makeBudget(user, monthlyBudget([food], { startsOn: "2026-06-01" }));
  await makeBudget(user, monthlyBudget([food], { startsOn: "2025-01-01", endsOn: "2025-12-31" }));
  for (const [date, amount] of [
    ["2024-05-05", "-900"],
    ["2025-12-31", "-10"],
    ["2026-01-02", "-612.34"],
    ["2026-03-31", "-499.99"],
    ["2026-05-31", "-1"],
  ] as const)
    await user.move(account, date, amount, { categoryId: food });
  const book = { userId: user.user.id, bookId: user.bookId };
  const { items } = await ledger.budgetProgressOf(ctx, {
    ...{ ...book, from: day("2026-02-15"), to: day("2026-05-31") },
    ...{ source: "market", asOf: api.clock.now() },
  });
  expect(items).toHaveLength(4 * 4 + 1);
  for (const item of items) {
    const { body } = await user.get<BudgetProgress>(
      `/v1/budgets/${item.budgetId}/progress?on=${item.on}`,
    );
    expect<object>(item).toEqual(body);
  }
});

test("a period that is going on is seen from the day of the instant, one to come before it begins", async () => {
  const user = await accountHolder(api);
  const food = await user.addCategory("expense", "Food");
  await makeBudget(user, monthlyBudget([food]));
  const { items } = await ledger.budgetProgressOf(ctx, {
    ...{ userId: user.user.id, bookId: user.bookId, source: "market", asOf: api.clock.now() },
    ...{ from: day("2026-09-01"), to: day("2026-10-31") },
  });
  expect<unknown[]>(items.map((item) => [item.on, item.percentElapsed, item.pace])).toEqual([
    ["2026-09-18", "60.00", "0.0000"],
    ["2026-09-18", "0.00", null],
  ]);
});

describe("rates", () => {
  test("are those of the source at the ends of days, and of the instant from its own day on", async () => {
    const user = await accountHolder(api);
    const lira = await user.open({ currency: "TRY" });
    for (const date of ["2026-02-01", "2026-03-02", "2026-09-18", "2026-12-24"])
      await user.move(lira, date, "100");
    const book = { userId: user.user.id, bookId: user.bookId, accountIds: null };
    const asked = { ...book, from: day("2026-01-01"), to: day("2026-12-31") };
    const found = await ledger.dayRatesOf(ctx, { ...asked, ...conversion() });
    expect<unknown>(found.missing).toEqual([{ day: "2026-02-01", currency: "TRY" }]);
    expect<unknown[]>(
      found.items.map(({ day, quotedAt }) => [day, quotedAt?.slice(0, 10)]),
    ).toEqual([
      ["2026-03-02", "2026-02-28"],
      ["2026-09-18", found.items[1]?.quotedAt?.slice(0, 10)],
      ["2026-12-24", found.items[1]?.quotedAt?.slice(0, 10)],
    ]);
    expect(found.items[0]?.providers).not.toEqual([]);
    const early = conversion({ asOf: "2026-03-01T12:00:00.000Z" as Instant });
    const before = await ledger.dayRatesOf(ctx, { ...asked, ...early });
    expect(new Set(before.items.map(({ rate }) => rate)).size).toBe(1);
    expect(before.items).toHaveLength(3);
  });

  test("of the central banks are none where they have none", async () => {
    await importRates(api, { "2026-06-01": { EUR: "0.9", TRY: "45" } });
    const user = await accountHolder(api);
    const lira = await user.open({ currency: "TRY" });
    await user.move(lira, "2026-06-01", "-100");
    const asked = { ...partOf({ user }), from: day("2026-06-01"), to: day("2026-06-30") };
    const market = await ledger.cashFlowOf(ctx, { ...asked, ...conversion() });
    expect<unknown>([market.source, market.total.expense.amount]).toEqual(["market", "2.00"]);
    const official = await ledger.cashFlowOf(ctx, { ...asked, ...conversion({ source: "ecb" }) });
    expect<unknown>([official.source, official.total.expense.amount]).toEqual(["ecb", "0.00"]);
    expect<unknown>(official.total.unconverted.expense).toEqual([
      { amount: "100.00", currency: "TRY" },
    ]);
  });
});

describe("errors", () => {
  const codeOf = async (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => (error instanceof AppError ? error.code : error),
    );
  const callsOf = (part: ReturnType<typeof partOf>, by: Conversion) => ({
    bookOf: () => ledger.bookOf(ctx, part),
    categoriesOf: () => ledger.categoriesOf(ctx, part),
    transactionCountsOf: () => ledger.transactionCountsOf(ctx, part),
    dayRatesOf: () => ledger.dayRatesOf(ctx, { ...part, ...by }),
    categoryMonthsOf: () => ledger.categoryMonthsOf(ctx, { ...part, ...by }),
    taxTotalsOf: () => ledger.taxTotalsOf(ctx, { ...part, ...by }),
    cashFlowOf: () => ledger.cashFlowOf(ctx, { ...part, ...by }),
    spendingOf: () => ledger.spendingOf(ctx, { ...part, ...by, by: "payee", limit: 1 }),
    netWorthOf: () => ledger.netWorthOf(ctx, { ...part, ...by }),
    budgetProgressOf: () => ledger.budgetProgressOf(ctx, { ...part, ...by }),
  });

  test("book_not_found for a book that is the user's in no way", async () => {
    const [user, other] = [await accountHolder(api), await accountHolder(api)];
    const theirs = { ...partOf({ user }), bookId: other.bookId };
    for (const call of Object.values(callsOf(theirs, conversion())))
      expect(await codeOf(call())).toBe("ledger.book_not_found");
  });

  test("account_not_found for an account of another book", async () => {
    const [user, other] = [await accountHolder(api), await accountHolder(api)];
    const [own, theirs] = [await user.open(), await other.open()];
    const { bookOf, categoriesOf, budgetProgressOf, ...calls } = callsOf(
      partOf({ user }, [own.id, theirs.id]),
      conversion(),
    );
    for (const call of Object.values(calls))
      expect(await codeOf(call())).toBe("ledger.account_not_found");
    expect(
      await codeOf(ledger.transactionsPage(ctx, { ...partOf({ user }, [theirs.id]), limit: 1 })),
    ).toBe("ledger.account_not_found");
  });

  test("input.invalid beyond a bound, and for an instant to come", async () => {
    const user = await accountHolder(api);
    const part = partOf({ user });
    const { bookOf, categoriesOf, ...calls } = callsOf(
      { ...part, from: day("2026-05-01"), to: day("2026-04-30") },
      conversion(),
    );
    for (const call of Object.values(calls)) expect(await codeOf(call())).toBe("input.invalid");
    const tomorrow = conversion({ asOf: "2026-09-19T12:00:00.000Z" as Instant });
    const { transactionCountsOf, ...later } = callsOf(part, tomorrow);
    for (const name of ["dayRatesOf", "cashFlowOf", "netWorthOf", "budgetProgressOf"] as const)
      expect(await codeOf(later[name]())).toBe("input.invalid");
    const long = callsOf({ ...part, from: day("2010-01-01") }, conversion());
    for (const name of ["dayRatesOf", "cashFlowOf", "categoryMonthsOf", "taxTotalsOf"] as const)
      expect(await codeOf(long[name]())).toBe("input.invalid");
    const unknown = callsOf(part, conversion({ currency: "QQQ" as CurrencyCode }));
    expect(await codeOf(unknown.cashFlowOf())).toBe("input.invalid");
    for (const limit of [0, 101])
      expect(
        await codeOf(ledger.spendingOf(ctx, { ...part, ...conversion(), by: "tag", limit })),
      ).toBe("input.invalid");
  });
});
