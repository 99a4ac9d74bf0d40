import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type {
  Coverage,
  CoveredTransaction,
  LedgerApi,
  Transaction,
} from "#modules/ledger/contract";
import { systemContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { LocalDate } from "#platform/kernel/time";
import { accountHolder } from "../../support/accounts.ts";
import { ifMatch } from "../../support/ledger.ts";
import { importPlanRates } from "../../support/ledger-budget-truth.ts";
import { anyStep } from "../../support/ledger-plans.ts";
import { transactionsOf } from "../../support/ledger-truths.ts";
import { perform } from "../../support/ledger-verbs.ts";
import { openWorld, type World } from "../../support/ledger-world.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { amountOf, unitsOf } from "../../support/transaction-arbitraries.ts";

const ctx = systemContext("test:coverage", "test");
let api: TestApp;
let ledger: LedgerApi;
beforeAll(async () => {
  api = await openTestApp({ environment: { READS_PER_MINUTE: "1000000", DEFAULT_PLAN: "plus" } });
  ledger = api.app.ports.ledger;
  await importPlanRates(api);
});
afterAll(() => api.close());

const day = (text: string) => text as LocalDate;
const coversOf = ({ user, accounts }: World): Coverage[] => {
  const book = { userId: user.user.id, bookId: user.bookId };
  const [first, second] = accounts.map(({ id }) => id);
  if (!first || !second) throw new Error("a world has accounts");
  return [
    { ...book, from: null, to: day("9999-12-31"), accountIds: null },
    { ...book, from: day("2026-01-01"), to: day("2026-01-31"), accountIds: null },
    { ...book, from: null, to: day("2026-02-01"), accountIds: [first] },
    { ...book, from: day("2026-01-31"), to: day("2026-12-31"), accountIds: [second, first] },
  ];
};

const touches = (accountIds: readonly Id[] | null, { accountId, transfer }: Transaction) =>
  accountIds === null ||
  accountIds.includes(accountId) ||
  (transfer !== null && accountIds.includes(transfer.accountId));

/** What the coverage is about, as users see it. */
const coveredBy = ({ from, to, accountIds }: Coverage, all: readonly Transaction[]) =>
  all
    .filter(({ voidedAt, date }) => voidedAt === null && date <= to && (from ?? "") <= date)
    .filter((one) => touches(accountIds, one))
    .toSorted((a, b) => (a.date + a.id < b.date + b.id ? -1 : 1));

/** What a transaction does to accounts, as it says of itself. */
function effectsOf({ kind, accountId, amount, transfer }: Transaction, only: readonly Id[] | null) {
  const isIn = kind === "income" || kind === "opening";
  const own = amountOf(isIn ? unitsOf(amount) : -unitsOf(amount), amount.currency);
  const effects = [{ accountId, amount: { ...amount, amount: own } }];
  if (transfer) effects.push({ accountId: transfer.accountId, amount: transfer.amount });
  return effects
    .filter((effect) => only === null || only.includes(effect.accountId))
    .toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1));
}

async function pagesOf(coverage: Coverage, limit: number) {
  const items: CoveredTransaction[] = [];
  const revisions = new Set<number>();
  for (let cursor: string | undefined; ; ) {
    const page = await ledger.coveragePage(ctx, { ...coverage, limit, cursor });
    items.push(...page.items);
    revisions.add(page.bookRevision);
    if (page.nextCursor === null) return { items, revisions };
    cursor = page.nextCursor;
  }
}

describe("whatever is done to a book", () => {
  test("a digest changes exactly when a covered transaction does, and pages tell what each does", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep({ reopen: true }), { minLength: 6, maxLength: 16 }),
        async (steps) => {
          const world = await openWorld(api);
          const covers = coversOf(world);
          const digests = () =>
            Promise.all(covers.map(async (one) => (await ledger.coverageOf(ctx, one)).digest));
          let before = { digests: await digests(), covered: covers.map(() => "[]") };
          for (const step of steps) {
            await perform(world, step);
            const all = await transactionsOf(world);
            const covered = covers.map((one) => JSON.stringify(coveredBy(one, all)));
            const after = { digests: await digests(), covered };
            for (const [at] of covers.entries())
              expect([step.do, at, after.digests[at] !== before.digests[at]]).toEqual([
                ...[step.do, at, after.covered[at] !== before.covered[at]],
              ]);
            before = after;
          }
          const all = await transactionsOf(world);
          for (const one of covers) {
            const { items, revisions } = await pagesOf(one, 3);
            expect(items).toEqual(
              coveredBy(one, all).map((found) => ({
                ...{ id: found.id, date: found.date, version: found.version },
                effects: effectsOf(found, one.accountIds),
              })),
            );
            expect(revisions.size).toBe(1);
          }
        },
      ),
      { numRuns: 8 },
    );
  }, 600_000);
});

test("adding, changing, voiding and moving out of the days each change the digest; what lies beside does not", async () => {
  const user = await accountHolder(api);
  const [account, other] = [await user.open(), await user.open({ currency: "TRY" })];
  const coverage = {
    ...{ userId: user.user.id, bookId: user.bookId, accountIds: [account.id] },
    ...{ from: day("2026-03-01"), to: day("2026-03-31") },
  };
  const seen: string[] = [(await ledger.coverageOf(ctx, coverage)).digest];
  const expectChange = async (changes: boolean) => {
    const { digest } = await ledger.coverageOf(ctx, coverage);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(digest === seen.at(-1)).toBe(!changes);
    seen.push(digest);
  };
  const first = await user.move(account, "2026-03-01", "5");
  await expectChange(true);
  const last = await user.move(account, "2026-03-31", "-5");
  await expectChange(true);
  await user.move(account, "2026-04-01", "5");
  await user.move(other, "2026-03-15", "5");
  await user.patch(`/v1/accounts/${account.id}`, { name: "Renamed" }, ifMatch(account.version));
  await expectChange(false);
  await user.patch(`/v1/transactions/${first.id}`, { note: "x" }, ifMatch(1));
  await expectChange(true);
  // Back to what it was is a change, too.
  await user.patch(`/v1/transactions/${first.id}`, { note: null }, ifMatch(2));
  await expectChange(true);
  await user.patch(`/v1/transactions/${first.id}`, { date: "2026-02-28" }, ifMatch(3));
  await expectChange(true);
  await user.post(`/v1/transactions/${last.id}/void`, undefined, ifMatch(1));
  await expectChange(true);
});

test("an account that is no more covers nothing, and so does one of another book", async () => {
  const user = await accountHolder(api);
  const stranger = await accountHolder(api);
  const theirs = await stranger.open({ openingBalance: { amount: "5", currency: "EUR" } });
  const gone = await user.open();
  const coverage = {
    ...{ userId: user.user.id, bookId: user.bookId, accountIds: [gone.id, theirs.id] },
    ...{ from: null, to: day("9999-12-31") },
  };
  const before = await ledger.coverageOf(ctx, coverage);
  await user.delete(`/v1/accounts/${gone.id}`, ifMatch(gone.version));
  expect((await ledger.coverageOf(ctx, coverage)).digest).toBe(before.digest);
  expect((await pagesOf(coverage, 10)).items).toEqual([]);
});

test("a book of others is not found; bounds are 422", async () => {
  const [user, other] = [await accountHolder(api), await accountHolder(api)];
  const whole = { from: null, to: day("2026-12-31"), accountIds: null };
  const own = { userId: user.user.id, bookId: user.bookId, ...whole };
  const codes = async (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => (error instanceof AppError ? error.code : error),
    );
  for (const call of [
    () => ledger.coverageOf(ctx, { ...own, bookId: other.bookId }),
    () => ledger.coveragePage(ctx, { ...own, bookId: other.bookId, limit: 1 }),
  ])
    expect(await codes(call())).toBe("ledger.book_not_found");
  const many = Array.from({ length: 201 }, () => user.bookId);
  for (const wrong of [
    { accountIds: [] },
    { accountIds: many },
    { from: day("2027-01-01") },
    { to: day("2026-02-30") },
  ])
    expect(await codes(ledger.coverageOf(ctx, { ...own, ...wrong }))).toBe("input.invalid");
  for (const wrong of [{ limit: 0 }, { limit: 1_001 }, { limit: 1, cursor: "AAAA" }])
    expect(await codes(ledger.coveragePage(ctx, { ...own, ...wrong }))).toBe("input.invalid");
});

test("revisions are told of many books at once, of those that are there, and rise with every change", async () => {
  const [user, other] = [await accountHolder(api), await accountHolder(api)];
  const bookIds = [user.bookId, other.bookId, user.user.id];
  const revisions = async () => {
    const { items } = await ledger.revisionsOf(ctx, { bookIds });
    return new Map(items.map(({ bookId, revision }) => [bookId, revision]));
  };
  const before = await revisions();
  expect([...before.keys()].toSorted()).toEqual([user.bookId, other.bookId].toSorted());
  const opened = { name: "New", kind: "cash", currency: "EUR", openingDate: "2026-01-01" };
  expect((await user.post("/v1/accounts", opened)).status).toBe(201);
  const after = await revisions();
  expect(after.get(other.bookId)).toBe(before.get(other.bookId));
  expect(after.get(user.bookId)).toBeGreaterThan(before.get(user.bookId) ?? 0);
  const many = Array.from({ length: 1_001 }, () => user.bookId);
  await expect(ledger.revisionsOf(ctx, { bookIds: many })).rejects.toThrow("1000");
});
