import { type Db, PgBoss } from "pg-boss";
import type { ConnectionSettings } from "../db/connection.ts";
import type { Clock } from "../kernel/clock.ts";
import { epochMs } from "../kernel/time.ts";
import type { HealthCheck } from "../module.ts";
import type { Logger } from "../observability/logger.ts";
import { createBossLog } from "./boss-log.ts";
import { type DeadLetters, readDeadLetters, redriveDeadLetters } from "./dead-letters.ts";
import { createJobs, createSendNow, type SendNow } from "./enqueue.ts";
import { createEvents } from "./events.ts";
import { openJobDatabase } from "./job-database.ts";
import { type JobIntervals, type JobWorker, startJobWorker } from "./job-worker.ts";
import type { Events, Job, Jobs } from "./jobs.ts";
import { readPause } from "./pause.ts";
import { type QueueDepth, readQueueDepths } from "./queue-depths.ts";
import { jobSchema } from "./queue-settings.ts";
import type { JobRegistry } from "./registry.ts";
import type { JobObserver } from "./run-job.ts";
import { within } from "./within.ts";

export const productionIntervals: JobIntervals = {
  pollSeconds: 1,
  cronSeconds: 15,
  superviseSeconds: 15,
  maintenanceSeconds: 30,
  pauseSeconds: 5,
};

/** Shorter than what readiness waits for a check. */
const healthTimeoutMs = 1_500;

export type JobsOptions = {
  /** MainDB as the application's role. */
  readonly connection: ConnectionSettings;
  /** `api` only sends. */
  readonly role: "api" | "worker" | "all";
  /** May be filled after {@link openJobs}, but before `start`. */
  readonly registry: JobRegistry;
  readonly observer: JobObserver;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly intervals?: JobIntervals;
};

/** `sending`: this process runs no jobs, by role; `paused`: nor does any other, until `jobs:resume`. */
export type JobsState = "stopped" | "sending" | "paused" | "working";

export type OpenJobs = {
  readonly jobs: Jobs;
  readonly sendNow: SendNow;
  /** One for each module that publishes, with every event of its contract. */
  events<E extends Record<string, object>>(names: readonly (keyof E & string)[]): Events<E>;
  /** Fails when the job schema is missing, of another version, or the database cannot be reached. */
  start(): Promise<void>;
  state(): JobsState;
  /** Fails when the database does not answer the job connections, or a queue is not polled any more. */
  readonly health: HealthCheck;
  depths(): Promise<readonly QueueDepth[]>;
  /** Their names. */
  queues(): readonly string[];
  deadLetters(): Promise<readonly DeadLetters[]>;
  /** Gives how many jobs of `queue` that had failed for good wait again. Needs no `start`. */
  redrive(queue: string): Promise<number>;
  /** Lets running jobs end within `drainTimeoutMs`, aborts the rest and closes the connections. May be called twice. */
  stop(drainTimeoutMs: number): Promise<void>;
};

/** Queues, schedules and events of one process. Connects at `start`; the server may go and come as it likes after that. */
export function openJobs(options: JobsOptions): OpenJobs {
  const { registry, logger, clock, intervals = productionIntervals } = options;
  const log = createBossLog({ logger, clock });
  const database = openJobDatabase(options.connection, log.failed);
  const sender = new PgBoss({ ...senderOptions, db: database });
  log.listen(sender);

  let state: JobsState = "stopped";
  let worker: JobWorker | undefined;
  let nextLook: ReturnType<typeof setTimeout> | undefined;
  let looking: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  /** Begins to work unless the installation is paused; then looks again until it is not. */
  async function workUnlessPaused(): Promise<void> {
    const pause = await readPause(database);
    if (stopping) return;
    if (pause) {
      if (state !== "paused")
        logger.warn({ reason: pause.reason }, "jobs are paused; jobs:resume lets them run");
      state = "paused";
      lookAgain();
      return;
    }
    const queues = registry.queues();
    await syncSchedules(sender, queues);
    const { observer } = options;
    worker = await startJobWorker({
      db: database,
      queues,
      observer,
      intervals,
      listen: log.listen,
    });
    state = "working";
    logger.info({ queues: queues.length }, "working on jobs");
  }

  function lookAgain(): void {
    nextLook = setTimeout(() => {
      looking = workUnlessPaused().catch((error) => {
        log.failed(error);
        if (!stopping) lookAgain();
      });
    }, intervals.pauseSeconds * 1000);
  }

  async function stopOnce(drainTimeoutMs: number): Promise<void> {
    clearTimeout(nextLook);
    await looking;
    await worker?.stop(drainTimeoutMs);
    await sender.stop({ graceful: false, close: false });
    await database.close();
    state = "stopped";
  }

  return {
    jobs: createJobs({ boss: sender, registry }),
    sendNow: createSendNow({ boss: sender, registry, database }),
    events: (names) => createEvents({ boss: sender, registry }, names),
    async start() {
      await sender.start();
      state = "sending";
      if (options.role !== "api") await workUnlessPaused();
    },
    state: () => state,
    health: {
      name: "jobs",
      async check() {
        await answersInTime(database);
        const stalled = worker?.stalledQueues(epochMs(clock.now())) ?? [];
        if (stalled.length > 0) throw new Error(`queues are not polled: ${stalled.join(", ")}`);
      },
    },
    depths: () =>
      readQueueDepths(
        database,
        registry.queues().map((job) => job.name),
      ),
    queues: () => registry.queues().map((job) => job.name),
    deadLetters: () => readDeadLetters(database),
    async redrive(queue) {
      await sender.start();
      return redriveDeadLetters({ boss: sender, db: database }, queue);
    },
    stop(drainTimeoutMs) {
      stopping ??= stopOnce(drainTimeoutMs);
      return stopping;
    },
  };
}

const senderOptions = {
  schema: jobSchema,
  migrate: false,
  createSchema: false,
  supervise: false,
  schedule: false,
} as const;

/** The table of schedules, made equal to the jobs that have one. A tick of a job that is gone is never sent. */
async function syncSchedules(boss: PgBoss, queues: readonly Job[]): Promise<void> {
  const crons = new Map(queues.flatMap(({ name, cron }) => (cron ? [[name, cron]] : [])));
  for (const { name, key } of await boss.getSchedules())
    if (!crons.has(name)) await boss.unschedule(name, key);
  for (const [name, cron] of crons) await boss.schedule(name, cron, {}, { tz: "UTC" });
}

async function answersInTime(db: Db): Promise<void> {
  const answered = db.executeSql("select 1").then(
    () => true,
    () => false,
  );
  if (!(await within(answered, healthTimeoutMs, false)))
    throw new Error("the job database does not answer");
}
