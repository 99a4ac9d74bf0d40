import type { Database, Tx } from "../db/database.ts";

/** What `writeOne` runs. */
type Statement = Parameters<Database["writeOne"]>[1];

/** Counts what a transaction did, once it is committed: a rolled back or repeated one counts nothing. */
export type CommittedCounts = {
  /** The database whose transactions are looked at. */
  readonly db: Database;
  /**
   * Runs `count` once what `work` is has been committed: a transaction of {@link CommittedCounts.db}, or the statement that
   * its `writeOne` gets, if that wrote a row.
   */
  afterCommit(work: Tx | Statement, count: () => void): void;
};

/** For the wiring of a module: repositories tell what they wrote, and neither use-cases nor domain know of metrics. */
export function countCommitted(db: Database): CommittedCounts {
  const pending = new WeakMap<object, (() => void)[]>();
  const run = (work: Tx | Statement | undefined) => {
    for (const count of (work && pending.get(work)) ?? []) count();
  };
  return {
    db: {
      ...db,
      async transact(ctx, work) {
        let last: Tx | undefined;
        const answer = await db.transact(ctx, (tx) => {
          last = tx;
          return work(tx);
        });
        run(last);
        return answer;
      },
      async writeOne<Row>(...[ctx, ctes]: Parameters<Database["writeOne"]>) {
        const row = await db.writeOne<Row>(ctx, ctes);
        if (row !== undefined) run(ctes);
        return row;
      },
    },
    afterCommit(work, count) {
      const counts = pending.get(work);
      if (counts) counts.push(count);
      else pending.set(work, [count]);
    },
  };
}
