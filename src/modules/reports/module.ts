import type { Config } from "#platform/config";
import type { DocumentRenderer } from "#platform/documents/renderer";
import type { HttpKit } from "#platform/http/kit";
import type { Module } from "#platform/module";
import type { Notifications } from "#platform/notify/notifications";
import type { Storage } from "#platform/storage/open-storage";
import type { ReportsApi } from "./contract.ts";
import type { ReportsDeps } from "./deps.ts";
import { createDocumentFiles } from "./gateways/document-files.ts";
import { jsonLines } from "./gateways/json-lines.ts";
import { createReportsRoutes } from "./http/routes.ts";
import { reportsJobs } from "./jobs.ts";
import { reportsNotifications } from "./notifications.ts";
import { bindOperations } from "./operations.ts";
import { createReportRepository } from "./storage/report.repository.ts";
import { createReportTurnRepository } from "./storage/report-turn.repository.ts";
import { createRetentionRepository } from "./storage/retention.repository.ts";
import { createScheduleRepository } from "./storage/schedule.repository.ts";
import { createStandingRepository } from "./storage/standing.repository.ts";

export type ReportsModuleOptions = Pick<
  ReportsDeps,
  | "db"
  | "clock"
  | "ids"
  | "jobs"
  | "identity"
  | "billing"
  | "currency"
  | "ledger"
  | "scales"
  | "logger"
> & {
  readonly config: Pick<Config, "publicUrl" | "clientUrl">;
  readonly notifications: Notifications;
  readonly renderer: DocumentRenderer;
  readonly storage: Storage;
  readonly http: HttpKit;
};

export function createReportsModule(options: ReportsModuleOptions): Module<ReportsApi> {
  const { db, clock, ids, jobs, identity, billing, currency, ledger, scales, logger } = options;
  const { config, storage } = options;
  const deps: ReportsDeps = {
    ...{ db, clock, ids, jobs, identity, billing, currency, ledger, scales, logger },
    objects: storage.objects,
    scratch: storage.scratch,
    documents: createDocumentFiles(options.renderer),
    jsonLines,
    notify: options.notifications.declare(reportsNotifications),
    links: linksTo(config),
    reports: createReportRepository(),
    turns: createReportTurnRepository(),
    standing: createStandingRepository(),
    retention: createRetentionRepository(),
    schedules: createScheduleRepository(),
  };
  return {
    name: "reports",
    api: {},
    routes: createReportsRoutes(options.http, bindOperations(deps)),
    jobs: reportsJobs(deps),
    subscriptions: [],
    commands: [],
    health: [],
    async start() {},
    async stop() {},
  };
}

/** Pages of the client; what the API answers where there is none. */
const linksTo = ({ clientUrl, publicUrl }: Pick<Config, "publicUrl" | "clientUrl">) => {
  const origin = clientUrl ?? `${publicUrl}/v1`;
  return {
    report: (id: string) => `${origin}/reports/${id}`,
    schedule: (id: string) => `${origin}/report-schedules/${id}`,
  };
};
