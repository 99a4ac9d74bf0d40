import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { postingsOf } from "#modules/ledger/domain/postings";
import { createBookRepository } from "#modules/ledger/storage/book.repository";
import { createPostingRepository } from "#modules/ledger/storage/posting.repository";
import { createTransactionRepository } from "#modules/ledger/storage/transaction.repository";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { transactionOver } from "#platform/db/transact";
import type { DecimalString } from "#platform/kernel/decimal";
import { systemIds } from "#platform/system";
import { eventually } from "../../support/eventually.ts";
import { csvOf, importer, runImportJobs } from "../../support/imports.ts";
import { faultsOf } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

test("a book that somebody else writes to for long is a 503 for requests and another try for the job", async () => {
  const user = await importer(api);
  const account = await user.addAccount("EUR");
  const read = await user.upload(csvOf([["2026-03-01", "-1.00"]]), account);
  const { body } = await user.startCommit(read);
  const payload = { importId: read.id, version: body.version, by: user.user.id };
  await api.sql.begin(async (tx) => {
    await tx`select 1 from ledger.book_states where book_id = ${user.bookId} for update`;
    const [recorded, job] = await Promise.all([
      user.post<{ code: string }>("/v1/transactions", {
        ...{ kind: "expense", date: "2026-03-01", accountId: account },
        amount: { amount: "1.00", currency: "EUR" },
      }),
      api.runJob("ledger.commit_import", payload).catch((error: { code: string }) => error.code),
    ]);
    expect([recorded.status, recorded.body.code]).toEqual([503, "ledger.book_busy"]);
    expect(job).toBe("ledger.book_busy");
  });
  expect((await user.importOf(read.id)).state).toBe("committing");
  await runImportJobs(api);
  expect((await user.importOf(read.id)).state).toBe("committed");
}, 180_000);

describe("while an import is recorded", () => {
  /** What somebody else does while the rows are written, and what becomes of the import and the book then. */
  async function meanwhile(recorded: { readonly amount: string; readonly payee: string }) {
    const user = await importer(api);
    const account = await user.addAccount("EUR");
    const file = csvOf([
      ["2026-03-01", "-1.00", "Bakery"],
      ["2026-03-31", "-2.00", "Butcher"],
    ]);
    const read = await user.upload(file, account);
    const { body } = await user.startCommit(read);
    const payload = { importId: read.id, version: body.version, by: user.user.id };
    const job = await api.sql.begin(async (tx) => {
      // The rows of the import cannot be completed as long as this table is ours.
      await tx`lock table ledger.import_origins in exclusive mode`;
      const running = api.runJob("ledger.commit_import", payload);
      await eventually("the import is in the middle of its rows", async () => {
        const [waiting] = await tx`
          select 1 from pg_locks where not granted and relation = 'ledger.import_origins'::regclass
            and database = (select oid from pg_database where datname = current_database())`;
        return waiting;
      });
      const { amount, payee } = recorded;
      await user.record({
        ...{ kind: "expense", date: "2026-03-01", accountId: account, payee },
        amount: { amount, currency: "EUR" },
      });
      return { running };
    });
    await job.running;
    return { user, account, settled: await user.importOf(read.id) };
  }

  test("others write into the book, and both count", async () => {
    const { user, account, settled } = await meanwhile({ amount: "5.00", payee: "Baker" });
    expect(settled).toMatchObject({ state: "committed", failure: null });
    expect(Number(await user.balance(account))).toBe(-8);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });

  test("what others write may be what a row says: nothing is recorded, and the row is a duplicate", async () => {
    const { user, account, settled } = await meanwhile({ amount: "1.00", payee: "Bakery" });
    expect(settled).toMatchObject({
      ...{ state: "ready", failure: { code: "ledger.import_changed" } },
      counts: { new: 1, duplicate: 1, faulty: 0 },
    });
    expect(Number(await user.balance(account))).toBe(-1);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });

  test("what is written while it waits for the book counts as well", async () => {
    const user = await importer(api);
    const account = await user.addAccount("EUR");
    const other = await user.record({
      ...{ kind: "expense", date: "2026-03-01", accountId: account, payee: "Bakery" },
      amount: { amount: "5.00", currency: "EUR" },
    });
    const read = await user.upload(
      csvOf([
        ["2026-03-01", "-1.00", "Bakery"],
        ["2026-03-31", "-2.00", "Butcher"],
      ]),
      account,
    );
    const { body } = await user.startCommit(read);
    const payload = { importId: read.id, version: body.version, by: user.user.id };
    const amount = { amount: "1.00" as DecimalString, currency: other.amount.currency };
    const alike = {
      ...{ ...other, id: systemIds.next(), amount },
      splits: other.splits.map((split) => ({ ...split, amount })),
    };
    const address = parseConnection(api.databases.main.appUrl);
    const writer = postgres({ ...postgresJsOptions(address), max: 1, onnotice: () => {} });
    // JSON passes through it as text then, as through the application's own.
    drizzle(writer);
    const job = await writer.begin(async (connection) => {
      const { tx } = transactionOver(connection);
      await createBookRepository().lock(tx, { bookId: user.bookId, earliest: null });
      const running = api.runJob("ledger.commit_import", payload);
      await eventually("the import waits for the book", async () => {
        const [waiting] = await connection`
          select 1 from pg_locks waiting join pg_stat_activity a using (pid)
          where not granted and a.datname = current_database()`;
        return waiting;
      });
      await createTransactionRepository().insertMany(tx, [alike]);
      const add = postingsOf(alike);
      await createPostingRepository().repost(tx, { bookId: user.bookId, remove: [], add });
      return { running };
    });
    await Promise.all([job.running, writer.end()]);
    expect(await user.importOf(read.id)).toMatchObject({
      ...{ state: "ready", failure: { code: "ledger.import_changed" } },
      counts: { new: 1, duplicate: 1, faulty: 0 },
    });
    expect(Number(await user.balance(account))).toBe(-6);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });
});
