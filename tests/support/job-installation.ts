import postgres from "postgres";
import type { OpenDatabase } from "#platform/db/client";
import {
  type ConnectionSettings,
  parseConnection,
  postgresJsOptions,
} from "#platform/db/connection";
import { type JobsOptions, type OpenJobs, openJobs } from "#platform/jobs/job-runner";
import type { JobIntervals } from "#platform/jobs/job-worker";
import type { Job } from "#platform/jobs/jobs";
import { migrateJobs } from "#platform/jobs/migrate-jobs";
import { createJobRegistry, type JobRegistry, type JobSource } from "#platform/jobs/registry";
import type { FinishedRun } from "#platform/jobs/run-job";
import { systemClock } from "#platform/kernel/clock";
import { systemContext } from "#platform/kernel/context";
import { createLogger } from "#platform/observability/logger";
import { eventually } from "./eventually.ts";
import { openTestDatabase } from "./test-database.ts";
import { testRoleNames } from "./test-templates.ts";

export const quickIntervals: JobIntervals = {
  pollSeconds: 0.5,
  cronSeconds: 1,
  superviseSeconds: 1,
  maintenanceSeconds: 1,
  pauseSeconds: 0.2,
};

/** What PostgreSQL waits for a session that it was told to end. */
const endsWithinMs = 20_000;

export const testContext = systemContext("test", "request-1");

/** A job that does nothing, tried once; `changes` make it what a test needs. */
export const job = (name: string, changes: Partial<Job> = {}): Job => ({
  name,
  policy: "standard",
  retryLimit: 0,
  retryDelaySeconds: 1,
  expireSeconds: 30,
  onRestore: "keep",
  run: async () => {},
  ...changes,
});

export const registryOf = (
  source: Partial<JobSource>,
  events: readonly string[] = [],
): JobRegistry => {
  const registry = createJobRegistry();
  registry.declareEvents(events);
  registry.register([{ jobs: [], subscriptions: [], ...source }]);
  return registry;
};

/** One process of the installation: its jobs, what its runs came to and what it logged. */
export type JobProcess = OpenJobs & {
  readonly registry: JobRegistry;
  readonly finished: FinishedRun[];
  readonly log: string[];
};

export type JobInstallation = {
  readonly app: ConnectionSettings;
  readonly db: OpenDatabase;
  /** As the owner: may look into and change every table. */
  readonly sql: postgres.Sql;
  migrate(registry: JobRegistry): Promise<void>;
  /** Started, and stopped by {@link JobInstallation.close} at the latest. */
  startProcess(registry: JobRegistry, options?: Partial<JobsOptions>): Promise<JobProcess>;
  /** Number of jobs of a queue (or dead letter queue) by state. */
  states(queue: string): Promise<Record<string, number>>;
  /** Ends every session of the application, as a server that restarts does; they are gone when it resolves. */
  cutConnections(): Promise<void>;
  /** Whether the application may open new sessions. */
  allowConnections(allowed: boolean): Promise<void>;
  close(): Promise<void>;
};

/** Its check also fails where the machine takes its time. */
export const becomesHealthy = ({ health }: JobProcess): Promise<boolean> =>
  eventually("it is healthy", () =>
    health.check().then(
      () => true,
      () => false,
    ),
  );

/** A database of its own, migrated, with pg-boss' tables. */
export async function openJobInstallation(): Promise<JobInstallation> {
  const database = await openTestDatabase();
  const app = parseConnection(database.appUrl);
  const [sql, superuser] = [database.ownerUrl, database.url("launcher")].map((url) =>
    postgres({ ...postgresJsOptions(parseConnection(url)), max: 1, onnotice: () => {} }),
  ) as [postgres.Sql, postgres.Sql];
  const processes: JobProcess[] = [];
  return {
    app,
    db: database.database,
    sql,
    migrate: (registry) => migrateJobs(sql, registry.queues(), testRoleNames.app),
    async startProcess(registry, options = {}) {
      await migrateJobs(sql, registry.queues(), testRoleNames.app);
      const finished: FinishedRun[] = [];
      const log: string[] = [];
      const opened = openJobs({
        connection: app,
        role: "worker",
        registry,
        observer: { jobStarted: () => {}, jobFinished: (run) => finished.push(run) },
        logger: createLogger({ level: "debug", destination: { write: (line) => log.push(line) } }),
        clock: systemClock,
        intervals: quickIntervals,
        ...options,
      });
      const process = { ...opened, registry, finished, log };
      processes.push(process);
      await opened.start();
      return process;
    },
    async states(queue) {
      const rows = await sql<{ state: string; count: number }[]>`
        select state::text, count(*)::int from pgboss.job where name = ${queue} group by 1 order by 1`;
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    },
    async cutConnections() {
      await superuser`select pg_terminate_backend(pid, ${endsWithinMs}) from pg_stat_activity
        where datname = current_database() and usename = ${app.user}`;
    },
    async allowConnections(allowed) {
      const name = superuser(app.database);
      if (allowed) await superuser`alter database ${name} connection limit -1`;
      else await superuser`alter database ${name} connection limit 0`;
    },
    async close() {
      await superuser.end();
      await Promise.all(processes.map((process) => process.stop(1_000)));
      await sql.end();
      await database.close();
    },
  };
}
