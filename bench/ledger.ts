/**
 * The ledger with a million transactions in one book, beside one with ten thousand.
 *
 *   bun run bench:ledger [--smoke]      needs wrk
 *
 * Reads over HTTP in turns on both books and beside SQL written by hand for the same answer, in rounds: every figure is
 * the median of what the rounds found, so that a round in which the machine did something else does not count. Creating
 * over HTTP beside the same statement sent by the same process. The cluster is set up as the server sets up its own, but
 * without fsync: what is compared is work, not the disk.
 */
import type { TestApp } from "../tests/support/test-app.ts";
import { openBenchApp } from "./support/bench-app.ts";
import { isSmoke, median, percentile, table } from "./support/figures.ts";
import { type BenchBook, openBooks } from "./support/ledger-books.ts";
import { createByHand, createOverHttp } from "./support/ledger-creates.ts";
import { ledgerReads, type Read } from "./support/ledger-reads.ts";

const sizes = isSmoke() ? ([100, 1_000] as const) : ([10_000, 1_000_000] as const);
const rounds = isSmoke() ? 1 : 9;
const requests = isSmoke() ? 3 : 200;
const longRequests = isSmoke() ? 2 : 40;
const createSeconds = isSmoke() ? 1 : 5;
const createAim = 0.5;
const settings = { fsync: "off", max_wal_size: "4GB", maintenance_work_mem: "512MB" };

const bench = await openBenchApp(settings);
const { api } = bench;
try {
  const [small, large] = await openBooks(api, sizes, { known: requests, checked: isSmoke() });
  console.log(
    `## Reading: ${small.rows} and ${large.rows} transactions, ${rounds} rounds of ${requests} requests, ms\n`,
  );
  const head = ["what", "p50", "p99", "p50, large", "p99, large", "growth of p99", "aim"];
  console.log(
    table(
      [...head, "SQL by hand, large", "SQL / HTTP", "aim"],
      await inOrder(ledgerReads, (read) => compare(read, small, large)),
    ),
  );
  console.log(`\n## Creating, ${rounds} rounds of ${createSeconds} s, a second\n`);
  console.log(
    table(
      ["transactions", "the statement", "POST /v1/transactions", "share", "aim"],
      await compareCreating([small, large]),
    ),
  );
} finally {
  await bench.close();
}

async function compare(read: Read, small: BenchBook, large: BenchBook): Promise<string[]> {
  const found: Record<"p50" | "p99" | "largeP50" | "largeP99" | "growth" | "hand", number[]> = {
    ...{ p50: [], p99: [], largeP50: [], largeP99: [], growth: [], hand: [] },
  };
  for (let index = 0; index < 3; index += 1)
    for (const book of [small, large]) await ask(api, book, read, index);
  for (let round = 0; round < rounds; round += 1) {
    const times = await measure(read, small, large);
    const [p99, largeP99] = [percentile(times.small, 0.99), percentile(times.large, 0.99)];
    found.p50.push(median(times.small));
    found.p99.push(p99);
    found.largeP50.push(median(times.large));
    found.largeP99.push(largeP99);
    found.growth.push(largeP99 / p99);
    found.hand.push(median(times.hand));
  }
  const [largeP50, hand] = [median(found.largeP50), median(found.hand)];
  return [
    read.name,
    ...[found.p50, found.p99, found.largeP50, found.largeP99].map((ms) => median(ms).toFixed(2)),
    median(found.growth).toFixed(2),
    read.growth?.toFixed(2) ?? "",
    hand.toFixed(2),
    (hand / largeP50).toFixed(2),
    read.share === undefined ? "" : `${read.share.toFixed(2)} or 10,000 matches`,
  ];
}

/** In turns, and in either order: what else the machine does meets all alike. */
async function measure(read: Read, small: BenchBook, large: BenchBook) {
  const times: Record<"small" | "large" | "hand", number[]> = { small: [], large: [], hand: [] };
  const count = read.isLong ? longRequests : requests;
  for (let index = 0; index < count; index += 1) {
    const smallFirst = index % 2 === 0;
    if (smallFirst) times.small.push(await timed(() => ask(api, small, read, index)));
    times.large.push(await timed(() => ask(api, large, read, index)));
    if (!smallFirst) times.small.push(await timed(() => ask(api, small, read, index)));
    const query = read.byHand(large, index);
    times.hand.push(await timed(() => api.db.read.execute(query)));
  }
  return times;
}

async function ask(
  { url }: Pick<TestApp, "url">,
  book: BenchBook,
  read: Read,
  index: number,
): Promise<void> {
  const path = read.path(book, index);
  const headers = { authorization: `Bearer ${book.token}` };
  const response = await fetch(`${url}${path}`, { headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
}

async function timed(work: () => PromiseLike<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function compareCreating(books: readonly BenchBook[]): Promise<string[][]> {
  const found = books.map((book) => ({
    ...{ book, byHand: [] as number[], overHttp: [] as number[], shares: [] as number[] },
  }));
  for (let round = 0; round < rounds; round += 1)
    for (const { book, byHand, overHttp, shares } of found) {
      const run = { directory: bench.directory, run: `${book.rows}-${round}` };
      const statements = await createByHand(api, book, createSeconds);
      const posts = await createOverHttp(api, book, createSeconds, run);
      byHand.push(statements);
      overHttp.push(posts);
      shares.push(posts / statements);
    }
  return found.map(({ book, byHand, overHttp, shares }) => [
    `${book.rows}`,
    ...[byHand, overHttp].map((rates) => `${Math.round(median(rates))}`),
    median(shares).toFixed(2),
    createAim.toFixed(2),
  ]);
}

async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
