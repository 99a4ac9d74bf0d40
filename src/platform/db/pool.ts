import type { Sql } from "postgres";
import { databaseBusy, isConnectionLoss } from "./failures.ts";

/** Calls waiting for a connection beyond which a pool answers 503 at once instead of letting everybody time out. */
const maxWaitingCalls = 2000;

/** `inUse` connections of `size`; `waiting` calls have none yet. */
export type PoolStats = {
  readonly size: number;
  readonly inUse: number;
  readonly waiting: number;
};

/** The three things Drizzle and the writers ask of a postgres.js client. */
export type PoolClient = Pick<Sql, "unsafe" | "begin" | "options">;

export type Pool = {
  readonly client: PoolClient;
  stats(): PoolStats;
  /** Waits for running calls, at most `timeoutMs`, then ends every connection. */
  close(timeoutMs: number): Promise<void>;
};

/**
 * Counts what runs through a postgres.js client (which itself tells nobody how busy it is) and bounds what waits.
 * With `retryOnce`, a single statement whose connection broke is sent again: for reads only.
 */
export function createPool(
  client: Sql,
  options: { readonly size: number; readonly retryOnce: boolean },
): Pool {
  let inFlight = 0;
  let onIdle: (() => void) | undefined;

  async function counted<T>(work: () => PromiseLike<T>, retry: boolean): Promise<T> {
    if (inFlight >= options.size + maxWaitingCalls) throw databaseBusy();
    inFlight += 1;
    try {
      return await work();
    } catch (error) {
      if (!retry || !isConnectionLoss(error)) throw error;
      return await work();
    } finally {
      inFlight -= 1;
      if (inFlight === 0) onIdle?.();
    }
  }

  // Drizzle awaits the query or its `values()`; like postgres.js' own, it is not sent before one of the two.
  const unsafe = (...query: Parameters<Sql["unsafe"]>) => ({
    values: () => counted(() => client.unsafe(...query).values(), options.retryOnce),
    // biome-ignore lint/suspicious/noThenProperty: a query of postgres.js is a lazy thenable
    then: (...handlers: Parameters<Promise<unknown>["then"]>) =>
      counted(() => client.unsafe(...query), options.retryOnce).then(...handlers),
  });
  const begin = (work: Parameters<Sql["begin"]>[1]) => counted(() => client.begin(work), false);

  return {
    client: { options: client.options, unsafe, begin } as unknown as PoolClient,
    stats: () => ({
      size: options.size,
      inUse: Math.min(inFlight, options.size),
      waiting: Math.max(0, inFlight - options.size),
    }),
    // postgres.js would wait for a query that was in flight when its connection broke, and which is long answered.
    async close(timeoutMs) {
      if (inFlight > 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        onIdle = resolve;
        await Promise.race([promise, Bun.sleep(timeoutMs)]);
      }
      await client.end({ timeout: 0 });
    },
  };
}
