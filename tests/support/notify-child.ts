/** A worker that mails, as a process of its own, for tests that kill it. Prints "working" once it polls. */
import type { ConnectionSettings } from "#platform/db/connection";
import { openJobs } from "#platform/jobs/job-runner";
import { createJobRegistry } from "#platform/jobs/registry";
import { systemClock } from "#platform/kernel/clock";
import { createLogger } from "#platform/observability/logger";
import { quickIntervals } from "./job-installation.ts";
import { openSampleNotifications } from "./sample-notifications.ts";

const connection: ConnectionSettings = JSON.parse(Bun.env["JOB_CONNECTION"] ?? "");
const logger = createLogger({ level: "error" });
const registry = createJobRegistry();
const jobs = openJobs({
  ...{ connection, registry, logger },
  role: "worker",
  observer: { jobStarted: () => {}, jobFinished: () => {} },
  clock: systemClock,
  intervals: quickIntervals,
});
const sample = openSampleNotifications({
  ...{ jobs: jobs.jobs, clock: systemClock, logger },
  smtpPort: Number(Bun.env["SMTP_PORT"]),
});
registry.register([{ jobs: sample.jobs, subscriptions: [] }]);
await jobs.start();
console.log("working");
