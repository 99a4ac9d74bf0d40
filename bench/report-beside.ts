/**
 * What becomes of others while a report is made: of a page of transactions and of an account, asked for so many times a
 * second from another process, in turns with nothing else to do and while an Excel file of five years and a PDF as long
 * as one may be are read from the book and made.
 *
 *   bun run bench:report-beside [--smoke]
 */
import postgres from "postgres";
import type { Report } from "#modules/reports/contract";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { openEmbeddedPostgres } from "#platform/db/embedded";
import type { Id } from "#platform/kernel/ids";
import { openAccounts } from "./support/account.ts";
import { isSmoke, median, percentile, table } from "./support/figures.ts";
import { fillBook, whileUnindexed } from "./support/ledger-rows.ts";
import { askAtRate } from "./support/load.ts";
import { openBenchDirectory } from "./support/server.ts";

/** Over ten years, so that five have 100,000. */
const rows = isSmoke() ? 2_000 : 200_000;
const rounds = isSmoke() ? 1 : 5;
const perSecond = 100;
const idleSeconds = isSmoke() ? 1 : 8;
const maxWaitMs = 300_000;
const aim = 1.2;
const reports = [
  { format: "xlsx", from: "2021-09-01", to: "2026-08-31", times: 1 },
  { format: "pdf", from: "2026-03-10", to: "2026-08-31", times: isSmoke() ? 1 : 4 },
] as const;
type Asked = (typeof reports)[number];

const bench = openBenchDirectory();
const accounts = await openAccounts();
try {
  const { origin, dataDir } = await bench.startFinTrack({
    ...{ SMTP_URL: accounts.smtpUrl, DEFAULT_PLAN: "pro" },
  });
  const { accessToken } = await accounts.register(origin);
  const headers = { authorization: `Bearer ${accessToken}` };
  async function send<T>(method: "GET" | "POST", path: string, body?: object): Promise<T> {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: { ...headers, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
  type Made = { readonly id: Id };
  const account = { kind: "checking", name: "Bench", currency: "EUR", openingDate: "2017-01-01" };
  const { id: accountId } = await send<Made>("POST", "/v1/accounts", account);
  const category = { kind: "expense", name: "Everything" };
  const { id: categoryId } = await send<Made>("POST", "/v1/categories", category);
  await fill(dataDir, { accountId, categoryId });

  const urls = ["/v1/transactions?limit=50", `/v1/accounts/${accountId}`].map(
    (path) => `${origin}${path}`,
  );
  const ask = (goesOn: () => boolean) => askAtRate(urls, perSecond, goesOn, headers);
  const idle = () => {
    const until = performance.now() + idleSeconds * 1000;
    return ask(() => performance.now() < until);
  };
  /** From when its job begins until it is ready. */
  async function besides({ format, from, to }: Asked) {
    const scope = { type: "transactions", from, to, formats: [format], rateSource: "market" };
    const { id } = await send<Report>("POST", "/v1/reports", scope);
    const stateOf = async () => (await send<Report>("GET", `/v1/reports/${id}`)).state;
    const waitWhile = async (state: string) => {
      const deadline = performance.now() + maxWaitMs;
      for (let seen = await stateOf(); seen === state; seen = await stateOf()) {
        if (performance.now() > deadline) throw new Error(`a report stayed ${state}`);
        await Bun.sleep(50);
      }
    };
    await waitWhile("queued");
    const began = performance.now();
    let isMade = false;
    const asking = ask(() => !isMade);
    await waitWhile("running").finally(() => {
      isMade = true;
    });
    const seconds = (performance.now() - began) / 1000;
    if ((await stateOf()) !== "ready") throw new Error("a report was not made");
    return { times: await asking, seconds };
  }

  await idle();
  console.log(`## Beside a report, ${rounds} rounds, ${perSecond} requests a second, ms\n`);
  const head = ["meanwhile", "takes", "p50, idle", "p50", "p99, idle", "p99", "of idle", "aim"];
  const lines: string[][] = [];
  for (const asked of reports) {
    const found = { p50: [], p99: [], idleP50: [], idleP99: [], ratio: [], seconds: [] } as Record<
      "p50" | "p99" | "idleP50" | "idleP99" | "ratio" | "seconds",
      number[]
    >;
    for (let round = 0; round < rounds; round += 1) {
      const before = await idle();
      const times: number[] = [];
      for (let report = 0; report < asked.times; report += 1) {
        const made = await besides(asked);
        times.push(...made.times);
        found.seconds.push(made.seconds);
      }
      const quiet = [...before, ...(await idle())];
      const [idleP99, p99] = [percentile(quiet, 0.99), percentile(times, 0.99)];
      found.idleP50.push(median(quiet));
      found.p50.push(median(times));
      found.idleP99.push(idleP99);
      found.p99.push(p99);
      found.ratio.push(p99 / idleP99);
    }
    lines.push([
      ...[asked.format, `${median(found.seconds).toFixed(1)} s`],
      ...[found.idleP50, found.p50, found.idleP99, found.p99, found.ratio].map((values) =>
        median(values).toFixed(2),
      ),
      aim.toFixed(2),
    ]);
  }
  console.log(table(head, lines));
} finally {
  await bench.close();
  await accounts.close();
}

/** As the application would have recorded them, into the cluster of the server that runs. */
async function fill(
  dataDir: string,
  { accountId, categoryId }: { readonly accountId: Id; readonly categoryId: Id },
): Promise<void> {
  const log = { info: () => {}, warn: (message: string) => console.error(message) };
  const embedded = await openEmbeddedPostgres({ dataDir, mode: "command", log });
  const owner = postgres({
    ...postgresJsOptions(parseConnection(embedded.url("owner", "main"))),
    ...{ max: 1, onnotice: () => {} },
  });
  try {
    const [book] = await owner<{ bookId: Id; userId: Id }[]>`
      select book_id as "bookId", created_by as "userId" from ledger.accounts where id = ${accountId}`;
    if (!book) throw new Error("the account has no book");
    const { bookId, userId } = book;
    const filled = { bookId, accountIds: [accountId], categoryIds: [categoryId] };
    await whileUnindexed(owner, () => fillBook(owner, filled, rows, userId));
    await owner`vacuum analyze`;
  } finally {
    await owner.end();
    await embedded.close();
  }
}
