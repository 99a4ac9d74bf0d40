/** What a panel shows: queries of PromQL by the name of their lines (Grafana's templates, like "{{route}}"). */
export type Panel = {
  readonly title: string;
  /** https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit */
  readonly unit: string;
  readonly queries: Readonly<Record<string, string>>;
  /** `stat` = one number, now; `table` = a row a series, now. */
  readonly kind?: "timeseries" | "stat" | "table";
  /** Grafana's 24 columns; a row takes as many panels as fit. */
  readonly width?: number;
};
export type Dashboard = {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
};

export const columns = 24;
const heights = { stat: 4, timeseries: 8, table: 8 } as const;
const datasource = { type: "prometheus", uid: "prometheus" };

/** A dashboard as Grafana reads it from a file (schema 39, understood by Grafana 11 and later). */
export function dashboardJson({ uid, title, panels }: Dashboard): object {
  let [x, y, rowHeight] = [0, 0, 0];
  return {
    uid,
    title: `FinTrack: ${title}`,
    tags: ["fintrack"],
    schemaVersion: 39,
    editable: false,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    timezone: "browser",
    links: [
      {
        type: "dashboards",
        title: "FinTrack",
        tags: ["fintrack"],
        asDropdown: true,
        keepTime: true,
      },
    ],
    panels: panels.map((panel, index) => {
      const { kind = "timeseries", width = kind === "stat" ? 4 : 12 } = panel;
      if (x + width > columns) [x, y, rowHeight] = [0, y + rowHeight, 0];
      const gridPos = { x, y, w: width, h: heights[kind] };
      x += width;
      rowHeight = Math.max(rowHeight, heights[kind]);
      return panelJson(panel, { id: index + 1, kind, gridPos });
    }),
  };
}

function panelJson(
  { title, unit, queries }: Panel,
  place: { readonly id: number; readonly kind: keyof typeof heights; readonly gridPos: object },
): object {
  const { id, kind, gridPos } = place;
  const isNow = kind !== "timeseries";
  return {
    ...{ id, type: kind, title, gridPos, datasource },
    fieldConfig: {
      defaults: { unit, ...(kind === "timeseries" ? { min: 0 } : {}) },
      overrides: [],
    },
    options:
      kind === "stat"
        ? { reduceOptions: { calcs: ["lastNotNull"] }, colorMode: "none", graphMode: "area" }
        : kind === "timeseries"
          ? {
              legend: { displayMode: "list", placement: "bottom" },
              tooltip: { mode: "multi", sort: "desc" },
            }
          : {},
    targets: Object.entries(queries).map(([legendFormat, expr], index) => ({
      refId: String.fromCharCode(65 + index),
      ...{ datasource, expr, legendFormat },
      ...(kind === "table" ? { format: "table" } : {}),
      ...(isNow ? { instant: kind === "table", range: kind !== "table" } : { range: true }),
    })),
  };
}
