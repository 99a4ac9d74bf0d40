import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import type { Database, Tx } from "#platform/db/database";
import { systemContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import { countCommitted } from "#platform/observability/committed-counts";

const ctx = systemContext("test.count", parseId("0190a7c2-0000-7000-8000-000000000001"));

/** Runs the work `tries` times in transactions of their own, as a deadlock makes it; the last one commits or fails. */
function database(tries: number, commit: () => void): Database {
  const transact: Database["transact"] = async (_ctx, work) => {
    for (let attempt = 1; attempt < tries; attempt++) await work({} as Tx);
    const answer = await work({} as Tx);
    commit();
    return answer;
  };
  return { transact } as Partial<Database> as Database;
}

test("what a transaction did is counted once it is committed, however often it was tried", async () => {
  const seen: string[] = [];
  const { db, afterCommit } = countCommitted(database(3, () => seen.push("commit")));
  const answer = await db.transact(ctx, async (tx) => {
    afterCommit(tx, () => seen.push("one"));
    afterCommit(tx, () => seen.push("two"));
    return 7;
  });
  expect(answer).toBe(7);
  expect(seen).toEqual(["commit", "one", "two"]);
});

test("nothing is counted of a transaction that fails, in its work or at its commit", async () => {
  const counted: number[] = [];
  const failing = (work: () => void, commit: () => void) => {
    const { db, afterCommit } = countCommitted(database(1, commit));
    return db.transact(ctx, async (tx) => {
      afterCommit(tx, () => counted.push(1));
      work();
    });
  };
  const fail = () => {
    throw new Error("on purpose");
  };
  await expect(failing(fail, () => undefined)).rejects.toThrow("on purpose");
  await expect(failing(() => undefined, fail)).rejects.toThrow("on purpose");
  expect(counted).toEqual([]);
});

test("a statement that is its own transaction counts when it wrote a row, and then only", async () => {
  let row: object | undefined = { id: 1 };
  const writeOne = (async () => row) as Database["writeOne"];
  const { db, afterCommit } = countCommitted({ writeOne } as Partial<Database> as Database);
  let counted = 0;
  const write = async () => {
    const statement = sql`select 1`;
    afterCommit(statement, () => {
      counted += 1;
    });
    return db.writeOne<object>(ctx, statement);
  };
  expect(await write()).toEqual({ id: 1 });
  row = undefined;
  expect(await write()).toBeUndefined();
  expect(counted).toBe(1);
});
