/** Writes Grafana's dashboards: `bun scripts/build-dashboards.ts`. A test holds the files to what this would write. */
import { join } from "node:path";
import { dashboards } from "./dashboards/dashboards.ts";
import { dashboardJson } from "./dashboards/panel.ts";

const directory = join(import.meta.dir, "../deploy/grafana/dashboards");

export const dashboardFiles = dashboards.map((dashboard) => ({
  path: join(directory, `${dashboard.uid.replace("fintrack-", "")}.json`),
  text: `${JSON.stringify(dashboardJson(dashboard), null, 2)}\n`,
}));

if (import.meta.main) for (const { path, text } of dashboardFiles) await Bun.write(path, text);
