import { describe, expect, test } from "bun:test";
import type { Sql } from "postgres";
import { createPool } from "#platform/db/pool";

const lost = () => Object.assign(new Error("lost"), { code: "CONNECTION_CLOSED" });

/** A postgres.js client whose n-th query does what `answers[n]` says. */
function fakeClient(answers: readonly (() => Promise<unknown>)[]) {
  let sent = 0;
  const next = () => (answers[sent++] ?? (() => Promise.resolve("more")))();
  const client = {
    options: {},
    unsafe: () => {
      return {
        values: next,
        // biome-ignore lint/suspicious/noThenProperty: a query of postgres.js is a lazy thenable
        then: (...h: Parameters<Promise<unknown>["then"]>) => next().then(...h),
      };
    },
    begin: next,
  } as unknown as Sql;
  return { client, sentQueries: () => sent };
}
const fails = () => Promise.reject(lost());
const answers = () => Promise.resolve("rows");

describe("a pool that reads", () => {
  test("sends a query whose connection broke once more, and only once", async () => {
    for (const ask of ["values", "then"] as const) {
      const run = ({ client }: { client: Sql }) => {
        const query = createPool(client, { size: 1, retryOnce: true }).client.unsafe("q");
        return ask === "values" ? query.values() : query;
      };
      const once = fakeClient([fails, answers]);
      expect((await run(once)) as unknown).toBe("rows");
      const twice = fakeClient([fails, fails, answers]);
      await expect(Promise.resolve(run(twice))).rejects.toThrow("lost");
      expect([once.sentQueries(), twice.sentQueries()]).toEqual([2, 2]);
    }
  });

  test("does not repeat what failed otherwise, nor a transaction", async () => {
    const wrong = fakeClient([() => Promise.reject(new Error("syntax"))]);
    const pool = createPool(wrong.client, { size: 1, retryOnce: true });
    await expect(Promise.resolve(pool.client.unsafe("q"))).rejects.toThrow("syntax");
    const begun = fakeClient([fails]);
    const begin = createPool(begun.client, { size: 1, retryOnce: true }).client.begin(
      async () => 1,
    );
    await expect(begin).rejects.toThrow("lost");
    expect([wrong.sentQueries(), begun.sentQueries()]).toEqual([1, 1]);
  });
});

test("a pool that writes repeats nothing", async () => {
  const fake = fakeClient([fails, answers]);
  const pool = createPool(fake.client, { size: 1, retryOnce: false });
  await expect(Promise.resolve(pool.client.unsafe("q"))).rejects.toThrow("lost");
  expect(fake.sentQueries()).toBe(1);
});

test("a pool sends nothing before somebody waits for it", async () => {
  const fake = fakeClient([answers]);
  const query = createPool(fake.client, { size: 1, retryOnce: true }).client.unsafe("q");
  expect(fake.sentQueries()).toBe(0);
  await query;
  expect(fake.sentQueries()).toBe(1);
});

test("a pool refuses what would wait behind 2,000 others, and forgets nobody", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const fake = fakeClient(Array.from({ length: 2005 }, () => () => promise));
  const pool = createPool(fake.client, { size: 5, retryOnce: true });
  const waiting = Array.from({ length: 2005 }, () => Promise.resolve(pool.client.unsafe("q")));
  await Bun.sleep(0);
  expect(pool.stats()).toEqual({ size: 5, inUse: 5, waiting: 2000 });
  await expect(Promise.resolve(pool.client.unsafe("q"))).rejects.toMatchObject({
    code: "database.busy",
  });
  resolve("rows");
  await Promise.all(waiting);
  expect(pool.stats()).toEqual({ size: 5, inUse: 0, waiting: 0 });
});
