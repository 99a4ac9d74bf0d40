import { api } from "./api.ts";
import { business } from "./business.ts";
import { currency } from "./currency.ts";
import { database } from "./database.ts";
import { jobs } from "./jobs.ts";
import { overview } from "./overview.ts";
import type { Dashboard } from "./panel.ts";

/** In Prometheus the label "job" is what was scraped; ours of that name is there "queue" (deploy/prometheus). */
export const dashboards: readonly Dashboard[] = [overview, api, database, jobs, currency, business];
