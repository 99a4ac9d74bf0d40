import type { Job } from "#platform/jobs/jobs";
import { purgeJob } from "#platform/jobs/purge-job";
import type { ReportsDeps } from "./deps.ts";
import { compareReports, compareReportsJob } from "./use-cases/compare-reports.ts";
import { makeReport } from "./use-cases/make-report.ts";
import { runSchedules, runSchedulesJob } from "./use-cases/run-schedules.ts";
import { type MakeReportPayload, makeReportJob } from "./use-cases/send-next.ts";
import {
  expireReports,
  forgetCounts,
  forgetReports,
  sweepObjects,
} from "./use-cases/tend-reports.ts";

/** A million rows in every format take some minutes on two cores, behind the files of others; a shared machine gets ten times that. */
const makeExpireSeconds = 3_600;

export const reportsJobs = (deps: ReportsDeps): readonly Job[] => [
  {
    name: makeReportJob,
    policy: "standard",
    // One that ends its process each time is given up by what the report has counted; the rest is for databases that are away.
    ...{ retryLimit: 12, retryDelaySeconds: 2, maxRetryDelaySeconds: 600 },
    ...{ expireSeconds: makeExpireSeconds, onRestore: "keep" },
    run: (ctx, payload, signal) => makeReport(deps, ctx, payload as MakeReportPayload, signal),
  },
  everyMinute(runSchedulesJob, (ctx, signal) => runSchedules(deps, ctx, signal)),
  everyMinute(compareReportsJob, (ctx, signal) => compareReports(deps, ctx, signal)),
  {
    ...{ name: "reports.expire", cron: "*/15 * * * *", policy: "singleton", onRestore: "keep" },
    retryLimit: 0, // the next tick does what this one could not
    ...{ retryDelaySeconds: 60, expireSeconds: 600 },
    run: (ctx, _payload, signal) => expireReports(deps, ctx, signal),
  },
  {
    ...{
      name: "reports.sweep_objects",
      cron: "23 3 * * *",
      policy: "singleton",
      onRestore: "keep",
    },
    ...{ retryLimit: 3, retryDelaySeconds: 300, expireSeconds: 3_600 },
    run: (ctx, _payload, signal) => sweepObjects(deps, ctx, signal),
  },
  purgeJob({
    ...{ name: "reports.purge", cron: "41 * * * *", db: deps.db, batchSize: 500 },
    purges: [
      (tx, limit) => forgetReports(deps, tx, limit),
      (tx, limit) => forgetCounts(deps, tx, limit),
    ],
  }),
];

const everyMinute = (
  name: string,
  run: (ctx: Parameters<Job["run"]>[0], signal: AbortSignal) => Promise<void>,
): Job => ({
  ...{ name, cron: "* * * * *", policy: "singleton", onRestore: "keep" },
  retryLimit: 0, // the next tick does what this one could not
  ...{ retryDelaySeconds: 60, expireSeconds: 300 },
  run: (ctx, _payload, signal) => run(ctx, signal),
});
