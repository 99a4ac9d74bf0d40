/**
 * The ledger with a million transactions in one book, beside one with ten thousand.
 *
 *   bun run bench:ledger [--smoke]      needs wrk
 *
 * Creating over HTTP beside the same statement sent by the same process, with audit context and idempotency record
 * (aim 0.5 of it); reads over HTTP in turns on both books (aim: p99 at most 1.3 times as long in the large one), and
 * beside SQL written by hand for the same answer. The cluster is that of the tests, without fsync: what is compared is
 * work, not the disk.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import type { Transaction } from "#modules/ledger/contract";
import { newTransaction } from "#modules/ledger/domain/new-transaction";
import { postingsOf } from "#modules/ledger/domain/postings";
import { readTransaction, type TransactionInput } from "#modules/ledger/domain/transaction-draft";
import { fingerprintOf, parseTransactionFilter } from "#modules/ledger/domain/transaction-filter";
import { recordTransaction } from "#modules/ledger/storage/record-transaction";
import type { Actor, RequestContext } from "#platform/kernel/context";
import type { CurrencyCode } from "#platform/kernel/money";
import { encodeCursor } from "#platform/kernel/page";
import { keyPurposes } from "#platform/keyring/key-entries";
import { rotateKey } from "#platform/keyring/keyring";
import { systemIds } from "#platform/system";
import { faultsOf, ledgerUser } from "../tests/support/ledger.ts";
import { attachCluster } from "../tests/support/shared-cluster.ts";
import { createTestClock, openTestApp } from "../tests/support/test-app.ts";
import { isSmoke, median, percentile, table } from "./support/figures.ts";
import { fillBook, firstDay, lastDay, rarePayee } from "./support/ledger-rows.ts";

const [smallRows, largeRows] = isSmoke() ? [100, 1_000] : [10_000, 1_000_000];
const reads = isSmoke() ? 5 : 300;
const createRounds = isSmoke() ? 1 : 5;
const createSeconds = isSmoke() ? 1 : 5;
/** One writer per book at a time: more connections only wait. */
const writers = 8;
const categoriesOfBook = 20;

const directory = mkdtempSync(join(tmpdir(), "fintrack-bench-"));
const keyring = join(directory, "keyring.json");
const clock = createTestClock();
for (const purpose of Object.keys(keyPurposes)) rotateKey(keyring, purpose, { clock });
const api = await openTestApp({
  clock,
  environment: {
    ...{
      FINTRACK_ENV: "production",
      KEYRING_FILE: keyring,
      METRICS_TOKEN: "a token for the bench",
    },
    MAIL_FROM: "FinTrack <no-reply@example.org>",
    READS_PER_MINUTE: "100000000",
  },
});
try {
  const small = await openBook(smallRows);
  const large = await openBook(largeRows);
  await api.sql`vacuum analyze`;
  console.log(`## Reads: ${smallRows} and ${largeRows} transactions, ${reads} requests each\n`);
  console.log(
    table(
      [
        "what",
        "p50 ms",
        "p99 ms",
        "p50 ms, large",
        "p99 ms, large",
        "p99 large / small",
        "SQL / HTTP, large",
      ],
      await compareReads(small, large),
    ),
  );
  console.log(`\n## Creating, ${createRounds} rounds of ${createSeconds} s\n`);
  console.log(table(["how", "a second", "share", "aim"], await compareCreating(large)));
} finally {
  await api.close();
  // What keeps the cluster for the next test of this process would keep the process.
  await (await attachCluster()).launcher.end();
  rmSync(directory, { recursive: true, force: true });
}

type BenchBook = Awaited<ReturnType<typeof openBook>>;

async function openBook(rows: number) {
  const user = await ledgerUser(api);
  const { bookId } = user;
  const accountIds = [await user.addAccount("EUR"), await user.addAccount("EUR")];
  const categoryIds = [];
  for (let index = 0; index < categoriesOfBook; index += 1)
    categoryIds.push(await user.addCategory("expense", `Category ${index}`));
  await fillBook(api.sql, { bookId, accountIds, categoryIds }, rows, user.user.id);
  if (isSmoke()) {
    const faults = await faultsOf(api, bookId);
    if (faults.length > 0) throw new Error(`not as the application records: ${faults.join(", ")}`);
  }
  const budget = await user.post("/v1/budgets", {
    ...{ name: "Some", period: "monthly", rollover: "none", thresholds: [] },
    ...{ amount: { amount: "500.00", currency: "EUR" }, startsOn: "2026-01-01" },
    categoryIds: categoryIds.slice(0, 3),
  });
  if (budget.status !== 201) throw new Error(`no budget: ${budget.status}`);
  const [accountId, categoryId] = [accountIds[0], categoryIds[0]];
  if (!accountId || !categoryId) throw new Error("a book without accounts");
  // Some of them, from everywhere in the book.
  const known = await api.sql<Pick<Transaction, "id" | "date">[]>`
    select id, date::text from ledger.transactions where book_id = ${bookId} order by md5(id::text) limit ${reads}`;
  const fingerprint = fingerprintOf(bookId, parseTransactionFilter({}));
  return {
    user,
    bookId,
    accountId,
    categoryId,
    known,
    fingerprint,
    token: user.tokens.accessToken,
  };
}

type Read = {
  readonly name: string;
  readonly path: (book: BenchBook, index: number) => string;
  /** The same answer by hand. */
  readonly byHand?: (book: BenchBook, index: number) => Parameters<typeof api.db.read.execute>[0];
};

function readsOf(): Read[] {
  const at = (book: BenchBook, index: number) => {
    const found = book.known[index % book.known.length];
    if (!found) throw new Error("an empty book");
    return found;
  };
  return [
    {
      name: "one transaction",
      path: (book, index) => `/v1/transactions/${at(book, index).id}`,
      byHand: (
        book,
        index,
      ) => sql`select t.*, (select jsonb_agg(p.* order by line) from ledger.postings p
        where p.transaction_id = t.id) from ledger.transactions t where t.id = ${at(book, index).id}`,
    },
    {
      name: "first page",
      path: () => "/v1/transactions",
      byHand: ({
        bookId,
      }) => sql`select t.*, (select jsonb_agg(p.* order by line) from ledger.postings p
        where p.transaction_id = t.id) from ledger.transactions t
        where book_id = ${bookId} and voided_at is null order by date desc, id desc limit 50`,
    },
    {
      name: "a page anywhere",
      path: (book, index) => {
        const { date, id } = at(book, index);
        return `/v1/transactions?cursor=${encodeCursor([date, id, book.fingerprint])}`;
      },
      byHand: (book, index) => {
        const { date, id } = at(book, index);
        return sql`select t.*, (select jsonb_agg(p.* order by line) from ledger.postings p
          where p.transaction_id = t.id) from ledger.transactions t
          where book_id = ${book.bookId} and voided_at is null and (date, id) < (${date}::date, ${id}::uuid)
          order by date desc, id desc limit 50`;
      },
    },
    {
      name: "filter: payee",
      path: () => `/v1/transactions?payee=${encodeURIComponent(rarePayee)}`,
    },
    {
      name: "filter: category",
      path: ({ categoryId }) => `/v1/transactions?categoryId=${categoryId}`,
    },
    { name: "filter: amount", path: () => "/v1/transactions?minAmount=200.5" },
    { name: "search", path: () => "/v1/transactions?search=a1" },
    { name: "search, frequent", path: () => "/v1/transactions?search=berlin" },
    {
      name: "totals of all",
      path: () => "/v1/transactions/totals",
      byHand: ({ bookId }) => sql`select currency, sum(amount), count(*) from (
        select currency, amount from ledger.transactions where book_id = ${bookId} and voided_at is null
        order by date desc, id desc limit 10000) newest group by currency`,
    },
    { name: "totals of a month", path: () => "/v1/transactions/totals?from=2026-08-01" },
    {
      name: "balance at a day",
      path: (book, index) => `/v1/accounts/${book.accountId}/balances?on=${at(book, index).date}`,
      byHand: (book, index) => {
        const { date } = at(book, index);
        return sql`select coalesce((select sum(amount) from ledger.account_months
            where account_id = ${book.accountId} and month < date_trunc('month', ${date}::date)), 0)
          + coalesce((select sum(amount) from ledger.account_days where account_id = ${book.accountId}
            and date between date_trunc('month', ${date}::date) and ${date}::date), 0) as balance`;
      },
    },
    {
      name: "net worth, a year",
      path: () => `/v1/insights/net-worth?from=2025-09-01&to=${lastDay}`,
    },
    { name: "net worth, all", path: () => `/v1/insights/net-worth?from=${firstDay}&to=${lastDay}` },
    { name: "budget progress", path: () => "/v1/budgets/progress?on=2026-08-20" },
  ];
}

async function compareReads(small: BenchBook, large: BenchBook): Promise<string[][]> {
  const rows: string[][] = [];
  for (const read of readsOf()) {
    const times: Record<"small" | "large" | "byHand", number[]> = {
      small: [],
      large: [],
      byHand: [],
    };
    for (const book of [small, large])
      for (let index = 0; index < 3; index += 1) await ask(book, read, index);
    // In turns: what else the machine does meets both.
    for (let index = 0; index < reads; index += 1) {
      times.small.push(await timed(() => ask(small, read, index)));
      times.large.push(await timed(() => ask(large, read, index)));
      const query = read.byHand?.(large, index);
      if (query) times.byHand.push(await timed(() => api.db.read.execute(query)));
    }
    const [p99, largeP99] = [percentile(times.small, 0.99), percentile(times.large, 0.99)];
    rows.push([
      read.name,
      ...[median(times.small), p99, median(times.large), largeP99].map((ms) => ms.toFixed(2)),
      (largeP99 / p99).toFixed(2),
      times.byHand.length === 0 ? "" : (median(times.byHand) / median(times.large)).toFixed(2),
    ]);
  }
  return rows;
}

async function ask(book: BenchBook, read: Read, index: number): Promise<void> {
  const path = read.path(book, index);
  const response = await fetch(`${api.url}${path}`, {
    headers: { authorization: `Bearer ${book.token}` },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
}

async function timed(work: () => PromiseLike<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function compareCreating(book: BenchBook): Promise<string[][]> {
  const overHttp: number[] = [];
  const byHand: number[] = [];
  for (let round = 0; round < createRounds; round += 1) {
    byHand.push(await createByHand(book));
    overHttp.push(await createOverHttp(book, round));
  }
  const shares = byHand.map((rate, round) => (overHttp[round] ?? 0) / rate);
  return [
    ["the statement alone", `${Math.round(median(byHand))}`, "", ""],
    ["POST /v1/transactions", `${Math.round(median(overHttp))}`, median(shares).toFixed(2), "0.50"],
  ];
}

function inputOf({ accountId, categoryId }: BenchBook): TransactionInput {
  return {
    ...{ kind: "expense", date: "2026-09-01", accountId, categoryId, payee: rarePayee },
    amount: { amount: "12.34", currency: "EUR" },
  };
}

/** A second, by as many at a time as there are connections over HTTP. */
async function createByHand(book: BenchBook): Promise<number> {
  const scales = { digitsOf: (code: CurrencyCode) => (code === "EUR" ? 2 : undefined) };
  const { id: userId } = book.user.user;
  const actor: Actor = {
    type: "user",
    ...{ id: userId, sessionId: null, roles: ["user"] },
    ...{ permissions: ["ledger:write"], authenticatedAt: null },
  };
  const until = performance.now() + createSeconds * 1000;
  let made = 0;
  async function write(): Promise<void> {
    while (performance.now() < until) {
      const id = systemIds.next();
      const ctx: RequestContext = {
        ...{ actor, requestId: systemIds.next(), operation: "createTransaction" },
        idempotency: { scope: `bench ${userId}`, key: id, fingerprint: "bench" },
      };
      const draft = readTransaction(inputOf(book), scales);
      const origin = {
        id,
        bookId: book.bookId,
        importId: null,
        createdBy: userId,
        at: clock.now(),
      };
      const { splits: _, ...stored } = newTransaction(draft, origin);
      const lines = postingsOf({ ...draft, id });
      if (!(await api.db.writeOne(ctx, recordTransaction(userId, stored, lines))))
        throw new Error("nothing was recorded");
      made += 1;
    }
  }
  await Promise.all(Array.from({ length: writers }, write));
  return made / createSeconds;
}

/** A second, each request with an Idempotency-Key of its own. */
async function createOverHttp(book: BenchBook, round: number): Promise<number> {
  const script = join(directory, "create.lua");
  writeFileSync(
    script,
    `local n = 0
    wrk.method = "POST"
    wrk.body = [[${JSON.stringify(inputOf(book))}]]
    wrk.headers["content-type"] = "application/json"
    wrk.headers["authorization"] = "Bearer ${book.token}"
    request = function()
      n = n + 1
      wrk.headers["idempotency-key"] = "bench-${round}-" .. n
      return wrk.format()
    end`,
  );
  const options = ["-t1", `-c${writers}`, `-d${createSeconds}s`, "-s", script];
  const run = Bun.spawn(["wrk", ...options, `${api.url}/v1/transactions`], { stderr: "inherit" });
  const [text, code] = await Promise.all([new Response(run.stdout).text(), run.exited]);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(text)?.[1];
  if (code !== 0 || rate === undefined || /Non-2xx/.test(text)) throw new Error(`wrk:\n${text}`);
  return Number(rate);
}
