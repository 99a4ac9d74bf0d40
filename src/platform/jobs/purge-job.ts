import type { Database, Tx } from "../db/database.ts";
import type { Job } from "./jobs.ts";

/** A run makes as many batches as it needs, up to so many of each kind. */
const maxBatches = 100;

/** Deletes at most `limit` rows; gives how many. */
export type Purge = (tx: Tx, limit: number) => Promise<number>;

/**
 * A job that forgets what nobody needs any more: each of `purges` in turn, a transaction of `batchSize` rows at a time,
 * until a batch is not full. What a run cannot do, the next tick does.
 */
export const purgeJob = (options: {
  readonly name: string;
  readonly cron: string;
  readonly db: Pick<Database, "transact">;
  readonly batchSize: number;
  readonly purges: readonly Purge[];
}): Job => ({
  name: options.name,
  cron: options.cron,
  policy: "singleton",
  retryLimit: 0,
  retryDelaySeconds: 60,
  expireSeconds: 300,
  onRestore: "keep",
  async run(ctx, _payload, signal) {
    const { db, batchSize, purges } = options;
    for (const purge of purges)
      for (let batch = 0; batch < maxBatches && !signal.aborted; batch += 1)
        if ((await db.transact(ctx, (tx) => purge(tx, batchSize))) < batchSize) break;
  },
});
