import { expect } from "bun:test";
import type { Account, Transaction } from "#modules/ledger/contract";
import type { Id } from "#platform/kernel/ids";
import type { LocalDate } from "#platform/kernel/time";
import { faultsOf } from "./ledger.ts";
import { expectBudgets } from "./ledger-budget-truth.ts";
import { planDays } from "./ledger-plans.ts";
import type { World } from "./ledger-world.ts";
import { unitsOf } from "./transaction-arbitraries.ts";

/** All of the book as users see it, void ones too. */
export async function transactionsOf({ user }: World): Promise<Transaction[]> {
  const all: Transaction[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const path: string = `/v1/transactions?state=all&limit=200${cursor && `&cursor=${cursor}`}`;
    const { body } = await user.get<{ items: Transaction[]; nextCursor: string | null }>(path);
    all.push(...body.items);
    cursor = body.nextCursor;
  }
  return all;
}

/** What must be true of a book whatever was done to it. */
export async function expectTruth(world: World): Promise<void> {
  const transactions = await transactionsOf(world);
  const active = transactions.filter(({ voidedAt }) => voidedAt === null);
  expect(await faultsOf(world.api, world.user.bookId)).toEqual([]);
  expect(await world.api.runCommand("ledger:verify")).toEqual({
    ...{ code: 0, lines: ["no differences"] },
  });
  expectAllThere(world, transactions);
  await expectBalances(world, active);
  await expectBudgets(world, active);
  await expectHistory(world);
  await expectFewAlike(world);
}

/** Nothing that was recorded is lost, and what was answered last is what is there. */
function expectAllThere(world: World, transactions: readonly Transaction[]): void {
  const found = new Map(transactions.map((one) => [one.id as string, one]));
  const recorded = transactions.filter(({ kind }) => kind !== "opening").map(({ id }) => id);
  expect(recorded.toSorted()).toEqual([...world.transactions.keys()].toSorted() as Id[]);
  for (const [id, last] of world.transactions) if (last) expect(found.get(id)).toEqual(last);
}

/** What an account has by the end of a day, as the transactions say of themselves; in minor units. */
function foldOf(account: Id, transactions: readonly Transaction[], on: string): bigint {
  return transactions
    .filter(({ date }) => date <= on)
    .reduce((sum, { kind, accountId, amount, transfer }) => {
      const own = accountId === account ? unitsOf(amount) : 0n;
      const arrived = transfer?.accountId === account ? unitsOf(transfer.amount) : 0n;
      return sum + (kind === "income" || kind === "opening" ? own : -own) + arrived;
    }, 0n);
}

async function expectBalances(world: World, active: readonly Transaction[]): Promise<void> {
  const { user, api } = world;
  const { body } = await user.get<{ items: Account[] }>("/v1/accounts?limit=200");
  const last = "9999-12-31";
  expect(body.items.map(({ id, balance }) => [id, unitsOf(balance)])).toEqual(
    body.items.map(({ id }) => [id, foldOf(id, active, last)]),
  );
  const days = [...planDays, "2026-01-15", "2025-12-30"] as LocalDate[];
  const ctx = { actor: { type: "system", name: "test" }, requestId: "t", operation: "t" } as const;
  const asked = { userId: user.user.id, bookId: user.bookId, days };
  const balances = await api.app.ports.ledger.balancesAt(ctx as never, asked);
  expect(balances).toHaveLength(body.items.length * days.length);
  expect(balances.map(({ accountId, on, balance }) => [accountId, on, unitsOf(balance)])).toEqual(
    balances.map(({ accountId, on }) => [accountId, on, foldOf(accountId, active, on)]),
  );
  for (const { id, openingBalance } of body.items)
    expect([id, unitsOf(openingBalance)]).toEqual([
      id,
      foldOf(
        id,
        active.filter(({ kind }) => kind === "opening"),
        last,
      ),
    ]);
}

/** Every version of a transaction but the last is in its history, once, and begins where the one before ended. */
async function expectHistory({ api, user }: World): Promise<void> {
  const broken = await api.sql`
    with changes as (
      select c.transaction_id, c.before, c.after, c.action, (c.before->>'version')::int as version,
        lead(c.before) over (partition by c.transaction_id order by (c.before->>'version')::int) as next
      from ledger.transaction_changes c where c.book_id = ${user.bookId}
    )
    select 'lost or doubled: ' || t.id as fault from ledger.transactions t
    where t.book_id = ${user.bookId} and (
      (select count(*) from changes c where c.transaction_id = t.id) <> t.version - 1
      or (select count(distinct version) from changes c where c.transaction_id = t.id) <> t.version - 1)
    union all select 'not continued: ' || transaction_id from changes
    where next is not null and after is distinct from next
    union all select 'void without an end: ' || t.id from ledger.transactions t
    where t.book_id = ${user.bookId} and t.voided_at is not null
      and not exists (select from changes c where c.transaction_id = t.id and c.action = 'voided')
    union all select 'an account is gone: ' || transaction_id from changes,
      lateral (values (before->>'accountId'), (before->'transfer'->>'accountId')) used(id)
    where id is not null and not exists (select from ledger.accounts a where a.id = used.id::uuid)`;
  expect(broken.map((row) => row["fault"] as string)).toEqual([]);
}

/** However often and by how many a file was imported: of rows that are alike no more stand than one file has. */
async function expectFewAlike({ api, user }: World): Promise<void> {
  const found = await api.sql`
    with alike as (
      select o.account_id, o.date, o.amount, o.words, t.external_id, count(*)::int as standing
      from ledger.import_origins o join ledger.transactions t on t.id = o.transaction_id
      where t.book_id = ${user.bookId} and t.voided_at is null group by 1, 2, 3, 4, 5
    )
    select words, standing from alike
    where standing > case when external_id is not null then 1 when words = 'backerei' then 2 else 1 end`;
  expect([...found]).toEqual([]);
}

/** Everything that a book says of what happened up to a day; of all days when left out. */
export async function digestOf({ api, user }: World, through = "9999-12-31"): Promise<string> {
  const [row] = await api.sql<{ digest: string }[]>`
    select md5(
      (select coalesce(string_agg(t::text, '|' order by t.id), '') from ledger.transactions t
        where book_id = ${user.bookId} and date <= ${through}) ||
      (select coalesce(string_agg(p::text, '|' order by transaction_id, line), '') from ledger.postings p
        where book_id = ${user.bookId} and date <= ${through}) ||
      (select coalesce(string_agg(d::text, '|' order by account_id, date), '') from ledger.account_days d
        where book_id = ${user.bookId} and date <= ${through} and amount <> 0)) as digest`;
  return row?.digest ?? "";
}

/** What stands, and what every account has. */
export async function standingOf(world: World) {
  const standing = (await transactionsOf(world)).filter(({ voidedAt }) => voidedAt === null);
  const { body } = await world.user.get<{ items: Account[] }>("/v1/accounts?limit=200");
  return {
    standing: standing.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    balances: body.items.map(({ id, balance }) => [id, balance]),
  };
}
