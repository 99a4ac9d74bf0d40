import { expect } from "bun:test";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import { verifyTrail } from "#platform/audit/verify";
import type { OpenDatabase } from "#platform/db/client";
import { systemContext } from "#platform/kernel/context";
import { systemIds } from "#platform/system";
import type { AuditInstallation } from "./audit-installation.ts";
import { assertOnce, replay } from "./audit-truth.ts";
import { eventually } from "./eventually.ts";
import { accounts, post, transfer } from "./till.ts";

/** Per run; with the postings of each some thousands of entries. */
const writers = 6;
const writesPerWriter = 120;

const context = () => systemContext("job:test", systemIds.next());

/**
 * Random writes of all kinds at once: transactions, savepoints, rollbacks, single statements, deletes. Also when some
 * of the writers fail, it ends when the last of them has.
 */
export async function writeWildly(
  database: OpenDatabase,
  random: () => number,
  onCommitted: (count: number) => void = () => {},
): Promise<number> {
  const bookId = systemIds.next();
  const own: (typeof accounts.$inferInsert)["id"][] = [];
  let committed = 0;
  const run = async () => {
    for (let n = 0; n < writesPerWriter; n += 1) {
      const [kind, a, b] = [Math.floor(random() * 6), pick(own, random), pick(own, random)];
      try {
        if (kind === 0 || a === undefined || b === undefined) {
          const id = systemIds.next();
          await database.transact(context(), async (tx) => {
            await tx.insert(accounts).values({ id, bookId, balance: "0" as never });
          });
          own.push(id);
        } else if (kind === 1) await database.transact(context(), (tx) => post(tx, a, "0.01"));
        else if (kind === 2 && a !== b)
          await database.writeOne(context(), transfer(bookId, a, b, "1.5"));
        else if (kind === 3)
          await database.transact(context(), async (tx) => {
            await post(tx, a, "7");
            await tx
              .transaction(async (inner) => {
                await post(inner as never, a, "1000");
                if (random() < 0.7) throw new Error("undone");
              })
              .catch(() => {});
          });
        else if (kind === 4)
          await database.transact(context(), async (tx) => {
            await post(tx, a, "500");
            throw new Error("rolled back");
          });
        else {
          const id = systemIds.next();
          await database.transact(context(), async (tx) => {
            await tx.insert(accounts).values({ id, bookId, balance: "1" as never });
            await tx.execute(sql`delete from till.accounts where id = ${id}`);
          });
        }
        committed += 1;
        onCommitted(committed);
      } catch (error) {
        if (!(error instanceof Error) || error.message !== "rolled back") throw error;
      }
    }
  };
  const runs = await Promise.allSettled(Array.from({ length: writers }, run));
  const failed = runs.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
  return committed;
}

/** Some of the wild writes: far fewer than there are. */
const someWrites = 100;

/** Begins to write; `inTheMiddle` resolves when some of it is committed and most is still to come. */
export function beginWriting(database: OpenDatabase, random: () => number) {
  const { promise: some, resolve } = Promise.withResolvers<void>();
  const written = writeWildly(database, random, (count) => {
    if (count === someWrites) resolve();
  });
  return { written, inTheMiddle: Promise.race([some, written.then(() => {})]) };
}

const pick = <T>(list: readonly T[], random: () => number) =>
  list[Math.floor(random() * list.length)];

/** The trail has everything: MainDB's rows are what replaying it gives. */
export async function expectComplete(installation: AuditInstallation): Promise<number> {
  const { main, log } = installation;
  const marker = systemIds.next();
  await installation.database.transact(context(), async (tx) => {
    await tx.insert(accounts).values({ id: marker, bookId: marker, balance: "0" as never });
  });
  await eventually(
    "the marker is in the trail",
    async () => (await log`select 1 from audit.entries where targets @> ${[marker]}`)[0],
    60_000,
  );
  const entries = await installation.entries();
  assertOnce(entries);
  const rows = await main<{ id: string; book_id: string; balance: string }[]>`
    select id, book_id, balance::text from till.accounts`;
  const replayed = replay(entries, "till.accounts");
  expect(replayed.size).toBe(rows.length);
  for (const row of rows) expect(replayed.get(row.id)).toEqual({ ...row });
  const [postings] = await main<{ n: string }[]>`select count(*) as n from till.postings`;
  const inserted = entries.filter(
    ({ table, data }) => table === "till.postings" && data["op"] === "insert",
  );
  expect(new Set(inserted.flatMap(({ targets }) => targets)).size).toBe(Number(postings?.n));
  expect(inserted.length).toBe(Number(postings?.n));
  expect(entries.every(({ attribution }) => !attribution || attribution === "attributed")).toBe(
    true,
  );
  const report = await verifyTrail(drizzle(log) as never, {
    ...{ keys: null, anchors: [], anchorSource: "local" },
  });
  expect(report.fault).toBeNull();
  return entries.length;
}

/** Repeats itself from the seed that a failure shows. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
