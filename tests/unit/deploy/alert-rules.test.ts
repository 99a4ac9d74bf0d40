import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alertCases, fine, harmless } from "../../support/alert-cases.ts";
import { alerts, prometheusDir, ruleFiles, rules } from "../../support/alert-rules.ts";

const promtool = Bun.which("promtool");
const directory = mkdtempSync(join(tmpdir(), "fintrack-rules-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function run(...command: readonly string[]) {
  const child = Bun.spawn([...command], { stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, said: out + err };
}

/** Promtool compares all labels and annotations; which alerts fire is asked of the series that Prometheus makes of them. */
const firing = (minutes: number, names: readonly string[]) => ({
  expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
  eval_time: `${minutes}m`,
  exp_samples: names.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
});
/** What is broken may set off others as well. */
const fires = (minutes: number, name: string) => ({
  ...firing(minutes, [name]),
  expr: `count by (alertname) (ALERTS{alertstate="firing",alertname="${name}"}) > bool 0`,
});
const unitTest = (series: Readonly<Record<string, string>>, asked: readonly object[]) => ({
  interval: "1m",
  input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
  promql_expr_test: asked,
});

describe("the alerts", () => {
  const runbook = Bun.file("docs/runbook.md");

  test("each have a severity, a sentence and an entry of the runbook, and no entry is without its alert", async () => {
    for (const { alert, labels, annotations } of alerts) {
      expect([alert, labels?.severity]).toEqual([alert, expect.stringMatching(/^(page|warn)$/)]);
      expect(annotations?.summary).toMatch(/\.$|: \{\{.*\}\}\.$/);
      expect(annotations?.runbook_url).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
    }
    const text = await runbook.text();
    const [, part = ""] = text.split(/^## Alerts$/m);
    const entries = [...(part.split(/^## /m)[0] ?? "").matchAll(/^### (\w+)$/gm)].map(
      ([, name]) => name,
    );
    expect(entries.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  });

  test("each have a case that sets them off", () => {
    const tried = new Set(alertCases.map(({ alert }) => alert));
    expect(alerts.map(({ alert }) => alert).filter((name) => !tried.has(name))).toEqual([]);
    expect(new Set(rules.map(({ alert, record }) => alert ?? record)).size).toBe(rules.length);
  });
});

describe.skipIf(promtool === null)("with promtool", () => {
  const tool = promtool ?? "";

  test("the configuration and the rules are correct", async () => {
    const config = await run(
      tool,
      "check",
      "config",
      "--syntax-only",
      join(prometheusDir, "prometheus.yml"),
    );
    expect(config).toMatchObject({ code: 0 });
    expect(await run(tool, "check", "rules", "--lint-fatal", ...ruleFiles)).toMatchObject({
      code: 0,
    });
  });

  test("no alert fires while nothing is wrong, and each does when what it is about has happened", async () => {
    const broken = alertCases.map(({ alert, breaks, quietUntil, firesAt }) => {
      const series = Object.entries({ ...fine, ...breaks }).flatMap(([name, values]) =>
        values === null ? [] : [[name, values] as const],
      );
      return unitTest(Object.fromEntries(series), [
        ...(quietUntil === undefined ? [] : [firing(quietUntil, [])]),
        fires(firesAt, alert),
      ]);
    });
    const file = join(directory, "tests.yml");
    const quiet = harmless.map((series) =>
      unitTest({ ...fine, ...series }, [firing(20, []), firing(60, [])]),
    );
    const tests = [unitTest(fine, [firing(5, []), firing(90, [])]), ...quiet, ...broken];
    // JSON is YAML.
    await Bun.write(
      file,
      JSON.stringify({ rule_files: ruleFiles, evaluation_interval: "1m", tests }),
    );
    const { code, said } = await run(tool, "test", "rules", file);
    expect(code === 0 ? "" : said).toBe("");
  }, 180_000);
});

test.skipIf(Bun.which("amtool") === null)("the Alertmanager accepts where alerts go", async () => {
  const text = await Bun.file("deploy/alertmanager/alertmanager.yml").text();
  expect(text).toContain("url_file: /run/secrets/alert_webhook_url");
  // A file for the address is newer than Debian's amtool.
  const file = join(directory, "alertmanager.yml");
  await Bun.write(file, text.replace(/url_file: .*/, "url: http://127.0.0.1/"));
  expect(await run("amtool", "check-config", file)).toMatchObject({ code: 0 });
  const named = [...text.matchAll(/alertname=~?"([^"]+)"/g)].flatMap(([, names = ""]) =>
    names.split("|"),
  );
  expect(named.filter((name) => !alerts.some(({ alert }) => alert === name))).toEqual([]);
});
