import type { HttpKit } from "#platform/http/kit";
import type { Module } from "#platform/module";
import type { ReportsApi } from "./contract.ts";
import type { ReportsDeps } from "./deps.ts";
import { createReportsRoutes } from "./http/routes.ts";
import { reportsJobs } from "./jobs.ts";
import { bindOperations } from "./operations.ts";

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
  | "renderer"
  | "logger"
> & { readonly http: HttpKit };

export function createReportsModule(options: ReportsModuleOptions): Module<ReportsApi> {
  const { db, clock, ids, jobs, identity, billing, currency, ledger, scales, renderer } = options;
  const deps: ReportsDeps = {
    ...{ db, clock, ids, jobs, identity, billing, currency, ledger, scales, renderer },
    logger: options.logger,
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
