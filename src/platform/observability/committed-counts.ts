import type { Database, Tx } from "../db/database.ts";

/** Counts what a transaction did, once it is committed: a rolled back or repeated one counts nothing. */
export type CommittedCounts = {
  /** The database whose transactions are looked at. */
  readonly db: Database;
  /** Runs `count` after the commit of `tx`, which must be one of {@link CommittedCounts.db}. */
  afterCommit(tx: Tx, count: () => void): void;
};

/** For the wiring of a module: repositories tell what they wrote, and neither use-cases nor domain know of metrics. */
export function countCommitted(db: Database): CommittedCounts {
  const pending = new WeakMap<Tx, (() => void)[]>();
  return {
    db: {
      ...db,
      async transact(ctx, work) {
        let last: Tx | undefined;
        const answer = await db.transact(ctx, (tx) => {
          last = tx;
          return work(tx);
        });
        for (const count of (last && pending.get(last)) ?? []) count();
        return answer;
      },
    },
    afterCommit(tx, count) {
      const counts = pending.get(tx);
      if (counts) counts.push(count);
      else pending.set(tx, [count]);
    },
  };
}
