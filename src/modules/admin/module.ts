import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { Module } from "#platform/module";
import type { AdminApi } from "./contract.ts";
import type { AdminDeps } from "./deps.ts";
import { createAuditRoutes } from "./http/audit-routes.ts";
import { createAdminRoutes } from "./http/routes.ts";
import { bindOperations } from "./operations.ts";

export type AdminModuleOptions = AdminDeps & { readonly http: HttpKit };

export function createAdminModule({ http, ...deps }: AdminModuleOptions): Module<AdminApi> {
  const operations = bindOperations(deps);
  return {
    name: "admin",
    api: {},
    routes: new Elysia({ name: "admin" })
      .use(createAdminRoutes(http, operations))
      .use(createAuditRoutes(http, operations)),
    jobs: [],
    subscriptions: [],
    commands: [],
    health: [],
    async start() {},
    async stop() {},
  };
}
