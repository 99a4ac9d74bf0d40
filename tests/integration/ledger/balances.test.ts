import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import type { Transaction } from "#modules/ledger/contract";
import type { Id } from "#platform/kernel/ids";
import {
  faultsOf,
  ifMatch,
  type LedgerUser,
  ledgerUser,
  type RecordedBody,
} from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { amountOf, unitsOf } from "../../support/transaction-arbitraries.ts";

const currencies = ["EUR", "EUR", "JPY", "KWD"] as const;
const days = ["2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01", "2026-09-18"] as const;

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

/** What somebody writes down, with numbers of accounts and minor units. */
type Written = {
  readonly kind: "income" | "expense" | "transfer";
  readonly from: number;
  readonly to: number;
  readonly parts: readonly number[];
  readonly arrived: number;
  readonly date: string;
  readonly isUncategorised: boolean;
};
type Step =
  | { readonly do: "record"; readonly written: Written }
  /** `which` of those recorded so far, of the version that was seen last. */
  | { readonly do: "change"; readonly which: number; readonly written: Written }
  | { readonly do: "void"; readonly which: number };

const units = fc.integer({ min: 1, max: 1_000_000 });
const written: fc.Arbitrary<Written> = fc.record({
  kind: fc.constantFrom("income", "expense", "transfer"),
  from: fc.nat(currencies.length - 1),
  to: fc.integer({ min: 1, max: currencies.length - 1 }),
  parts: fc.array(units, { minLength: 1, maxLength: 4 }),
  arrived: units,
  date: fc.constantFrom(...days),
  isUncategorised: fc.boolean(),
});
const steps = (maxLength: number) =>
  fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant("record" as const), written }) },
      {
        weight: 3,
        arbitrary: fc.record({ do: fc.constant("change" as const), which: fc.nat(), written }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("void" as const), which: fc.nat() }) },
    ),
    { minLength: 1, maxLength },
  );

type Ledger = {
  readonly user: LedgerUser;
  readonly accounts: readonly Id[];
  readonly categories: readonly Id[];
};

async function openLedger(): Promise<Ledger> {
  const user = await ledgerUser(api);
  const accounts: Id[] = [];
  for (const currency of currencies) accounts.push(await user.addAccount(currency));
  return {
    ...{ user, accounts },
    categories: [await user.addCategory("expense"), await user.addCategory("income")],
  };
}

function bodyOf(ledger: Ledger, { kind, from, to: ahead, ...rest }: Written): RecordedBody {
  const to = (from + ahead) % currencies.length;
  const money = (number: number, of: number) => {
    const currency = currencies[of] ?? "EUR";
    return { amount: amountOf(BigInt(number), currency), currency };
  };
  const whole = rest.parts.reduce((sum, part) => sum + part, 0);
  const common = {
    ...{ kind, date: rest.date, amount: money(whole, from) },
    accountId: String(ledger.accounts[from]),
  };
  if (kind === "transfer") {
    const other = currencies[from] === currencies[to] ? {} : { toAmount: money(rest.arrived, to) };
    return { ...common, toAccountId: String(ledger.accounts[to]), ...other };
  }
  if (rest.isUncategorised) return common;
  const splits = rest.parts.map((part, index) => ({
    categoryId: String(ledger.categories[index % 2]),
    amount: money(part, from),
  }));
  return { ...common, splits };
}

const perform = (ledger: Ledger, step: Step, known: readonly Transaction[]) => {
  if (step.do === "record")
    return ledger.user.post<Transaction>("/v1/transactions", bodyOf(ledger, step.written));
  const one = known[step.which % known.length];
  if (!one) return undefined;
  const path = `/v1/transactions/${one.id}`;
  if (step.do === "void")
    return ledger.user.post<Transaction>(`${path}/void`, {}, ifMatch(one.version));
  const body = bodyOf(ledger, step.written);
  const sides =
    body.kind === "transfer" ? { toAmount: null } : body.splits ? {} : { categoryId: null };
  return ledger.user.patch<Transaction>(path, { ...sides, ...body }, ifMatch(one.version));
};

/** What each account has by what the transactions say of themselves. */
function foldOf({ accounts }: Ledger, transactions: readonly Transaction[]): bigint[] {
  return accounts.map((account) =>
    transactions
      .filter(({ voidedAt }) => voidedAt === null)
      .reduce((sum, { kind, accountId, amount, transfer }) => {
        const own = accountId === account ? unitsOf(amount) : 0n;
        const arrived = transfer?.accountId === account ? unitsOf(transfer.amount) : 0n;
        return sum + (kind === "income" ? own : -own) + arrived;
      }, 0n),
  );
}

async function balancesOf({ user, accounts }: Ledger): Promise<bigint[]> {
  const balances: bigint[] = [];
  for (const [index, account] of accounts.entries()) {
    const kept = await user.balance(account);
    const currency = currencies[index] ?? "EUR";
    balances.push(kept === "0" ? 0n : unitsOf({ amount: kept, currency } as never));
  }
  return balances;
}

async function expectRight(ledger: Ledger, known: readonly Transaction[]): Promise<void> {
  expect(await balancesOf(ledger)).toEqual(foldOf(ledger, known));
  expect(await faultsOf(api, ledger.user.bookId)).toEqual([]);
}

test("balances are the fold of the transactions after any sequence of records, changes and voids", async () => {
  await fc.assert(
    fc.asyncProperty(steps(14), async (sequence) => {
      const ledger = await openLedger();
      const known: Transaction[] = [];
      for (const step of sequence) {
        const before = known[step.do === "record" ? 0 : step.which % known.length];
        const answer = await perform(ledger, step, known);
        if (!answer) continue;
        if (step.do === "record") {
          expect(answer.status).toBe(201);
          known.push(answer.body);
        } else if (before?.voidedAt) expect(answer.status).toBe(409);
        else {
          expect([answer.status, answer.body.version]).toEqual([200, (before?.version ?? 0) + 1]);
          known[step.which % known.length] = answer.body;
        }
      }
      await expectRight(ledger, known);
      for (const one of known)
        expect((await ledger.user.get<Transaction>(`/v1/transactions/${one.id}`)).body).toEqual(
          one,
        );
    }),
    { numRuns: 25 },
  );
}, 600_000);

test("20 at once lose nothing: of those that begin from one version one wins, and all sums agree", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(written, { minLength: 1, maxLength: 4 }),
      fc.array(steps(3), { minLength: 20, maxLength: 20 }),
      async (first, lanes) => {
        const ledger = await openLedger();
        const start: Transaction[] = [];
        for (const one of first) start.push(await ledger.user.record(bodyOf(ledger, one)));
        const wins = new Map<string, number>();
        const ids = new Set(start.map(({ id }) => id));
        await Promise.all(
          lanes.map(async (lane) => {
            for (const step of lane) {
              const answer = await perform(ledger, step, start);
              if (!answer) continue;
              expect([200, 201, 409, 412]).toContain(answer.status);
              if (answer.status === 201) ids.add(answer.body.id);
              if (answer.status !== 200) continue;
              expect(answer.body.version).toBe(2);
              wins.set(answer.body.id, (wins.get(answer.body.id) ?? 0) + 1);
            }
          }),
        );
        expect([...wins.values()].every((times) => times === 1)).toBe(true);
        const known: Transaction[] = [];
        for (const id of ids)
          known.push((await ledger.user.get<Transaction>(`/v1/transactions/${id}`)).body);
        await expectRight(ledger, known);
        const counted = await api.sql`select count(*)::int as all from ledger.transactions
          where book_id = ${ledger.user.bookId}`;
        expect(counted[0]?.["all"]).toBe(ids.size);
      },
    ),
    { numRuns: 8 },
  );
}, 600_000);
