import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Transaction } from "#modules/ledger/contract";
import type { Report } from "#modules/reports/contract";
import { coverageScopeOf } from "#modules/reports/domain/coverage-scope";
import { addDecimals, negate, type parseDecimal, signOf, zero } from "#platform/kernel/decimal";
import type { CurrencyCode } from "#platform/kernel/money";
import { ifMatch } from "../../support/ledger.ts";
import { importPlanRates } from "../../support/ledger-budget-truth.ts";
import { anyStep } from "../../support/ledger-plans.ts";
import { transactionsOf } from "../../support/ledger-truths.ts";
import { perform } from "../../support/ledger-verbs.ts";
import { openWorld, type World } from "../../support/ledger-world.ts";
import { openReportsApp, type Reporter, reporter, reporterOf } from "../../support/reports.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openReportsApp({ environment: { READS_PER_MINUTE: "1000000" } });
  await importPlanRates(api);
});
afterAll(() => api.close());
const compare = () => api.runJob("reports.compare");
const spend = async (user: Reporter, amount: string, currency = "EUR") =>
  user.record({
    ...{ kind: "expense", date: "2026-09-03", accountId: await user.addAccount(currency) },
    amount: { amount, currency },
  });
/** As the job has left it: a GET would look by itself. */
const kept = async ({ id }: Pick<Report, "id">) => {
  const [row] = await api.sql`
    select superseded_at, changed_transactions, differences, compared_revision::int as revision
    from reports.reports where id = ${id}`;
  return row;
};
const asked = (what: string) =>
  api.metric("fintrack_port_call_duration_seconds_count", { call: what });

describe("the job that compares", () => {
  test("marks what has changed once, and counts it in each currency", async () => {
    const user = await reporter(api);
    const made = await user.make();
    await spend(user, "12.50");
    await spend(user, "900", "TRY");
    const at = api.clock.now();
    await compare();
    const marked = await kept(made);
    expect(marked).toMatchObject({
      superseded_at: new Date(at),
      changed_transactions: 2,
      differences: [
        { amount: "-12.50", currency: "EUR" },
        { amount: "-900.00", currency: "TRY" },
      ],
    });
    api.clock.advance(120);
    await compare();
    expect(await kept(made)).toEqual(marked);
  });

  test("asks nothing but revisions of books that stand still", async () => {
    const user = await reporter(api);
    await user.make();
    await compare();
    const [before, revisions] = [
      await asked("ledger.coverageOf"),
      await asked("ledger.revisionsOf"),
    ];
    await compare();
    expect(await asked("ledger.coverageOf")).toBe(before);
    expect(await asked("ledger.revisionsOf")).toBe(revisions + 1);
  });

  test("leaves standing what a change of its book does not touch, and does not look at it again", async () => {
    const user = await reporter(api);
    const made = await user.make({ from: "2026-08-01", to: "2026-08-31" });
    await spend(user, "1.00");
    await compare();
    const before = await asked("ledger.coverageOf");
    await compare();
    expect(await asked("ledger.coverageOf")).toBe(before);
    expect(await kept(made)).toMatchObject({ superseded_at: null, changed_transactions: null });
  });

  test("clears the mark when all that was changed is undone, and marks anew what comes later", async () => {
    const user = await reporter(api);
    const made = await user.make();
    const { id, version } = await spend(user, "1.00");
    await compare();
    await user.post(`/v1/transactions/${id}/void`, {}, ifMatch(version));
    await compare();
    expect(await kept(made)).toMatchObject({
      ...{ superseded_at: null, changed_transactions: null, differences: null },
    });
    api.clock.advance(60);
    await spend(user, "2.00");
    await compare();
    expect(await kept(made)).toMatchObject({
      superseded_at: new Date(api.clock.now()),
      changed_transactions: 1,
    });
  });

  test("goes on past reports that nobody may read any more", async () => {
    const [owner, member] = [await reporter(api), await reporter(api)];
    await owner.share(member, "viewer");
    const unreadable = await member.make({ bookId: owner.bookId });
    const made = await owner.make();
    await api.sql`delete from ledger.book_members where user_id = ${member.user.id} and book_id = ${owner.bookId}`;
    await spend(owner, "3.00");
    await compare();
    expect(await kept(made)).toMatchObject({ changed_transactions: 1 });
    expect(await kept(unreadable)).toMatchObject({ superseded_at: null });
  });
});

/** What of the book a report hangs on, as users see it. */
function coveredBy(report: Report, all: readonly Transaction[]): readonly Transaction[] {
  const { from, to, accountIds } = coverageScopeOf(report);
  return all.filter(
    ({ voidedAt, date, accountId, transfer }) =>
      voidedAt === null &&
      date <= to &&
      (from ?? "") <= date &&
      (accountIds === null ||
        accountIds.includes(accountId) ||
        (transfer !== null && accountIds.includes(transfer.accountId))),
  );
}

/** What changed between two times, from what transactions say of themselves. */
function changesOf(report: Report, before: readonly Transaction[], now: readonly Transaction[]) {
  const [was, is] = [coveredBy(report, before), coveredBy(report, now)].map(
    (list) => new Map(list.map((one) => [one.id, one])),
  );
  if (!was || !is) throw new Error("there are two times");
  const sums = new Map<CurrencyCode, ReturnType<typeof parseDecimal>>();
  let transactions = 0;
  for (const id of new Set([...was.keys(), ...is.keys()])) {
    const [left, right] = [was.get(id), is.get(id)];
    if (left?.version === right?.version) continue;
    transactions += 1;
    for (const [one, by] of [
      [left, negate],
      [right, (amount: ReturnType<typeof parseDecimal>) => amount],
    ] as const)
      for (const { accountId, amount } of effectsOf(one))
        if (report.accountIds === null || report.accountIds.includes(accountId))
          sums.set(
            amount.currency,
            addDecimals(sums.get(amount.currency) ?? zero, by(amount.amount)),
          );
  }
  const differences = [...sums].filter(([, sum]) => signOf(sum) !== 0);
  return {
    transactions,
    differences: new Map(differences.map(([currency, sum]) => [currency, addDecimals(sum, zero)])),
  };
}

function effectsOf(one: Transaction | undefined) {
  if (!one) return [];
  const { kind, accountId, amount, transfer } = one;
  const isIn = kind === "income" || kind === "opening";
  const own = { ...amount, amount: isIn ? amount.amount : negate(amount.amount) };
  return [
    { accountId, amount: own },
    ...(transfer ? [{ accountId: transfer.accountId, amount: transfer.amount }] : []),
  ];
}

describe("whatever is done to a book", () => {
  /** Of every type, of days that will be closed and of days that stay open. */
  const reportsOf = ({ accounts }: World) => [
    ...["transactions", "income_statement", "cash_flow", "net_worth", "budgets"].flatMap((type) => [
      { type, from: "2026-01-01", to: "2026-01-31" },
      { type, from: "2026-02-01", to: "2026-09-30" },
    ]),
    { type: "year", from: "2025-01-01", to: "2025-12-31" },
    ...["2026-01-31", "2026-12-31"].map((to) => ({
      ...{ type: "account_statement", from: "2026-01-01", to },
      accountIds: [accounts[0]?.id],
    })),
  ];
  const closedThrough = "2026-01-31";

  test("nothing in a closed period is ever superseded, and what is open exactly when it has changed", async () => {
    let superseded = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep({ reopen: false }), { minLength: 4, maxLength: 8 }),
        fc.array(anyStep({ reopen: false }), { minLength: 4, maxLength: 10 }),
        async (steps, later) => {
          const world = await openWorld(api);
          const user = reporterOf(api, world.user);
          for (const step of steps) await perform(world, step);
          const before = await transactionsOf(world);
          const made: Report[] = [];
          for (const scope of reportsOf(world)) made.push(await user.make(scope));
          for (const { state } of made) expect(state).toBe("ready");

          await perform(world, { do: "close", day: closedThrough });
          for (const step of later) await perform(world, step);
          await compare();
          const now = await transactionsOf(world);
          for (const report of made) {
            const { standing, supersession } = await user.reportOf(report.id);
            const changes = changesOf(report, before, now);
            if (report.to <= closedThrough) expect(changes.transactions).toBe(0);
            expect<unknown[]>([report.type, report.to, standing]).toEqual([
              ...[report.type, report.to, changes.transactions === 0 ? "stands" : "superseded"],
            ]);
            if (standing === "stands") {
              expect(supersession).toBeNull();
              continue;
            }
            superseded += 1;
            expect(supersession?.transactions).toBe(changes.transactions);
            const told = (supersession?.differences ?? []).map(
              ({ currency, amount }) => [currency, addDecimals(amount, zero)] as const,
            );
            expect<ReadonlyMap<string, string>>(new Map(told)).toEqual(changes.differences);
          }
        },
      ),
      { numRuns: 4 },
    );
    expect(superseded).toBeGreaterThan(0);
  }, 600_000);
});
