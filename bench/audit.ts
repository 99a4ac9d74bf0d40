/**
 * What the audit trail costs whoever writes: transactions over HTTP into eight books, as many as the machine takes, in
 * turns
 *   - where nobody tells who changed what (bench/support/silent-database.ts; the application cannot do that),
 *   - where every transaction tells it, and no relay runs,
 *   - with the relay in the server's own process,
 *   - with the relay in another process,
 * and at half of what the server takes with its relay, with and without it. In rounds: every figure is the median of what
 * the rounds found.
 *
 *   bun run bench:audit [--smoke]      needs wrk
 *
 * The cluster is set up as the server sets up its own, both databases in it, but without fsync: what is compared is work,
 * not the disk, and nothing hides behind it.
 */
import { join } from "node:path";
import postgres from "postgres";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { ledgerUser } from "../tests/support/ledger.ts";
import type { TestDatabases } from "../tests/support/test-app.ts";
import type { AuditServerOptions } from "./support/audit-server.ts";
import { openBenchApp } from "./support/bench-app.ts";
import { isSmoke, median, percentile, table } from "./support/figures.ts";
import {
  createAsManyAsPossible,
  createAtRate,
  createOne,
  type WrittenBook,
} from "./support/transaction-load.ts";

const bookCount = 8;
const rounds = isSmoke() ? 1 : 5;
const seconds = isSmoke() ? 1 : 8;
const catchUpTimeoutMs = 240_000;
const settings = { fsync: "off", max_wal_size: "4GB" };
const aims = { emitted: 0.9, relayed: 0.6, p99: 1.1, lagSeconds: 5 };

const bench = await openBenchApp(settings);
const { api, directory } = bench;
const log = postgres({
  ...postgresJsOptions(parseConnection(api.databases.log.ownerUrl)),
  ...{ max: 1, onnotice: () => {} },
});
const servers: Server[] = [];
try {
  const books = await openBooks();
  const silent = await startServer(false);
  const server = await startServer(true);
  let run = 0;
  const create = async ({ url }: Server) => {
    run += 1;
    return createAsManyAsPossible(url, books, seconds, { directory, run: `${run}` });
  };
  /** Seconds until everything that is committed now is in the trail. */
  const caughtUp = async (): Promise<number> => {
    const began = performance.now();
    run += 1;
    const [book] = books;
    if (!book) throw new Error("no books");
    const id = await createOne(server.url, book, `marker-${run}`);
    while ((await log`select 1 from audit.entries where targets @> ${[id]}`).length === 0) {
      if (performance.now() - began > catchUpTimeoutMs) throw new Error("the relay stands still");
      await Bun.sleep(20);
    }
    return (performance.now() - began) / 1000;
  };

  await server.tell("relay on"); // the trail begins
  await caughtUp();
  for (const one of [silent, server]) await create(one); // and the code is warm

  const found = {
    silent: [] as number[],
    told: [] as number[],
    relayed: [] as number[],
    elsewhere: [] as number[],
    lag: [] as number[],
    lagElsewhere: [] as number[],
    backlog: [] as number[],
    catchUp: [] as number[],
    p99: [] as number[],
    p99Relayed: [] as number[],
  };
  for (let round = 0; round < rounds; round += 1) {
    await server.tell("relay off");
    const [quiet, told] = [await create(silent), await create(server)];
    await server.tell("relay on");
    const catchUp = await caughtUp();
    const relayed = await create(server);
    const lag = await caughtUp();
    await server.tell("relay off");
    await silent.tell("relay on");
    await caughtUp();
    const elsewhere = await create(server);
    const lagElsewhere = await caughtUp();
    await silent.tell("relay off");
    const perSecond = Math.round(relayed / 2);
    run += 1;
    const p99 = await p99At(perSecond);
    await server.tell("relay on");
    await caughtUp();
    const p99Relayed = await p99At(perSecond);
    found.silent.push(quiet);
    found.told.push(told);
    found.relayed.push(relayed);
    found.elsewhere.push(elsewhere);
    found.lag.push(lag);
    found.lagElsewhere.push(lagElsewhere);
    found.backlog.push((quiet + told) * seconds);
    found.catchUp.push(((quiet + told) * seconds) / catchUp);
    found.p99.push(p99);
    found.p99Relayed.push(p99Relayed);
  }

  console.log(`## The audit trail, ${rounds} rounds of ${seconds} s, ${bookCount} books\n`);
  const perSecond = (values: readonly number[]) => Math.round(median(values)).toString();
  const row = (name: string, values: number[], base: number[] | null, aim = "", lag = "") => [
    ...[name, perSecond(values), base === null ? "" : ratio(values, base).toFixed(2), aim, lag],
  ];
  const lagOf = (values: number[]) => `${median(values).toFixed(1)} s`;
  const { silent: quiet, told, relayed, elsewhere } = found;
  console.log(
    table(
      ["transactions", "a second", "share", "aim", "all in the trail after"],
      [
        row("nobody tells who", quiet, null),
        row("told, no relay", told, quiet, `${aims.emitted}`),
        row("relay in the process", relayed, told, `${aims.relayed}`, lagOf(found.lag)),
        row("relay in another", elsewhere, told, "", lagOf(found.lagElsewhere)),
      ],
    ),
  );
  const half = Math.round(median(relayed) / 2);
  const [p99, p99Relayed] = [median(found.p99), median(found.p99Relayed)];
  const grown = ratio(found.p99Relayed, found.p99).toFixed(2);
  console.log(
    `\np99 at ${half} a second: ${p99.toFixed(2)} ms, with the relay ${p99Relayed.toFixed(2)} ms, ${grown} times (aim: ${aims.p99})`,
  );
  console.log(
    `A backlog of ${Math.round(median(found.backlog))} transactions was caught up at ${perSecond(found.catchUp)} a second.`,
  );
  console.log(`Aim for what is in the trail after a peak: ${aims.lagSeconds} s.`);

  async function p99At(rate: number): Promise<number> {
    run += 1;
    const load = { perSecond: rate, seconds, run: `${run}` };
    return percentile(await createAtRate(server.url, books, load), 0.99);
  }
} finally {
  for (const one of servers) await one.close();
  await log.end();
  await bench.close();
}

/** Of two figures of one round each; the median of the rounds. */
function ratio(values: readonly number[], bases: readonly number[]): number {
  return median(values.map((value, round) => value / (bases[round] ?? Number.NaN)));
}

async function openBooks(): Promise<WrittenBook[]> {
  const books: WrittenBook[] = [];
  while (books.length < bookCount) {
    const user = await ledgerUser(api);
    const accountId = await user.addAccount("EUR");
    const categoryId = await user.addCategory("expense", "Everything");
    const { host } = new URL(api.url);
    books.push({ token: user.tokens.accessToken, host, accountId, categoryId });
  }
  return books;
}

type Server = {
  readonly url: string;
  /** Resolves when it is done. */
  tell(what: "relay on" | "relay off"): Promise<void>;
  close(): Promise<void>;
};

async function startServer(isAudited: boolean): Promise<Server> {
  const urls = ({ url }: TestDatabases["main"]) => ({
    ...{ owner: url("owner"), app: url("app"), relay: url("relay"), reader: url("reader") },
  });
  const options: AuditServerOptions = {
    ...{ main: urls(api.databases.main), log: urls(api.databases.log), isAudited },
    ...{ keyringFile: join(directory, "bench-keyring.json"), publicUrl: api.url },
  };
  const child = Bun.spawn(
    [process.execPath, join(import.meta.dir, "support/audit-server.ts"), JSON.stringify(options)],
    { stdin: "pipe", stdout: "pipe", stderr: "inherit" },
  );
  const lines = linesOf(child.stdout);
  const url = await lines();
  const server: Server = {
    url,
    async tell(what) {
      child.stdin.write(`${what}\n`);
      await child.stdin.flush();
      for (let line = await lines(); line !== what; line = await lines()) console.error(line);
    },
    async close() {
      child.stdin.end();
      await child.exited;
    },
  };
  servers.push(server);
  return server;
}

/** The next line each time. */
function linesOf(stream: ReadableStream<Uint8Array>): () => Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  return async () => {
    for (;;) {
      const end = text.indexOf("\n");
      if (end >= 0) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        return line;
      }
      const { done, value } = await reader.read();
      if (done) throw new Error(`the server ended: ${text}`);
      text += decoder.decode(value, { stream: true });
    }
  };
}
