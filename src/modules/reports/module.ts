import type { Config } from "#platform/config";
import type { CpuGate } from "#platform/cpu-gate";
import type { DocumentRenderer } from "#platform/documents/renderer";
import type { HttpKit } from "#platform/http/kit";
import type { Module } from "#platform/module";
import type { Notifications } from "#platform/notify/notifications";
import type { Metrics } from "#platform/observability/metrics";
import { createPasswordHasher } from "#platform/password-hasher";
import type { Storage } from "#platform/storage/open-storage";
import type { ReportsApi } from "./contract.ts";
import type { ReportsDeps } from "./deps.ts";
import { createDocumentFiles } from "./gateways/document-files.ts";
import { jsonLines } from "./gateways/json-lines.ts";
import { recipients } from "./gateways/recipients.ts";
import { createShareSecrets } from "./gateways/share-secrets.ts";
import { createReportsRoutes } from "./http/routes.ts";
import { reportsJobs } from "./jobs.ts";
import { meterReports } from "./meters.ts";
import { reportsNotifications } from "./notifications.ts";
import { bindOperations } from "./operations.ts";
import { createReportRepository } from "./storage/report.repository.ts";
import { createReportTurnRepository } from "./storage/report-turn.repository.ts";
import { revokeRestoredShares } from "./storage/restored.ts";
import { createRetentionRepository } from "./storage/retention.repository.ts";
import { createScheduleRepository } from "./storage/schedule.repository.ts";
import { createShareRepository } from "./storage/share.repository.ts";
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
  | "attempts"
> & {
  readonly cpuGate: CpuGate;
  readonly config: Pick<Config, "publicUrl" | "clientUrl">;
  readonly notifications: Notifications;
  readonly renderer: DocumentRenderer;
  readonly storage: Storage;
  readonly metrics: Metrics;
  readonly http: HttpKit;
};

export function createReportsModule(options: ReportsModuleOptions): Module<ReportsApi> {
  const { clock, ids, jobs, identity, billing, currency, ledger, scales, logger } = options;
  const { config, storage } = options;
  const deps: ReportsDeps = {
    ...meterReports(options.metrics, { db: options.db, turns: createReportTurnRepository() }),
    ...{ clock, ids, jobs, identity, billing, currency, ledger, scales, logger },
    objects: storage.objects,
    scratch: storage.scratch,
    documents: createDocumentFiles(options.renderer),
    jsonLines,
    notify: options.notifications.declare(reportsNotifications),
    links: linksTo(config),
    reports: createReportRepository(),
    attempts: options.attempts,
    passwords: createPasswordHasher({ cpuGate: options.cpuGate }),
    shareSecrets: createShareSecrets(),
    recipients,
    shares: createShareRepository(),
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
    onRestore: revokeRestoredShares,
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
    // Whoever follows it has no account: the page is ours, client or not.
    share: (token: string) => `${publicUrl}/shared-report#token=${token}`,
  };
};
