import { afterAll, beforeEach, describe, expect, spyOn, test } from "bun:test";
import { sql } from "drizzle-orm";
import type { Reader } from "#platform/db/database";
import { sqlStateOf } from "#platform/db/failures";
import { maxStreams, maxStreamsPerOwner } from "#platform/db/stream";
import { AppError } from "#platform/kernel/errors";
import { eventually } from "../../support/eventually.ts";
import { terminateSessions } from "../../support/terminate-sessions.ts";
import { context, openTill, post } from "../../support/till.ts";

const till = await openTill();
const { database } = till;
afterAll(() => till.close());

const countPostings = async (reader: Reader) =>
  Number((await reader.execute<{ n: string }>(sql`select count(*) n from till.postings`))[0]?.n);

/** Counts the postings for as long as somebody wants to know. */
async function* counts(reader: Reader) {
  for (;;) yield await countPostings(reader);
}

const openSessions = async () => {
  const [row] = await database.read.execute<{ n: number }>(sql`
    select count(*)::int as n from pg_stat_activity
    where datname = current_database() and application_name = 'fintrack stream' and state <> 'idle'`);
  return row?.n;
};

beforeEach(() => eventually("streams end", async () => (await openSessions()) === 0));

describe("a stream", () => {
  test("shows one state, whatever is written while it is read", async () => {
    const account = await till.addAccount();
    const seen: number[] = [];
    for await (const count of database.stream("a", counts)) {
      seen.push(count);
      await database.transact(context(), (tx) => post(tx, account, "1"));
      if (seen.length === 3) break;
    }
    expect(new Set(seen).size).toBe(1);
    expect(await till.countPostings()).toBe(Number(seen[0]) + 3);
  });

  test("gives its connection back when its reader stops, and when it is through", async () => {
    for await (const _ of database.stream("a", counts)) break;
    async function* two(reader: Reader) {
      yield await countPostings(reader);
      yield await countPostings(reader);
    }
    expect(await Array.fromAsync(database.stream("a", two))).toHaveLength(2);
    expect(await openSessions()).toBe(0);
  });

  test("cannot write", async () => {
    async function* writes(reader: Reader) {
      yield await reader.execute(sql`delete from till.postings`);
    }
    const failure = await Array.fromAsync(database.stream("a", writes)).catch((error) => error);
    expect(sqlStateOf(failure)).toBe("25006");
  });

  test("refuses a third one of the same owner, and anybody's beyond what there is", async () => {
    const open: AsyncIterator<number>[] = [];
    const begin = async (owner: string) => {
      const stream = database.stream(owner, counts)[Symbol.asyncIterator]();
      await stream.next();
      open.push(stream);
    };
    const kindOf = (owner: string) => begin(owner).catch((error: AppError) => error.kind);
    for (let index = 0; index < maxStreamsPerOwner; index += 1) await begin("a");
    expect(await kindOf("a")).toBe("limit");
    for (let index = maxStreamsPerOwner; index < maxStreams; index += 1) await begin(`b${index}`);
    expect(await kindOf("c")).toBe("unavailable");
    await Promise.all(open.splice(0, 1).map((stream) => stream.return?.()));
    await begin("a");
    await Promise.all(open.map((stream) => stream.return?.()));
  });

  test("fails as unavailable when its connection breaks, and leaves room for the next", async () => {
    for (const _ of Array(maxStreamsPerOwner + 1)) {
      const stream = database.stream("a", counts)[Symbol.asyncIterator]();
      await stream.next();
      await terminateSessions(till, "fintrack stream");
      const failure = await stream.next().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(AppError);
      expect((failure as AppError).kind).toBe("unavailable");
      await Bun.sleep(50); // the pool knows of its other lost connections by now
    }
  });

  test("is cut off after ten minutes, however often its reader comes", async () => {
    const stream = database.stream("a", counts)[Symbol.asyncIterator]();
    await stream.next();
    const startedMs = performance.now();
    const clock = spyOn(performance, "now");
    try {
      clock.mockReturnValue(startedMs + 590_000);
      await stream.next();
      await stream.next();
      clock.mockReturnValue(startedMs + 610_000);
      const failure = await stream.next().catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "database.busy", kind: "unavailable" });
    } finally {
      clock.mockRestore();
    }
    expect(await openSessions()).toBe(0);
    for await (const _ of database.stream("a", counts)) break;
  });

  test("has PostgreSQL end it when its reader stays away for a minute", async () => {
    async function* limits(reader: Reader) {
      const [row] = await reader.execute<{ idle: string; statement: string }>(sql`
        select current_setting('idle_in_transaction_session_timeout') as idle,
          current_setting('statement_timeout') as statement`);
      yield { ...row };
    }
    expect(await Array.fromAsync(database.stream("a", limits))).toEqual([
      { idle: "1min", statement: "10s" },
    ]);
  });

  test("makes room when its connection broke and nobody reads on", async () => {
    for (const _ of Array(maxStreamsPerOwner + 1)) {
      await database.stream("a", counts)[Symbol.asyncIterator]().next();
      await terminateSessions(till, "fintrack stream");
      await Bun.sleep(50);
    }
  });
});
