import { sql } from "drizzle-orm";
import { type Db, fromDrizzle, type PgBoss, type SendOptions } from "pg-boss";
import type { Tx } from "../db/database.ts";
import { isInsideTransaction } from "../db/open-transaction.ts";
import { assertPlainData } from "../plain-data.ts";
import type { JobDatabase } from "./job-database.ts";
import type { Jobs } from "./jobs.ts";
import { jobSchema } from "./queue-settings.ts";
import type { JobRegistry } from "./registry.ts";

/** Payloads carry ids, not documents: what is longer belongs into a table. */
export const maxPayloadChars = 16_384;

/** For whoever has no transaction: a process that starts, a command. */
export type SendNow = (
  jobName: string,
  payload: object,
  options?: {
    /** No second job with this key while one waits or runs, whichever node asks. */
    readonly singletonKey?: string;
  },
) => Promise<void>;

type SendDeps = { readonly boss: Pick<PgBoss, "send">; readonly registry: JobRegistry };

/** The caller's transaction, as pg-boss takes it. Both sides of the adapter are Drizzle's own `sql`. */
export const jobsInside = (tx: Tx): Db => fromDrizzle(tx, sql);

/** `Jobs` for use-cases: the row is written by the caller's own transaction. */
export function createJobs({ boss, registry }: SendDeps): Jobs {
  return {
    async enqueue(tx, jobName, payload, options = {}) {
      registry.queue(jobName);
      const db = jobsInside(tx);
      const { startAfterSeconds, singletonKey } = options;
      const doubled =
        singletonKey !== undefined && (await isQueued(db, jobName, singletonKey, "retry"));
      if (doubled) return;
      await insertJob(boss, db, jobName, payload, {
        ...(startAfterSeconds === undefined ? {} : { startAfter: startAfterSeconds }),
        ...(singletonKey === undefined ? {} : { group: { id: singletonKey } }),
      });
    },
  };
}

/** Sends in a transaction of its own. */
export function createSendNow(deps: SendDeps & { readonly database: JobDatabase }): SendNow {
  const { boss, registry, database } = deps;
  return async (jobName, payload, options = {}) => {
    if (isInsideTransaction())
      throw new Error(`${jobName} would be sent although the open transaction may roll back`);
    registry.queue(jobName);
    const { singletonKey } = options;
    if (singletonKey === undefined) return insertJob(boss, database, jobName, payload, {});
    await database.transaction(async (db) => {
      if (await isQueued(db, jobName, singletonKey, "active")) return;
      await insertJob(boss, db, jobName, payload, { group: { id: singletonKey } });
    });
  };
}

/** One row. Throws when the payload is not small plain data or the queue does not exist. */
export async function insertJob(
  boss: Pick<PgBoss, "send">,
  db: Db,
  queue: string,
  payload: object,
  options: SendOptions,
): Promise<void> {
  assertPlainData(payload, `payload of ${queue}`);
  const chars = JSON.stringify(payload).length;
  if (chars > maxPayloadChars)
    throw new RangeError(`payload of ${queue} has ${chars} characters; at most ${maxPayloadChars}`);
  const id = await boss.send(queue, payload, { ...options, db });
  // pg-boss answers null instead of failing when the queue's row is gone.
  if (id === null) throw new Error(`the queue ${queue} took no job`);
}

/**
 * Whether a job with this key is in a state up to `last` (created < retry < active). Holds a lock on the key until the
 * transaction ends, so that two senders do not both find none. The key stands in pg-boss' group column: its own
 * singleton_key would let a singleton queue run one job per key instead of one.
 */
async function isQueued(
  db: Db,
  queue: string,
  key: string,
  last: "retry" | "active",
): Promise<boolean> {
  await db.executeSql("select pg_advisory_xact_lock(hashtextextended($1, 0))", [
    JSON.stringify([queue, key]),
  ]);
  const { rows } = await db.executeSql(
    `select 1 from ${jobSchema}.job where name = $1 and group_id = $2 and state <= $3::${jobSchema}.job_state limit 1`,
    [queue, key, last],
  );
  return rows.length > 0;
}
