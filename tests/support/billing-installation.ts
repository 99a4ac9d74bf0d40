import type { BillingDeps } from "#modules/billing/deps";
import { billingJobs } from "#modules/billing/jobs";
import {
  createGrantRepository,
  type GrantRepository,
} from "#modules/billing/storage/grant.repository";
import { createRunningGrants } from "#modules/billing/use-cases/running-grants";
import type { RequestContext } from "#platform/kernel/context";
import { type Id, isId } from "#platform/kernel/ids";
import { systemIds } from "#platform/system";
import { type JobInstallation, openJobInstallation, registryOf } from "./job-installation.ts";
import { type RanJob, runJobs } from "./run-jobs.ts";
import { createTestClock, type TestClock } from "./test-app.ts";

/** A notification as billing asked for it. */
export type Told = readonly [kind: string, userId: Id, data: Readonly<Record<string, string>>];

export type BillingInstallation = {
  readonly deps: BillingDeps;
  readonly clock: TestClock;
  readonly installation: JobInstallation;
  /** What users were told in transactions that were tried. */
  readonly told: Told[];
  /** Whose claims were expired, in order. */
  readonly expired: Id[];
  /** Makes identity refuse to expire claims until it is called with false. */
  failIdentity(failing: boolean): void;
  /** With `delayed` also jobs whose time has not come. */
  runJobs(delayed?: boolean): Promise<readonly RanJob[]>;
  close(): Promise<void>;
};

/** Billing on a real database with real job queues, beside an identity that only writes down what it is asked. */
export async function openBillingInstallation(
  changes: Partial<Pick<BillingDeps, "defaultPlan">> & { readonly grants?: GrantRepository } = {},
): Promise<BillingInstallation> {
  const installation = await openJobInstallation();
  const clock = createTestClock();
  const told: Told[] = [];
  const expired: Id[] = [];
  let failing = false;
  const identity: BillingDeps["identity"] = {
    userIdByAddress: async (_ctx, { address }) => ({ userId: isId(address) ? address : null }),
    async expireClaims(_ctx, { userIds }) {
      if (failing) throw new Error("identity does not answer");
      expired.push(...userIds);
      return {};
    },
  };
  const registry = registryOf({ jobs: billingJobs({ identity } as BillingDeps) });
  const { jobs } = await installation.startProcess(registry, { role: "api" });
  const grants = createGrantRepository();
  const { db } = installation;
  return {
    deps: {
      ...{ db, clock, ids: systemIds, jobs, identity, grants },
      defaultPlan: "free",
      running: createRunningGrants({ db, clock, grants }),
      async notify(_tx, kind, recipient, data) {
        if ("userId" in recipient) told.push([kind, recipient.userId, data]);
      },
      ...changes,
    },
    ...{ clock, installation, told, expired },
    failIdentity(wanted) {
      failing = wanted;
    },
    runJobs: (delayed = false) => runJobs({ connection: installation.app, registry, delayed }),
    close: () => installation.close(),
  };
}

export const asUser = (id: Id): RequestContext => ({
  actor: {
    type: "user",
    id,
    sessionId: null,
    roles: ["admin"],
    permissions: [],
    authenticatedAt: null,
  },
  requestId: systemIds.next(),
  operation: "grantPlan",
});
