import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { eventually } from "../../support/eventually.ts";
import { createUser, type TestUser } from "../../support/identity.ts";
import { faultsOf } from "../../support/ledger.ts";
import { databaseVariables } from "../../support/main-process.ts";
import {
  endServerProcesses,
  freshDataDir,
  type ServerProcess,
  startServerProcess,
} from "../../support/server-process.ts";
import { type StoredBook, storeBook, storeTransactions } from "../../support/stored-ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const matches = 2_000;
const dataDir = freshDataDir();
let api: TestApp;
let user: TestUser;
beforeAll(async () => {
  api = await openTestApp();
  user = await createUser(api);
});
afterEach(endServerProcesses);
afterAll(async () => {
  await api.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const start = () => startServerProcess({ ...databaseVariables(api.databases), DATA_DIR: dataDir });

async function post(server: ServerProcess, path: string, body: object, headers = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function bulkChange(server: ServerProcess, body: { readonly bookId: string }) {
  const session = await post(server, "/v1/auth/sessions", {
    email: user.address,
    password: user.password,
  });
  return post(server, "/v1/transactions/bulk-changes", body, {
    authorization: `Bearer ${session.body["accessToken"]}`,
    "idempotency-key": `change-${body.bookId}`,
  });
}

/** How many of the book are not as they were stored, and how many entries their history has. */
async function traces({ bookId }: StoredBook) {
  const [row] = await api.sql<{ changed: number; history: number; revision: number }[]>`
    select (select count(*)::int from ledger.transactions where book_id = ${bookId} and version > 1) as changed,
      (select count(*)::int from ledger.transaction_changes where book_id = ${bookId}) as history,
      (select revision::int from ledger.book_states where book_id = ${bookId}) as revision`;
  return { ...row };
}

describe("a server that is killed (kill -9) in the middle of a bulk change", () => {
  const steps = {
    "while it moves postings": ["ledger.postings", { change: { categoryId: "other", payee: "X" } }],
    "while it writes the history": ["ledger.transaction_changes", { void: true }],
  } as const;
  for (const [step, [table, asked]] of Object.entries(steps))
    test(`${step} has changed nothing, and the same request completes after the restart`, async () => {
      const book = await storeBook(api.db, { userId: user.id });
      await storeTransactions(api.db, book, Array(matches).fill({ payee: "Shop" }));
      const before = await traces(book);
      const change =
        "change" in asked ? { ...asked.change, categoryId: book.categories[2] } : undefined;
      const request = {
        ...{ bookId: book.bookId, filter: { payee: "Shop" }, expectedCount: matches },
        ...(change ? { change } : { void: true }),
      };

      const first = await start();
      await api.sql.begin(async (sql) => {
        await sql.unsafe(`lock table ${table} in share mode`);
        const lost = bulkChange(first, request).catch(() => "lost");
        await eventually("the change waits in its middle", async () => {
          const [waiting] = await sql`
            select from pg_locks where not granted and relation = ${table}::regclass`;
          return waiting !== undefined;
        });
        first.kill("SIGKILL");
        expect(await lost).toBe("lost");
      });
      await eventually("PostgreSQL has given up on it", async () => {
        const [held] = await api.sql`
          select from pg_locks where relation = 'ledger.book_states'::regclass and mode = 'RowExclusiveLock'`;
        return held === undefined;
      });
      expect(await traces(book)).toEqual(before);
      expect(await faultsOf(api, book.bookId)).toEqual([]);

      const second = await start();
      const done = await bulkChange(second, request);
      expect([done.status, done.body]).toMatchObject([200, { matched: matches, changed: matches }]);
      expect(await traces(book)).toMatchObject({ changed: matches, history: matches });
      expect(await bulkChange(second, request)).toEqual(done);
      expect(await traces(book)).toMatchObject({ history: matches });
      expect(await faultsOf(api, book.bookId)).toEqual([]);
    }, 300_000);
});
