import type { PgBoss } from "pg-boss";
import { insertJob, jobsInside } from "./enqueue.ts";
import type { Events } from "./jobs.ts";
import type { JobRegistry } from "./registry.ts";

/**
 * A module's way to publish. `names` lists every event of its contract: publishing or hearing another throws. One row
 * per subscriber, in the publisher's transaction; pg-boss' own publish would read its subscribers on another connection.
 */
export function createEvents<E extends Record<string, object>>(
  deps: { readonly boss: Pick<PgBoss, "send">; readonly registry: JobRegistry },
  names: readonly (keyof E & string)[],
): Events<E> {
  const { boss, registry } = deps;
  registry.declareEvents(names);
  return {
    async publish(tx, name, payload) {
      const queues = registry.subscribers(name);
      const db = jobsInside(tx);
      for (const queue of queues) await insertJob(boss, db, queue, payload, {});
    },
  };
}
