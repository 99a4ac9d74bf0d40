import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ratesChannel } from "#modules/currency/storage/rate.repository";
import { dashboards } from "../../../scripts/dashboards/dashboards.ts";
import { person } from "../../../scripts/demo/person.ts";
import { rules } from "../../support/alert-rules.ts";
import { eventually } from "../../support/eventually.ts";
import { hasWatchers, metricsIn } from "../../support/prometheus-server.ts";
import { openWatchedSystem, type WatchedSystem } from "../../support/watched-system.ts";

const startTimeoutMs = 600_000;
const soonMs = 180_000;

/** What cAdvisor 0.55 has (https://github.com/google/cadvisor/blob/v0.55.1/docs/storage/prometheus.md); it needs cgroups that are not here. */
const ofCadvisor = [
  "container_cpu_usage_seconds_total",
  "container_cpu_cfs_throttled_seconds_total",
  "container_memory_working_set_bytes",
  "container_oom_events_total",
];
/** Panels of what did not happen: a rate that was refused, a container. */
const empty = ["Rates refused", "Failures of backups and drills"];

const panels = dashboards.flatMap(({ title, panels }) =>
  panels.map((panel) => ({ ...panel, title: `${title}: ${panel.title}` })),
);
const queries = panels.flatMap(({ title, queries }) =>
  Object.values(queries).map((expr) => ({ title, expr })),
);
const isOfContainers = (expr: string) => metricsIn(expr).some((name) => ofCadvisor.includes(name));

let system: WatchedSystem;
const fires = (alert: string, timeoutMs = soonMs) =>
  eventually(
    `${alert} fires`,
    async () => (await system.prometheus.firing()).includes(alert),
    timeoutMs,
  );
const ends = (alert: string) =>
  eventually(
    `${alert} is over`,
    async () => !(await system.prometheus.firing()).includes(alert),
    soonMs,
  );

describe.skipIf(!hasWatchers)("Prometheus beside the whole system", () => {
  beforeAll(async () => {
    // A minute, and five of them, are long for a test.
    system = await openWatchedSystem((text) =>
      text.replace("fintrack_audit_lag_seconds:min > 60", "fintrack_audit_lag_seconds:min > 2"),
    );
    await system.useIt();
    await eventually(
      "a report is counted",
      async () => (await system.prometheus.query("fintrack_reports_total")).length > 0,
      soonMs,
    );
  }, startTimeoutMs);
  afterAll(() => system?.close(), startTimeoutMs);

  test("has every metric that a panel or a rule names", async () => {
    const { prometheus } = system;
    const recorded = rules.flatMap(({ record }) => record ?? []);
    const asked = [
      ...queries,
      ...rules.map(({ alert, record, expr }) => ({ title: alert ?? record ?? "", expr })),
    ];
    const unknown = async () => {
      const known = new Set([...(await prometheus.names()), ...recorded, ...ofCadvisor, "ALERTS"]);
      // A histogram or a counter without a sample is known by its family.
      const exists = (name: string) =>
        known.has(name) || known.has(name.replace(/_(bucket|sum|count)$/, ""));
      return asked.flatMap(({ title, expr }) =>
        metricsIn(expr).flatMap((name) => (exists(name) ? [] : [`${title}: ${name}`])),
      );
    };
    // On a busy machine not all of them were asked in time at once.
    await eventually("all are known", async () => (await unknown()).length === 0).catch(() => {});
    expect(await unknown()).toEqual([]);
    expect(asked.every(({ expr }) => metricsIn(expr).length > 0)).toBe(true);
  });

  test(
    "answers every panel, and shows something in each after some use",
    async () => {
      for (const { title, expr } of queries) {
        const answer = await system.prometheus.query(expr);
        if (isOfContainers(expr) || empty.some((name) => title.endsWith(name))) continue;
        expect([title, expr, answer.length]).toEqual([title, expr, expect.any(Number)]);
        if (answer.length === 0)
          await eventually(
            `data for ${title}: ${expr}`,
            async () => (await system.prometheus.query(expr)).length > 0,
          );
      }
    },
    startTimeoutMs,
  );

  test("computes every rule", async () => {
    for (const { expr } of rules) await system.prometheus.query(expr);
    expect(await system.prometheus.query("prometheus_rule_evaluation_failures_total > 0")).toEqual(
      [],
    );
  });

  test("counted what people did, each thing once", async () => {
    const sum = async (expr: string) => {
      const [sample] = await system.prometheus.query(`sum(${expr})`);
      return Number(sample?.value[1] ?? 0);
    };
    const one = "select count(*)::int as n from";
    const count = async (from: string) =>
      Number((await system.sql.unsafe(`${one} ${from}`))[0]?.["n"]);
    const agree = (counter: string, rows: string) =>
      eventually(
        `${counter} counts ${rows}`,
        async () => (await sum(counter)) === (await count(rows)),
        soonMs,
      );
    await agree('fintrack_registrations_total{step="completed"}', "identity.users");
    await agree("fintrack_debt_steps_total", "gbs.custody_entries");
    await agree("fintrack_transactions_created_total", "ledger.transactions");
    expect(await sum('fintrack_sign_ins_total{outcome="ok"}')).toBeGreaterThan(0);
  });

  test("logged a line of JSON for each request: which, by whom, how long, and nothing of what was said", () => {
    const lines = system.log();
    const requests = lines.flatMap((line) => {
      const parsed = line.startsWith("{") ? JSON.parse(line) : {};
      return parsed.msg === "request" ? [parsed] : [];
    });
    expect(requests.length).toBeGreaterThan(50);
    const allowed = ["actorId", "bytes", "clientRequestId", "level", "method", "ms", "msg"];
    for (const request of requests) {
      expect(request).toMatchObject({
        ...{
          method: expect.stringMatching(/^[A-Z]+$/),
          route: expect.stringMatching(/^(\/|unmatched)/),
        },
        ...{ status: expect.any(Number), ms: expect.any(Number) },
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      });
      const others = Object.keys(request)
        .filter((name) => !allowed.includes(name))
        .sort();
      expect(others).toEqual(["requestId", "route", "status", "time"]);
    }
    expect(requests.some(({ actorId }) => typeof actorId === "string")).toBe(true);
    const said = [person.password, person.email, "amount=10", "Bearer ", "eyJ"];
    expect(said.filter((text) => lines.some((line) => line.includes(text)))).toEqual([]);
  });

  test(
    "says that no backup was made, and is content once there is one",
    async () => {
      await fires("BackupOld");
      await system.sql`
      insert into platform.backup_states (kind, succeeded_at, failures) values ('backup', now(), 0)
      on conflict (kind) do update set succeeded_at = now()`;
      await ends("BackupOld");
      await system.sql`update platform.backup_states set succeeded_at = now() - interval '27 hours'`;
      await fires("BackupOld");
    },
    startTimeoutMs,
  );

  test(
    "says that rates are stale",
    async () => {
      await ends("RatesStale");
      await system.sql`
      update currency.rates set first_seen = first_seen - interval '9 days', last_seen = last_seen - interval '9 days'`;
      await system.sql`select pg_notify(${ratesChannel}, '')`;
      await fires("RatesStale");
    },
    startTimeoutMs,
  );

  test(
    "says that LogDB is down and the trail behind, and that both are over",
    async () => {
      await ends("LogDatabaseDown");
      await system.allowLogDatabase(false);
      await fires("LogDatabaseDown");
      await fires("AuditLag");
      await system.allowLogDatabase(true);
      await ends("LogDatabaseDown");
      await ends("AuditLag");
    },
    startTimeoutMs,
  );

  test(
    "says that jobs are due and nobody takes them",
    async () => {
      await system.stopWorker();
      await fires("WorkerDown");
      await fires("AuditRelayDown");
      await system.sql`
      insert into pgboss.job (name, data, start_after, created_on, policy)
      values ('reports.make', '{}', now() - interval '6 minutes', now() - interval '6 minutes', 'standard')`;
      await fires("QueueOld");
    },
    startTimeoutMs,
  );

  test(
    "says that the API is down",
    async () => {
      await ends("ApiDown");
      await system.stopApi();
      await fires("ApiDown");
    },
    startTimeoutMs,
  );
});
