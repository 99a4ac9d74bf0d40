import type { IdentityApi } from "#modules/identity/contract";
import type { Database } from "#platform/db/database";
import type { Jobs } from "#platform/jobs/jobs";
import type { Clock } from "#platform/kernel/clock";
import type { Id, Ids } from "#platform/kernel/ids";
import type { Notify } from "#platform/notify/notifications";
import type { PlanCode } from "./contract.ts";
import type { RunningGrant } from "./domain/effective-plan.ts";
import type { billingNotifications } from "./notifications.ts";
import type { GrantRepository } from "./storage/grant.repository.ts";

/** What this node remembers of grants that nobody revoked. */
export type RunningGrants = {
  /** Every id has an entry. */
  of(userIds: readonly Id[]): Promise<ReadonlyMap<Id, readonly RunningGrant[]>>;
  forget(userId: Id): void;
  forgetAll(): void;
};

/** What the module needs from outside, and its own repositories. */
export type BillingDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly jobs: Jobs;
  readonly defaultPlan: PlanCode;
  readonly identity: Pick<IdentityApi, "userIdByAddress" | "expireClaims">;
  readonly notify: Notify<typeof billingNotifications>;
  readonly grants: GrantRepository;
  readonly running: RunningGrants;
};
