import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { YAML } from "bun";
import { prometheusDir, ruleFiles } from "./alert-rules.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";

/** Programs of Debian's packages prometheus, prometheus-alertmanager, -postgres-exporter and -node-exporter. */
export const watchers = {
  prometheus: Bun.which("prometheus"),
  alertmanager: Bun.which("prometheus-alertmanager"),
  postgresExporter: Bun.which("prometheus-postgres-exporter"),
  nodeExporter: Bun.which("prometheus-node-exporter"),
};
export const hasWatchers = Object.values(watchers).every((program) => program !== null);

type Target = { readonly targets: readonly string[]; readonly labels?: object };
type ScrapeConfig = { readonly job_name: string; readonly authorization?: object };
export type Sample = {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
};
export type PrometheusServer = {
  /** The series that a query has now. Throws what is wrong with it. */
  query(expr: string): Promise<readonly Sample[]>;
  /** Names of alerts that fire. */
  firing(): Promise<readonly string[]>;
  /** Names of metrics that were ever scraped, with samples or, as a family that has none yet, without. */
  names(): Promise<ReadonlySet<string>>;
  stop(): Promise<void>;
};

/** A process of somebody else's program; ends with `stop`. */
export function startProgram(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { stop(): Promise<void> } {
  const child = Bun.spawn([...command], {
    ...{ stdout: "ignore", stderr: "ignore", env: { PATH: process.env["PATH"] ?? "", ...env } },
  });
  return {
    async stop() {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

/**
 * Prometheus with the configuration of deploy/, but for where its targets are and how long it waits: it scrapes and looks
 * at its rules every second, and an alert fires as soon as its condition holds. `edit` changes the text of the rules.
 */
export async function startPrometheus(options: {
  readonly targets: Readonly<Record<string, readonly Target[]>>;
  readonly token: string;
  readonly edit?: (rules: string) => string;
}): Promise<PrometheusServer> {
  const directory = mkdtempSync(join(tmpdir(), "fintrack-prometheus-"));
  mkdirSync(join(directory, "rules"));
  for (const file of ruleFiles) {
    const text = readFileSync(file, "utf8").replaceAll(/^(\s+for:) .*$/gm, "$1 0s");
    writeFileSync(join(directory, "rules", basename(file)), (options.edit ?? String)(text));
  }
  writeFileSync(join(directory, "token"), options.token);
  const config = YAML.parse(readFileSync(join(prometheusDir, "prometheus.yml"), "utf8")) as {
    readonly scrape_configs: readonly ScrapeConfig[];
    readonly alerting: object;
  };
  const port = freePort();
  const own = [{ targets: [`127.0.0.1:${port}`] }];
  const jobs = config.scrape_configs.flatMap((job) => {
    const targets = job.job_name === "prometheus" ? own : options.targets[job.job_name];
    if (!targets) return [];
    const { dns_sd_configs: _, ...rest } = job as ScrapeConfig & { dns_sd_configs?: object };
    const authorization = job.authorization && { credentials_file: join(directory, "token") };
    return [{ ...rest, ...(authorization && { authorization }), static_configs: targets }];
  });
  const alertmanagers = [{ static_configs: options.targets["alertmanager"] ?? [] }];
  writeFileSync(
    join(directory, "prometheus.yml"),
    JSON.stringify({
      ...config,
      global: { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
      alerting: { alertmanagers },
      scrape_configs: jobs,
    }),
  );
  const program = startProgram([
    watchers.prometheus ?? "",
    `--config.file=${join(directory, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(directory, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  const url = `http://127.0.0.1:${port}`;

  async function ask<T>(path: string): Promise<T> {
    const answer = await fetch(url + path);
    const body = (await answer.json()) as { status: string; error?: string; data: T };
    if (body.status !== "success") throw new Error(`${path}: ${body.error}`);
    return body.data;
  }
  await eventually("a ready Prometheus", () =>
    fetch(`${url}/-/ready`).then(
      (response) => response.ok,
      () => false,
    ),
  );
  return {
    query: async (expr) =>
      (await ask<{ result: Sample[] }>(`/api/v1/query?query=${encodeURIComponent(expr)}`)).result,
    async firing() {
      type Alerts = { alerts: { state: string; labels: { alertname: string } }[] };
      const { alerts } = await ask<Alerts>("/api/v1/alerts");
      return alerts.flatMap(({ state, labels }) => (state === "firing" ? [labels.alertname] : []));
    },
    async names() {
      const sampled = await ask<string[]>("/api/v1/label/__name__/values");
      const families = await ask<Record<string, unknown>>("/api/v1/metadata");
      return new Set([...sampled, ...Object.keys(families)]);
    },
    async stop() {
      await program.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const words = new Set([
  ...["by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless"],
  ...["bool", "offset", "inf", "nan"],
]);

/** The metrics that a query reads. */
export function metricsIn(expr: string): readonly string[] {
  const bare = expr
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .replaceAll(/\{[^}]*\}/g, "")
    .replaceAll(/\[[^\]]*\]/g, "")
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, "");
  const found = [...bare.matchAll(/(?<![\w:])([a-zA-Z_:][\w:]*)(?!\s*\()(?![\w:])/g)];
  return found.flatMap(([, name = ""]) => (words.has(name.toLowerCase()) ? [] : [name]));
}
