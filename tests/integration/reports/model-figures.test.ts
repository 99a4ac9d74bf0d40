import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import type { Account, CashFlow, Category, NetWorth, Spending } from "#modules/ledger/contract";
import type { ReportType } from "#modules/reports/contract";
import type { DocumentPart } from "#platform/documents/model";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import type { BudgetProgress } from "../../support/budgets.ts";
import { describeWithHledger, differencesOf } from "../../support/hledger.ts";
import { bookSums } from "../../support/journal-of-a-book.ts";
import {
  importRandomRates,
  type PlayedLedger,
  playLedger,
  randomLedger,
} from "../../support/random-ledger.ts";
import {
  buildParts,
  factsOf,
  reportPlan,
  rowsOf,
  shown,
  tablesOf,
} from "../../support/report-models.ts";
import { expectSums, isMoney, sumTexts } from "../../support/report-sums.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { amountOf, unitsOf } from "../../support/transaction-arbitraries.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp({ environment: { READS_PER_MINUTE: "1000000", DEFAULT_PLAN: "plus" } });
  await importRandomRates(api);
});
afterAll(() => api.close());

/** The first month and the last one in part. */
const time = { from: "2026-02-07" as LocalDate, to: "2026-04-25" as LocalDate };
const query = `from=${time.from}&to=${time.to}`;

/** What reports of a book say, and what its API does. */
function asker(played: PlayedLedger, currency: string) {
  const { user } = played;
  const book = { userId: user.user.id, bookId: user.bookId };
  return {
    report: async (type: ReportType, accountIds: readonly Id[] | null = null) => {
      const plan = { type, ...time, accountIds, currency: currency as CurrencyCode };
      const { parts } = await buildParts(api, reportPlan(book, plan));
      expectSums(parts);
      return { parts, tables: tablesOf(parts), facts: factsOf(parts) };
    },
    get: async <T>(path: string): Promise<T> => {
      const { status, body } = await user.get<T>(path);
      expect(status).toBe(200);
      return body;
    },
  };
}
type Asker = ReturnType<typeof asker>;

const negated = ({ amount, currency }: Money): string =>
  `${amountOf(-unitsOf({ amount, currency }), currency)} ${currency}`;
const notZero = (text: string) => !/^-?0(\.0+)? /.test(text);

async function expectTransactions({ report, get }: Asker): Promise<void> {
  const { tables, facts } = await report("transactions");
  type Totals = { totals: { currency: string; income: Money; expense: Money; net: Money }[] };
  const { totals } = await get<Totals>(`/v1/transactions/totals?${query}`);
  expect(rowsOf(tables, "totals", ["income", "expense", "result"]).toSorted()).toEqual(
    totals
      .map(({ income, expense, net }) => [shown(income), negated(expense), shown(net)])
      .toSorted(),
  );
  expect(sumTexts(tables.get("transactions"), "amount")).toEqual(
    totals
      .map(({ net }) => shown(net))
      .filter(notZero)
      .toSorted(),
  );
  // Line by line and with what rounding left, the whole of the cash flow.
  const { total } = await get<CashFlow>(
    `/v1/insights/cash-flow?${query}&currency=${currencyOf(facts)}`,
  );
  const rounding = facts.get("roundingDifference")?.value;
  const lines = (tables.get("transactions")?.rows ?? []).map((row) => row["converted"]);
  const sum = [...lines, rounding].filter((cell) => isMoney(cell ?? null)) as Money[];
  expect(sum.reduce((all, money) => all + unitsOf(money), 0n)).toBe(unitsOf(total.net));
  expectUnconverted(tables, total.unconverted);
}

const currencyOf = (facts: ReturnType<typeof factsOf>) => {
  const value = facts.get("result")?.value;
  return isMoney(value ?? null) ? (value as Money).currency : "";
};

function expectUnconverted(
  tables: ReturnType<typeof tablesOf>,
  { income, expense }: CashFlow["total"]["unconverted"],
): void {
  expect(rowsOf(tables, "unconverted", ["kind", "amount"])).toEqual([
    ...income.map((money) => ["Income", shown(money)]),
    ...expense.map((money) => ["Expense", negated(money)]),
  ]);
}

async function expectIncome({ report, get }: Asker, currency: string): Promise<void> {
  const flow = await get<CashFlow>(`/v1/insights/cash-flow?${query}&currency=${currency}`);
  const spending = await get<Spending>(
    `/v1/insights/spending?by=category&limit=100&${query}&currency=${currency}`,
  );
  for (const type of ["income_statement", "cash_flow"] as const) {
    const { parts, tables, facts } = await report(type);
    const { income, expense, net } = flow.total;
    expect(["income", "expense", "result"].map((id) => shown(facts.get(id)?.value))).toEqual([
      ...[shown(income), negated(expense), shown(net)],
    ]);
    const months = rowsOf(tables, "months", ["from", "income", "expense", "result"]);
    expect(months.slice(0, flow.items.length)).toEqual(
      flow.items.map((item) => [
        [item.month, time.from].toSorted().at(-1) ?? "",
        ...[shown(item.income), negated(item.expense), shown(item.net)],
      ]),
    );
    // With its rounding difference: the whole, rounded once.
    expect(sumTexts(tables.get("months"), "result")).toEqual([shown(net)].filter(notZero));
    expectUnconverted(tables, flow.total.unconverted);
    if (type === "cash_flow") {
      expect<unknown>(chartsOf(parts).get("cashFlow")).toEqual([
        flow.items.map((item) => shown(item.income)),
        flow.items.map((item) => shown(item.expense)),
      ]);
      continue;
    }
    for (const [kind, whole] of [
      ["income", shown(income)],
      ["expense", negated(expense)],
    ] as const)
      expect(sumTexts(tables.get(kind), "amount")).toEqual([whole].filter(notZero));
    expect(
      rowsOf(tables, "expense", ["category", "amount"])
        .filter(([name]) => name !== "Rounding difference")
        .map(([, amount]) => amount)
        .toSorted(),
    ).toEqual(spending.items.map(({ amount }) => negated(amount)).toSorted());
    for (const { month, income: came, expense: went } of flow.items) {
      const column = `m${month.slice(0, 7).replace("-", "")}`;
      const sums = (name: string) => sumTexts(tables.get(name), column);
      expect(sums("incomeMonths202602")).toEqual([shown(came)].filter(notZero));
      expect(sums("expenseMonths202602")).toEqual([negated(went)].filter(notZero));
    }
  }
}

/** What is drawn, series by series. */
const chartsOf = (parts: readonly DocumentPart[]) =>
  new Map(
    parts.flatMap((part) =>
      part.part === "chart"
        ? [
            [
              part.chart.id,
              part.chart.series.map(({ values }) =>
                values.map((value) => `${value} ${part.chart.currency}`),
              ),
            ] as const,
          ]
        : [],
    ),
  );

async function expectWorth({ report, get }: Asker, currency: string): Promise<void> {
  const { parts, tables, facts } = await report("net_worth");
  const worth = await get<NetWorth>(`/v1/insights/net-worth?${query}&currency=${currency}`);
  expect(rowsOf(tables, "netWorth", ["date", "assets", "liabilities", "netWorth"])).toEqual(
    worth.items.map(({ on, assets, liabilities, net }) => [
      ...[on, shown(assets), negated(liabilities), shown(net)],
    ]),
  );
  expect(chartsOf(parts).get("netWorthChart")).toEqual([worth.items.map(({ net }) => shown(net))]);
  const last = worth.items.at(-1);
  expect(shown(facts.get("netWorth")?.value)).toBe(shown(last?.net));
  expect(sumTexts(tables.get("balances"), "converted")).toEqual([shown(last?.net)].filter(notZero));
  expect(rowsOf(tables, "unconverted", ["date", "amount"])).toEqual(
    worth.items.flatMap(({ on, unconverted }) =>
      unconverted.map((money) => [on, shown(money)]).filter(([, text = ""]) => notZero(text)),
    ),
  );
}

async function expectBudgets({ report, get }: Asker): Promise<void> {
  const { tables } = await report("budgets");
  const rows = tables.get("budgets")?.rows ?? [];
  const { items } = await get<{ items: { id: string; name: string }[] }>("/v1/budgets");
  const ids = new Map(items.map(({ id, name }) => [name, id]));
  expect(rows.map((row) => row["from"])).toEqual([
    ...["2026-01-15", "2026-02-15", "2026-03-15", "2026-04-15", "2026-01-15"],
  ]);
  for (const row of rows) {
    const path = `/v1/budgets/${ids.get(shown(row["budget"]))}/progress?on=${row["seenOn"]}`;
    const one = await get<BudgetProgress>(path);
    expect<unknown>(row).toEqual({
      ...{ budget: one.name, from: one.period.start, to: one.period.end, seenOn: one.on },
      ...{ state: row["state"], planned: one.amount, carried: one.carried },
      ...{ available: one.available, spent: one.spent, remaining: one.remaining },
      ...{ percentSpent: one.percentSpent, percentElapsed: one.percentElapsed, pace: one.pace },
    });
  }
}

async function expectStatements(asked: Asker, { accounts, user }: PlayedLedger): Promise<void> {
  const { body } = await user.get<{ items: Account[] }>("/v1/accounts?limit=200");
  for (const { id, currency } of accounts) {
    const { tables, facts } = await asked.report("account_statement", [id]);
    const on = async (day: string) => {
      const balances = await api.app.ports.ledger.balancesAt(
        { actor: { type: "system", name: "test" }, requestId: "t", operation: "t" },
        { userId: user.user.id, bookId: user.bookId, days: [day as LocalDate] },
      );
      return shown(balances.find(({ accountId }) => accountId === id)?.balance);
    };
    const movements = tables.get("movements");
    const [opening, closing] = [await on("2026-02-06"), await on(time.to)];
    expect(shown(movements?.rows[0]?.["amount"])).toBe(opening);
    expect(shown(movements?.rows.at(-1)?.["balance"])).toBe(closing);
    expect(shown(facts.get("opening")?.value)).toBe(opening);
    expect(shown(facts.get("closing")?.value)).toBe(closing);
    expect(movements?.totals.map(({ label, sums }) => [label, shown(sums[0]?.value)])).toEqual([
      ["Closing balance", closing],
    ]);
    const [received, paid] = ["received", "paid"].map((name) => facts.get(name)?.value);
    const all = [movements?.rows[0]?.["amount"], received, paid].filter((cell) =>
      isMoney(cell ?? null),
    ) as Money[];
    expect(
      amountOf(
        all.reduce((sum, one) => sum + unitsOf(one), 0n),
        currency,
      ),
    ).toBe(closing.split(" ")[0] as never);
    expect(body.items.some((account) => account.id === id)).toBe(true);
  }
}

test("whatever is in a book, its reports say what its API says, and all their sums add up", async () => {
  await fc.assert(
    fc.asyncProperty(randomLedger, fc.constantFrom("EUR", "TRY"), async (plan, currency) => {
      const played = await playLedger(api, plan);
      const asked = asker(played, currency);
      await expectTransactions(asked);
      await expectIncome(asked, currency);
      await expectWorth(asked, currency);
      await expectBudgets(asked);
      await expectStatements(asked, played);
      await asked.report("year");
    }),
    { numRuns: 4 },
  );
}, 600_000);

describeWithHledger("hledger", () => {
  test("finds in the exported journal what reports say of every category and account", async () => {
    await fc.assert(
      fc.asyncProperty(randomLedger, async (plan) => {
        const played = await playLedger(api, plan);
        const { report, get } = asker(played, "EUR");
        const { items } = await get<{ items: Category[] }>("/v1/categories");
        const names = new Map(items.map(({ id, name }) => [id, name]));
        const paths = new Map(
          items.map(
            ({ id, name, parentId }) =>
              [...[parentId === null ? name : `${names.get(parentId)} > ${name}`, id]] as const,
          ),
        );
        const journal = await bookSums(api, played.user, query);
        const { tables } = await report("transactions");
        const sums = new Map<string, bigint>();
        const add = (key: string, cell: Money) =>
          sums.set(key, (sums.get(key) ?? 0n) + unitsOf(cell));
        const accounts = await get<{ items: Account[] }>("/v1/accounts?limit=200");
        const accountIds = new Map(accounts.items.map(({ id, name }) => [name, id]));
        for (const row of tables.get("transactions")?.rows ?? []) {
          const [account, counter] = [shown(row["account"]), shown(row["counter"])];
          for (const name of ["amount", "moved"] as const) {
            const cell = row[name] ?? null;
            if (isMoney(cell)) add(`${accountIds.get(account)} ${cell.currency}`, cell);
          }
          const [amount, arrived] = [row["amount"] ?? null, row["arrived"] ?? null];
          if (isMoney(arrived)) add(`${accountIds.get(counter)} ${arrived.currency}`, arrived);
          if (isMoney(amount)) {
            // What a category gets the account gives.
            const gets = { ...amount, amount: amountOf(-unitsOf(amount), amount.currency) };
            add(`${paths.get(counter)} ${amount.currency}`, gets);
          }
        }
        const found = [...sums].map(
          ([key, units]): [string, string] =>
            [...[key, amountOf(units, key.slice(key.lastIndexOf(" ") + 1))]] as [string, string],
        );
        expect(differencesOf(journal, new Map(found))).toEqual([]);

        // Category by category, as the income statement has it.
        const statement = (await report("income_statement")).tables;
        const original = rowsOf(statement, "original", ["category", "amount"])
          .filter(([name]) => name !== "Rounding difference")
          .map(([name = "", amount = ""]): [string, string] => {
            const [text = "", code = ""] = amount.split(" ");
            return [
              `${paths.get(name)} ${code}`,
              text.startsWith("-") ? text.slice(1) : `-${text}`,
            ];
          });
        const categories = new Set(paths.values());
        const ofCategories = [...journal].filter(([key]) =>
          categories.has(key.slice(0, key.lastIndexOf(" ")) as Id),
        );
        if (statement.has("original"))
          expect(
            differencesOf(
              new Map(ofCategories),
              new Map(original.map(([k, v]) => [k, v.replace(/^-(0(\.0+)?)$/, "$1")])),
            ),
          ).toEqual([]);

        // And what accounts have at the end.
        const all = await bookSums(api, played.user, `to=${time.to}`);
        const worth = (await report("net_worth")).tables;
        const balances = rowsOf(worth, "balances", ["account", "balance"])
          .filter(([name]) => name !== "Rounding difference")
          .map(([name = "", balance = ""]): [string, string] => {
            const [text = "", code = ""] = balance.split(" ");
            return [`${accountIds.get(name)} ${code}`, text];
          });
        const ofAccounts = [...all].filter(
          ([key]) => !categories.has(key.slice(0, key.lastIndexOf(" ")) as Id),
        );
        expect(differencesOf(new Map(ofAccounts), new Map(balances))).toEqual([]);
      }),
      { numRuns: 4 },
    );
  }, 600_000);
});
