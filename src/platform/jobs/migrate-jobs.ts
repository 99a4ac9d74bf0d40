import { type Db, getConstructionPlans, getMigrationPlans, PgBoss } from "pg-boss";
import pgBossPackage from "pg-boss/package.json" with { type: "json" };
import type postgres from "postgres";
import type { Job } from "./jobs.ts";
import { deadLetterOf, deadLetterSettings, jobSchema, queueSettings } from "./queue-settings.ts";

/** One connection of the owner: a postgres.js client with `max: 1`, or a reserved connection. */
export type OwnerConnection = Pick<postgres.Sql, "unsafe">;

/** Building an index on a large job table takes longer than any other statement. */
const statementTimeoutMs = 300_000;

/**
 * Creates or upgrades pg-boss' schema, brings every queue to its job's settings and lets `appRole` work with them
 * (null = nobody but the owner). Idempotent. The caller holds the lock under which all migrations run. Queues that no job has any more stay: what
 * waits in them is data. Throws when the schema is newer than this release, or damaged.
 */
export async function migrateJobs(
  owner: OwnerConnection,
  queues: readonly Job[],
  appRole: string | null,
): Promise<void> {
  const db = ownerDatabase(owner);
  await db.executeSql(`set statement_timeout = ${statementTimeoutMs}`);
  const boss = new PgBoss({
    db,
    schema: jobSchema,
    migrate: false,
    createSchema: false,
    supervise: false,
    schedule: false,
  });
  boss.on("error", () => {}); // what goes wrong here also rejects
  try {
    await migrateSchema(boss, db);
    await boss.start();
    for (const queue of queues) await migrateQueue(boss, db, queue);
    if (appRole !== null) await grant(db, appRole);
    await db.executeSql("reset statement_timeout");
  } catch (error) {
    // pg-boss' plans open transactions of their own; the caller gets its connection back outside of them.
    await db.executeSql("rollback").catch(() => {});
    throw error;
  } finally {
    await boss.stop({ graceful: false, close: false });
  }
}

async function migrateSchema(boss: PgBoss, db: Db): Promise<void> {
  const current = pgBossPackage.pgboss.schema;
  const found = (await boss.isInstalled()) ? await boss.schemaVersion() : null;
  if (found === null) await db.executeSql(getConstructionPlans(jobSchema));
  else if (found > current)
    throw new Error(`the job tables have version ${found}; this release knows ${current}`);
  else if (found < current) await db.executeSql(upgradePlan(found));
  const drift = await boss.detectSchemaDrift();
  const missing = [...drift.missing, ...drift.invalid].map((index) => index.name);
  missing.push(...drift.missingTables, ...drift.missingFunctions.map((one) => one.name));
  if (missing.length > 0) throw new Error(`the job schema lacks ${missing.join(", ")}`);
}

/**
 * Indexes are built plainly: a concurrent build waits for every open statement, so also for the next node that waits
 * for the migration lock we hold.
 */
const upgradePlan = (from: number): string =>
  getMigrationPlans(jobSchema, from).replaceAll("INDEX CONCURRENTLY", "INDEX");

async function migrateQueue(boss: PgBoss, db: Db, job: Job): Promise<void> {
  // Creating leaves an existing queue as it is, hence the update after it.
  if (!job.confidential) {
    await boss.createQueue(deadLetterOf(job.name), { policy: "standard" });
    await boss.updateQueue(deadLetterOf(job.name), deadLetterSettings);
  }
  await boss.createQueue(job.name, { policy: job.policy });
  await boss.updateQueue(job.name, queueSettings(job));
  await changePolicy(db, job);
  await changeEnd(db, job);
}

/** pg-boss never changes a queue's policy, and every job carries a copy of it. */
async function changePolicy(db: Db, job: Job): Promise<void> {
  await db.executeSql(
    `with changed as (
       update ${jobSchema}.queue set policy = $2 where name = $1 and policy <> $2 returning name
     )
     update ${jobSchema}.job set policy = $2 where name in (select name from changed) and state < 'active'`,
    [job.name, job.policy],
  );
}

/** What becomes of a job in the end stands in the job, too: the waiting ones follow their queue. */
async function changeEnd(db: Db, job: Job): Promise<void> {
  await db.executeSql(
    `update ${jobSchema}.job j set dead_letter = q.dead_letter, deletion_seconds = q.deletion_seconds
       from ${jobSchema}.queue q
      where q.name = $1 and j.name = q.name and j.state <= 'active'
        and (j.dead_letter, j.deletion_seconds) is distinct from (q.dead_letter, q.deletion_seconds)`,
    [job.name],
  );
}

/**
 * No DDL and no ownership: partitioned queues and rebuilding indexes are out of the role's reach. Nothing is granted that is
 * there: the audit trail tells of each time.
 */
async function grant(db: Db, appRole: string): Promise<void> {
  const { rows } = await db.executeSql(
    `select not exists (select from pg_namespace n, aclexplode(n.nspacl) a
         where n.nspname = $1 and a.grantee = 0)
       and has_schema_privilege($2, $1, 'usage')
       and (select bool_and(has_table_privilege($2, c.oid, 'select') and has_table_privilege($2, c.oid, 'insert')
           and has_table_privilege($2, c.oid, 'update') and has_table_privilege($2, c.oid, 'delete'))
         from pg_class c where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'v', 'm', 'f', 'p'))
       and not exists (select from pg_proc p
         where p.pronamespace = $1::regnamespace and not has_function_privilege($2, p.oid, 'execute')) as granted`,
    [jobSchema, appRole],
  );
  if (rows[0]?.granted) return;
  const role = `"${appRole.replaceAll('"', '""')}"`;
  await db.executeSql(`
    revoke all on schema ${jobSchema} from public;
    grant usage on schema ${jobSchema} to ${role};
    grant select, insert, update, delete on all tables in schema ${jobSchema} to ${role};
    grant execute on all functions in schema ${jobSchema} to ${role}`);
}

/** postgres.js answers with the rows themselves; a text of several statements with one list for each. */
const ownerDatabase = (owner: OwnerConnection): Db => ({
  async executeSql(text, values) {
    const answer: unknown[] =
      values === undefined || values.length === 0
        ? await owner.unsafe(text)
        : await owner.unsafe(text, values as Parameters<OwnerConnection["unsafe"]>[1]);
    return { rows: answer.flat() };
  },
});
