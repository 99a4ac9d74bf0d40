import type { HttpKit } from "#platform/http/kit";
import { isId } from "#platform/kernel/ids";
import type { Module } from "#platform/module";
import type { Notifications } from "#platform/notify/notifications";
import { billingCommands } from "./commands.ts";
import type { BillingApi } from "./contract.ts";
import type { BillingDeps } from "./deps.ts";
import { createBillingRoutes } from "./http/routes.ts";
import { billingJobs } from "./jobs.ts";
import { billingNotifications } from "./notifications.ts";
import { bindOperations } from "./operations.ts";
import { createGrantRepository, grantsChannel } from "./storage/grant.repository.ts";
import { claimsOf, entitlementsOf } from "./use-cases/entitlements-of.ts";
import { createRunningGrants } from "./use-cases/running-grants.ts";

export type BillingModuleOptions = Pick<
  BillingDeps,
  "db" | "clock" | "ids" | "jobs" | "identity" | "defaultPlan"
> & {
  readonly notifications: Notifications;
  readonly http: HttpKit;
};

export function createBillingModule(options: BillingModuleOptions): Module<BillingApi> {
  const { db, clock, ids, jobs, identity, defaultPlan } = options;
  const grants = createGrantRepository();
  const running = createRunningGrants({ db, clock, grants });
  const deps: BillingDeps = {
    ...{ db, clock, ids, jobs, identity, defaultPlan, grants, running },
    notify: options.notifications.declare(billingNotifications),
  };
  let stopListening: (() => Promise<void>) | undefined;
  return {
    name: "billing",
    api: {
      entitlementsOf: (ctx, input) => entitlementsOf(deps, ctx, input),
      claimsOf: (ctx, input) => claimsOf(deps, ctx, input),
    },
    routes: createBillingRoutes(options.http, bindOperations(deps)),
    jobs: billingJobs(deps),
    subscriptions: [],
    commands: billingCommands(deps),
    health: [],
    async start() {
      // What was said while nobody listened is not said again: all may have changed.
      stopListening = await db.listen(grantsChannel, hear, running.forgetAll);
    },
    async stop() {
      await stopListening?.();
    },
  };

  function hear(userId: string): void {
    if (isId(userId)) running.forget(userId);
  }
}
