import { sql } from "drizzle-orm";
import { openDatabase } from "#platform/db/client";
import { systemContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { eventually } from "./eventually.ts";
import type { TestApp } from "./test-app.ts";

const ctx = systemContext("test:ledger", "test");

/** Whoever comes first waits until the last one has come, however long that takes. */
export const openPatientDatabase: typeof openDatabase = (options) =>
  openDatabase({ ...options, lockTimeoutMs: 60_000 });

/**
 * Holds the book until each of the requests, one after the other, has come to wait for it; then lets them go and gives
 * their statuses. At most four: those who wait hold a connection each. For an application that {@link openPatientDatabase} opens.
 */
export async function inThisOrder(
  api: TestApp,
  bookId: Id,
  requests: readonly (() => Promise<{ status: number }>)[],
) {
  const locked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const holding = api.db.transact(ctx, async (tx) => {
    await tx.execute(sql`select from ledger.book_states where book_id = ${bookId} for update`);
    locked.resolve();
    await released.promise;
  });
  await locked.promise;
  const answers: Promise<{ status: number }>[] = [];
  for (const [index, request] of requests.entries()) {
    answers.push(request());
    await eventually("a request waits for the book", async () => {
      const [row] = await api.sql`select count(distinct pid)::int as waiting
        from pg_locks join pg_stat_activity using (pid)
        where datname = current_database() and not granted`;
      return row?.["waiting"] === index + 1;
    });
  }
  released.resolve();
  await holding;
  return (await Promise.all(answers)).map(({ status }) => status);
}
