import { afterAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import { instantFromPostgres } from "#platform/db/columns";
import { purgeIdempotencyJob } from "#platform/db/idempotency-job";
import { addSeconds, parseInstant } from "#platform/kernel/time";
import { systemIds } from "#platform/system";
import { context, openTill, post, transfer } from "../../support/till.ts";

let now = parseInstant("2026-05-01T00:00:00Z");
const till = await openTill({ clock: { now: () => now }, poolSize: 16 });
const { database } = till;
afterAll(() => till.close());

const failureCode = (error: { code?: string }) => error.code ?? error;

describe("a repeated transact", () => {
  test("gives the stored result without running the work", async () => {
    const account = await till.addAccount();
    const key = systemIds.next();
    let runs = 0;
    const ask = () =>
      database.transact(context({ key }), async (tx) => {
        runs += 1;
        await post(tx, account, "3");
        return { runs, z: 1, a: [null, "ü"], at: undefined };
      });
    const first = await ask();
    const second = await ask();
    expect(second).toEqual(first);
    expect(JSON.stringify(second)).toBe('{"runs":1,"z":1,"a":[null,"ü"]}');
    expect(JSON.stringify(first)).toBe(JSON.stringify(second));
    expect([runs, await till.balanceOf(account)]).toEqual([1, "3"]);
    expect(await database.idempotency.find(context({ key }).idempotency as never)).toEqual({
      result: first,
    });
  });

  test("gives nothing again when the use-case gave nothing", async () => {
    const key = systemIds.next();
    const ask = () => database.transact(context({ key }), async () => {});
    expect([await ask(), await ask()]).toEqual([undefined, undefined]);
  });

  test("of a failed request runs the work: the failure left no record", async () => {
    const account = await till.addAccount();
    const key = systemIds.next();
    const records = await till.countRecords();
    const failing = database.transact(context({ key }), async (tx) => {
      await post(tx, account, "1");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await till.countRecords()).toBe(records);
    await database.transact(context({ key }), (tx) => post(tx, account, "1"));
    expect(await till.balanceOf(account)).toBe("1");
  });

  test("with another body is 422, from either side", async () => {
    const key = systemIds.next();
    await database.transact(context({ key }), async () => 1);
    const other = context({ key, fingerprint: "f2" });
    const write = database.transact(other, async () => 2);
    expect(await write.catch(failureCode)).toBe("idempotency.key_reused");
    const search = database.idempotency.find(other.idempotency as never);
    expect(await search.catch(failureCode)).toBe("idempotency.key_reused");
  });

  test("while the first still runs is 409, and leaves the first alone", async () => {
    const key = systemIds.next();
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const first = database.transact(context({ key }), async () => {
      begin();
      await mayEnd;
      return "first";
    });
    await begun;
    const second = database.transact(context({ key }), async () => "second");
    expect(await second.catch(failureCode)).toBe("idempotency.in_progress");
    end();
    expect(await first).toBe("first");
  });

  test("of a secret answer is 409, and the answer is nowhere", async () => {
    const key = systemIds.next();
    const ask = () =>
      database.transact(context({ key, secret: true }), async () => ({ token: "s3cr3t" }));
    expect(await ask()).toEqual({ token: "s3cr3t" });
    expect(await ask().catch(failureCode)).toBe("idempotency.not_replayable");
    const rows = await till.owner`select * from platform.idempotency_keys where key = ${key}`;
    expect(rows).toMatchObject([{ result: null, replayable: false }]);
  });

  test("within one request is a defect: the second write would get the first one's result", async () => {
    const ctx = context({ key: systemIds.next() });
    await database.transact(ctx, async () => 1);
    await expect(database.transact(ctx, async () => 2)).rejects.toThrow("two writes");
    const result = database.writeOne({ ...ctx }, one(2));
    await expect(result).rejects.toThrow("two writes");
  });

  test("after a day is a new request", async () => {
    const key = systemIds.next();
    const ask = (result: number) => database.transact(context({ key }), async () => result);
    const askOnce = (n: number) => database.writeOne(context({ key: `one-${key}` }), one(n));
    expect([await ask(1), await askOnce(1)]).toEqual([1, { n: 1 }]);
    now = addSeconds(now, 24 * 3600 - 1);
    expect([await ask(2), await askOnce(2)]).toEqual([1, { n: 1 }]);
    now = addSeconds(now, 1);
    expect([await ask(3), await askOnce(3)]).toEqual([3, { n: 3 }]);
    expect([await ask(4), await askOnce(4)]).toEqual([3, { n: 3 }]);
  });
});

const one = (n: number) => sql`result as (select ${n}::int as n)`;

describe("a repeated writeOne", () => {
  test("gives the stored result, text for text", async () => {
    const book = systemIds.next();
    const [from, to] = [await till.addAccount(book, "10"), await till.addAccount(book)];
    const key = systemIds.next();
    const ask = () => database.writeOne(context({ key }), transfer(book, from, to, "10.00"));
    const first = await ask();
    expect(JSON.stringify(await ask())).toBe(JSON.stringify(first));
    expect(await till.balanceOf(to)).toBe("10.00");
  });

  test("with another body is 422 and writes nothing", async () => {
    const book = systemIds.next();
    const [from, to] = [await till.addAccount(book, "10"), await till.addAccount(book)];
    const key = systemIds.next();
    await database.writeOne(context({ key }), transfer(book, from, to, "1"));
    const other = context({ key, fingerprint: "f2" });
    const write = database.writeOne(other, transfer(book, from, to, "1"));
    expect(await write.catch(failureCode)).toBe("idempotency.key_reused");
    expect(await till.balanceOf(to)).toBe("1");
  });

  test("is answered with the first result also when the first took away what it needs", async () => {
    const key = systemIds.next();
    const account = await till.addAccount();
    const remove = () =>
      database.writeOne(
        context({ key }),
        sql`result as (delete from till.accounts where id = ${account} returning id)`,
      );
    expect(await remove()).toEqual({ id: account });
    expect(await remove()).toEqual({ id: account });
  });

  test("of a secret answer is 409, and the answer is nowhere", async () => {
    const key = systemIds.next();
    const ask = () => database.writeOne(context({ key, secret: true }), one(42));
    expect(await ask()).toEqual({ n: 42 });
    expect(await ask().catch(failureCode)).toBe("idempotency.not_replayable");
    const rows = await till.owner`select * from platform.idempotency_keys where key = ${key}`;
    expect(rows).toMatchObject([{ result: null, replayable: false }]);
  });
});

describe("any number of concurrent repeats", () => {
  const repeats = fc.record({
    count: fc.integer({ min: 2, max: 12 }),
    shape: fc.constantFrom("transact", "writeOne"),
    amount: fc.integer({ min: 1, max: 9 }).map(String),
  });

  test("commit exactly one effect and all get the same answer", async () => {
    await fc.assert(
      fc.asyncProperty(repeats, async ({ count, shape, amount }) => {
        const book = systemIds.next();
        const [from, to] = [await till.addAccount(book), await till.addAccount(book)];
        const key = systemIds.next();
        const before = await till.countPostings();
        const ask = () =>
          shape === "writeOne"
            ? database.writeOne(context({ key }), transfer(book, from, to, amount))
            : database.transact(context({ key }), async (tx) => {
                await post(tx, from, `-${amount}`);
                await post(tx, to, amount);
                return { id: systemIds.next() };
              });
        const answers = await Promise.all(Array.from({ length: count }, () => insisting(ask)));
        expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
        expect(await till.countPostings()).toBe(before + 2);
        expect(await till.balanceOf(to)).toBe(amount);
      }),
      { numRuns: 25 },
    );
  });

  /** What a client does that is told "in progress". */
  async function insisting<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (failureCode(error as { code?: string }) !== "idempotency.in_progress") throw error;
        await Bun.sleep(2);
      }
    }
  }
});

test("the purge deletes what has expired and nothing else", async () => {
  await till.owner`truncate platform.idempotency_keys`;
  for (const key of ["old", "older"]) await database.transact(context({ key }), async () => key);
  now = addSeconds(now, 24 * 3600);
  await database.transact(context({ key: "new" }), async () => 1);
  const job = purgeIdempotencyJob({ db: database, clock: { now: () => now } });
  await job.run(context(), {}, new AbortController().signal);
  const left = await till.owner<{ key: string; at: string }[]>`
    select key, created_at::text as at from platform.idempotency_keys`;
  expect(left.map(({ key, at }) => [key, instantFromPostgres(at)])).toEqual([["new", now]]);
});
