import type { Job } from "#platform/jobs/jobs";
import type { CurrencyDeps } from "./deps.ts";
import { refreshRates } from "./use-cases/refresh-rates.ts";

/** Looks every minute which providers are due; each has an interval of its own. */
export const currencyJobs = (deps: CurrencyDeps): readonly Job[] => [
  {
    name: "currency.refresh_rates",
    cron: "* * * * *",
    atStart: true,
    policy: "singleton",
    retryLimit: 2,
    retryDelaySeconds: 15,
    expireSeconds: 120,
    onRestore: "keep",
    run: (ctx, _payload, signal) => refreshRates(deps, ctx, signal),
  },
];
