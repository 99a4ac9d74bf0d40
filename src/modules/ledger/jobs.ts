import type { Job } from "#platform/jobs/jobs";
import type { LedgerDeps } from "./deps.ts";
import { checkBudgets, checkBudgetsJob } from "./use-cases/check-budgets.ts";

export const ledgerJobs = (deps: LedgerDeps): readonly Job[] => [
  {
    name: checkBudgetsJob,
    cron: "* * * * *",
    policy: "singleton",
    retryLimit: 0, // the next tick does what this one could not
    retryDelaySeconds: 60,
    expireSeconds: 300,
    onRestore: "keep",
    run: (ctx, _payload, signal) => checkBudgets(deps, ctx, signal),
  },
];
