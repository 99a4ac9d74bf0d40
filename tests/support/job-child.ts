/**
 * A worker as a process of its own, for tests that kill it. Its one job writes into probe.runs when it starts and when
 * it has taken `ms`. Prints "working" once it polls; on SIGTERM it prints "draining", takes no more and exits 0.
 */
import postgres from "postgres";
import { type ConnectionSettings, postgresJsOptions } from "#platform/db/connection";
import { openJobs } from "#platform/jobs/job-runner";
import { systemClock } from "#platform/kernel/clock";
import { createLogger } from "#platform/observability/logger";
import { job, quickIntervals, registryOf } from "./job-installation.ts";

const connection: ConnectionSettings = JSON.parse(Bun.env["JOB_CONNECTION"] ?? "");
const sql = postgres({ ...postgresJsOptions(connection), max: 1 });

export const slowJob = job("sample.slow", {
  retryLimit: 3,
  async run(ctx, payload) {
    const { id, ms } = payload as { id: string; ms: number };
    const note = (what: string) =>
      sql`insert into probe.runs (id, what, pid, request_id) values (${id}, ${what}, ${process.pid}, ${ctx.requestId})`;
    await note("started");
    await Bun.sleep(ms);
    await note("finished");
  },
});

if (import.meta.main) {
  const jobs = openJobs({
    connection,
    role: "worker",
    registry: registryOf({ jobs: [slowJob] }),
    observer: { jobStarted: () => {}, jobFinished: () => {} },
    logger: createLogger({ level: "error" }),
    clock: systemClock,
    intervals: quickIntervals,
  });
  process.on("SIGTERM", () => {
    void jobs.stop(60_000).then(async () => {
      await sql.end();
      process.exit(0);
    });
    console.log("draining");
  });
  await jobs.start();
  console.log("working");
}
