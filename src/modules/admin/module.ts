import type { HttpKit } from "#platform/http/kit";
import type { Module } from "#platform/module";
import type { AdminApi } from "./contract.ts";
import type { AdminDeps } from "./deps.ts";
import { createAdminRoutes } from "./http/routes.ts";
import { bindOperations } from "./operations.ts";

export type AdminModuleOptions = AdminDeps & { readonly http: HttpKit };

export function createAdminModule({ http, ...deps }: AdminModuleOptions): Module<AdminApi> {
  return {
    name: "admin",
    api: {},
    routes: createAdminRoutes(http, bindOperations(deps)),
    jobs: [],
    subscriptions: [],
    commands: [],
    health: [],
    async start() {},
    async stop() {},
  };
}
