import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { YAML } from "bun";
import { dashboardFiles } from "../../../scripts/build-dashboards.ts";
import { dashboards } from "../../../scripts/dashboards/dashboards.ts";
import { columns } from "../../../scripts/dashboards/panel.ts";

type PlacedPanel = {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets: readonly { readonly datasource: { readonly uid: string } }[];
};
const grafana = join(import.meta.dir, "../../../deploy/grafana");
const read = (path: string) => readFileSync(join(grafana, path), "utf8");
const datasources = YAML.parse(read("provisioning/datasources/prometheus.yml")) as {
  readonly datasources: readonly { readonly uid: string; readonly url: string }[];
};
const placed = dashboardFiles.map(
  ({ text }) => JSON.parse(text) as { readonly panels: readonly PlacedPanel[] },
);

describe("the dashboards", () => {
  test("are what scripts/build-dashboards.ts writes, and no others", () => {
    for (const { path, text } of dashboardFiles) expect(readFileSync(path, "utf8")).toBe(text);
    expect(readdirSync(join(grafana, "dashboards")).sort()).toEqual(
      ["api", "business", "currency", "database", "jobs", "overview"].map((name) => `${name}.json`),
    );
  });

  test("ask the one data source that is provisioned, with panels that Grafana brings along", () => {
    expect(datasources.datasources.map(({ uid, url }) => [uid, url])).toEqual([
      ["prometheus", "http://prometheus:9090"],
    ]);
    for (const { targets, type } of placed.flatMap(({ panels }) => panels)) {
      expect(["timeseries", "stat", "table"]).toContain(type);
      for (const { datasource } of targets) expect(datasource.uid).toBe("prometheus");
    }
  });

  test("have panels with titles of their own that do not lie on each other", () => {
    for (const { panels } of placed) {
      expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => {
        expect(x + w).toBeLessThanOrEqual(columns);
        return Array.from(
          { length: w * h },
          (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`,
        );
      });
      expect(new Set(cells).size).toBe(cells.length);
    }
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length);
  });

  test("lie where the provider of docker-compose.yml looks for them", () => {
    const { providers } = YAML.parse(read("provisioning/dashboards/fintrack.yml")) as {
      providers: { options: { path: string } }[];
    };
    expect(providers.map(({ options }) => options.path)).toEqual(["/etc/grafana/dashboards"]);
  });
});
