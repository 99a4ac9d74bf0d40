import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import postgres from "postgres";
import type { Transaction } from "#modules/ledger/contract";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { eventually } from "../../support/eventually.ts";
import { createUser } from "../../support/identity.ts";
import { databaseVariables } from "../../support/main-process.ts";
import {
  endServerProcesses,
  freshDataDir,
  type ServerProcess,
  startServerProcess,
} from "../../support/server-process.ts";
import { type StoredBook, storeBook } from "../../support/stored-ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const rows = 50_000;
/** All of them at once would be more than 220 MB; what has not been cleared away yet is less than 100 MB. */
const maxGrowthBytes = 150 * 1024 * 1024;
const dataDir = freshDataDir();
let api: TestApp;
/** As the application's own role: others do not see what its connections are at. */
let watch: postgres.Sql;
let server: ServerProcess;
let book: StoredBook;
let token: string;
beforeAll(async () => {
  api = await openTestApp();
  const connection = postgresJsOptions(parseConnection(api.databases.main.appUrl));
  watch = postgres({ ...connection, max: 1, onnotice: () => {} });
  const user = await createUser(api);
  book = await storeBook(api.db, { userId: user.id });
  await store(book);
  server = await startServerProcess({ ...databaseVariables(api.databases), DATA_DIR: dataDir });
  const session = await fetch(`${server.url}/v1/auth/sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: user.address, password: user.password }),
  });
  token = ((await session.json()) as { accessToken: string }).accessToken;
}, 180_000);
afterAll(async () => {
  await endServerProcesses();
  await watch.end();
  await api.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Expenses with long notes, in one statement. */
async function store({ bookId, accounts, categories, userId }: StoredBook): Promise<void> {
  await api.sql`
    with t as (
      insert into ledger.transactions (id, book_id, kind, date, account_id, amount, currency, note, tags,
        cleared, search_text, created_by, created_at, updated_at, version)
      select gen_random_uuid(), ${bookId}, 'expense', '2020-01-01'::date + n / 50, ${accounts[0]?.id ?? ""}, 1, 'EUR',
        repeat('x', 450) || n, '{}', false, '', ${userId}, now(), now(), 1 from generate_series(1, ${rows}::int) n
      returning id, date
    )
    insert into ledger.postings (transaction_id, line, book_id, account_id, category_id, amount, currency, date)
    select id, line, ${bookId}, case line when 0 then ${accounts[0]?.id ?? ""}::uuid end,
      case line when 1 then ${categories[0] ?? ""}::uuid end, line * 2 - 1, 'EUR', date
    from t, generate_series(0, 1) line`;
  await api.sql`analyze ledger.transactions, ledger.postings`;
}

/** The most that the server has had in memory since it was last asked for. */
function peakBytes(): number {
  const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
  writeFileSync(`/proc/${server.pid}/clear_refs`, "5");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** What the stream's connection did last, and when. */
async function lastFetch() {
  const [row] = await watch<{ state: string; at: string }[]>`
    select state, query_start::text as at from pg_stat_activity
    where datname = current_database() and application_name = 'fintrack stream' and state <> 'idle'`;
  return row;
}

/** A client that takes what comes only when it wants to. */
function ask(path: string): Socket {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET ${path}?bookId=${book.bookId} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
  );
  return socket;
}
const firstBytes = (socket: Socket) =>
  new Promise<Buffer>((resolve) => socket.once("data", (piece) => resolve(piece as Buffer)));

/** The body of an answer in chunks (RFC 9112, 7.1); null when it broke off. */
function bodyOf(answer: Buffer): string | null {
  const parts: Buffer[] = [];
  for (let at = answer.indexOf("\r\n\r\n") + 4; at > 3; ) {
    const end = answer.indexOf("\r\n", at);
    if (end < 0) return null;
    const size = Number.parseInt(answer.toString("latin1", at, end), 16);
    if (size === 0) return Buffer.concat(parts).toString("utf8");
    parts.push(answer.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return null;
}

describe("an export of 50,000 transactions", () => {
  test("to a slow client is made no faster than he takes it, in memory that does not grow with it", async () => {
    // A quarter of them, for what is only needed once.
    const query = `bookId=${book.bookId}&to=2020-09-06`;
    const few = await fetch(`${server.url}/v1/exports/transactions.json?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await few.arrayBuffer();
    peakBytes();
    const before = peakBytes();

    const socket = ask("/v1/exports/transactions.json");
    const pieces: Buffer[] = [await firstBytes(socket)];
    socket.pause();
    await eventually("the server waits for the client", async () => {
      const first = await lastFetch();
      await Bun.sleep(300);
      return first?.state === "idle in transaction" && (await lastFetch())?.at === first.at;
    });
    socket.on("data", (piece) => {
      pieces.push(piece as Buffer);
      socket.pause();
      setTimeout(() => socket.resume(), 1);
    });
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.resume();
    await closed;
    const answer = Buffer.concat(pieces);
    const body = bodyOf(answer);
    expect(answer.byteLength).toBeGreaterThan(40 * 1024 * 1024);
    expect(new Set((JSON.parse(body ?? "") as Transaction[]).map(({ id }) => id)).size).toBe(rows);
    const grown = peakBytes() - before;
    expect(grown).toBeLessThan(maxGrowthBytes);
  }, 180_000);

  test("leaves nothing behind when its client goes away in the middle", async () => {
    const socket = ask("/v1/exports/journal");
    await firstBytes(socket);
    socket.pause();
    expect(await lastFetch()).toBeDefined();
    socket.destroy();
    await eventually("the stream is closed", async () => (await lastFetch()) === undefined);
  }, 180_000);

  test("that the database cuts off breaks off, so that no half is taken for a whole", async () => {
    const socket = ask("/v1/exports/transactions.json");
    const pieces: Buffer[] = [await firstBytes(socket)];
    socket.pause();
    await eventually(
      "the server waits",
      async () => (await lastFetch())?.state === "idle in transaction",
    );
    await watch`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'fintrack stream' and state <> 'idle'`;
    socket.on("data", (piece) => void pieces.push(piece as Buffer));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {});
    socket.resume();
    await closed;
    expect(bodyOf(Buffer.concat(pieces))).toBeNull();
  }, 180_000);
});
