import type { Job } from "#platform/jobs/jobs";
import type { LedgerDeps } from "./deps.ts";
import { checkBudgets, checkBudgetsJob } from "./use-cases/check-budgets.ts";
import { commitImport, commitImportJob } from "./use-cases/commit-import.ts";
import type { ImportJobPayload } from "./use-cases/import-job.ts";
import { purgeImports } from "./use-cases/purge-imports.ts";
import { type ReadImportPayload, readImport, readImportJob } from "./use-cases/read-import.ts";
import { undoImport, undoImportJob } from "./use-cases/undo-import.ts";

/** A file of 50 MB and 200,000 rows takes about a minute on two cores; a shared machine gets twenty times that. */
const importExpireSeconds = 1200;

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
  importJob<ReadImportPayload>(readImportJob, (ctx, payload, signal) =>
    readImport(deps, ctx, payload, signal),
  ),
  importJob<ImportJobPayload>(commitImportJob, (ctx, payload, signal) =>
    commitImport(deps, ctx, payload, signal),
  ),
  importJob<ImportJobPayload>(undoImportJob, (ctx, payload, signal) =>
    undoImport(deps, ctx, payload, signal),
  ),
  {
    name: "ledger.purge_imports",
    cron: "*/15 * * * *",
    policy: "singleton",
    retryLimit: 0, // the next tick does what this one could not
    retryDelaySeconds: 60,
    expireSeconds: 600,
    onRestore: "keep",
    run: (ctx, _payload, signal) => purgeImports(deps, ctx, signal),
  },
];

/** Retried for about an hour: the book may be written to all the while, and the database be away for some of it. */
const importJob = <Payload extends object>(
  name: string,
  run: Job<Payload>["run"],
): Job<Payload> => ({
  ...{ name, policy: "standard", retryLimit: 12, retryDelaySeconds: 2 },
  ...{ maxRetryDelaySeconds: 600, expireSeconds: importExpireSeconds, onRestore: "keep", run },
});
