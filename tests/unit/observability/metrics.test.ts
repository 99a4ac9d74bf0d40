import { expect, test } from "bun:test";
import { createJobObserver } from "#platform/observability/job-observer";
import { createMetrics } from "#platform/observability/metrics";
import { watchPools } from "#platform/observability/pool-metrics";
import { createPortObserver } from "#platform/observability/port-observer";
import { watchProcess } from "#platform/observability/process-metrics";
import { eventually } from "../../support/eventually.ts";
import { recordLog } from "../../support/log-lines.ts";

test("counters, gauges and histograms are exposed under their declared labels", async () => {
  const metrics = createMetrics();
  const polls = metrics.counter({
    name: "polls_total",
    help: "h",
    labels: ["provider", "outcome"],
  });
  polls.increment({ provider: "ecb", outcome: "stored" });
  polls.increment({ provider: "ecb", outcome: "stored" }, 2);
  metrics.gauge({ name: "age_seconds", help: "h", labels: [] }).set({}, 7);
  const sizes = metrics.histogram({ name: "batch", help: "h", labels: ["kind"], buckets: [1, 10] });
  sizes.observe({ kind: "a" }, 5);
  sizes.child({ kind: "a" })(50);
  const text = await metrics.exposition();
  expect(text).toContain('polls_total{provider="ecb",outcome="stored"} 3');
  expect(text).toContain("age_seconds 7");
  expect(text).toContain('batch_bucket{le="10",kind="a"} 1');
  expect(text).toContain('batch_count{kind="a"} 2');
});

test("a label that was not declared is refused", () => {
  const counter = createMetrics().counter({ name: "a_total", help: "h", labels: ["x"] });
  // @ts-expect-error: y is not declared
  expect(() => counter.increment({ x: "1", y: "2" })).toThrow();
});

test("two registries know nothing of each other, one knows each name once", async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.counter({ name: "a_total", help: "h", labels: [] });
  other.counter({ name: "a_total", help: "h", labels: [] });
  expect(() => one.counter({ name: "a_total", help: "h", labels: [] })).toThrow("a_total");
});

test("readings are taken at the scrape; one that fails is counted and hides no other", async () => {
  const metrics = createMetrics();
  let open = 3;
  metrics.reading({ type: "gauge", name: "open", help: "h", labels: ["pool"] }, () => [
    { labels: { pool: "main" }, value: open },
  ]);
  metrics.reading({ type: "counter", name: "seconds_total", help: "h", labels: [] }, () => [
    { labels: {}, value: 2.5 },
  ]);
  metrics.reading({ type: "gauge", name: "broken", help: "h", labels: [] }, () => {
    throw new Error("gone");
  });
  await metrics.exposition();
  open = 4;
  const text = await metrics.exposition();
  expect(text).toContain('open{pool="main"} 4');
  expect(text).toContain("seconds_total 2.5");
  expect(text).toMatch(/failed_readings_total\{metric="broken"\} [12]/);
});

test("a reading that hangs is left out, holds nobody up for long, and is not begun again before it ends", async () => {
  const metrics = createMetrics();
  const answer = Promise.withResolvers<void>();
  let begun = 0;
  metrics.reading({ type: "gauge", name: "hangs", help: "h", labels: [] }, async () => {
    begun += 1;
    await answer.promise;
    return [{ labels: {}, value: begun }];
  });
  metrics.reading({ type: "gauge", name: "answers", help: "h", labels: [] }, () => [
    { labels: {}, value: 1 },
  ]);
  const began = performance.now();
  const texts = await Promise.all([metrics.exposition(), metrics.exposition()]);
  expect(performance.now() - began).toBeWithin(2_900, 8_000);
  for (const text of texts) {
    expect(text).toMatch(/^answers 1$/m);
    expect(text).not.toMatch(/^hangs \d/m);
  }
  expect(begun).toBe(1);
  answer.resolve();
  await Bun.sleep(0);
  const after = await metrics.exposition();
  expect(after).toMatch(/^hangs 2$/m);
  expect(after).toMatch(/failed_readings_total\{metric="hangs"\} 2/);
});

test("what nobody can say is left out, and not 0", async () => {
  const metrics = createMetrics();
  let known = true;
  const read = () => (known ? [{ labels: {}, value: 7 }] : []);
  metrics.reading({ type: "gauge", name: "lag_seconds", help: "h", labels: [] }, read);
  metrics.reading({ type: "counter", name: "lost_total", help: "h", labels: [] }, read);
  metrics.reading({ type: "gauge", name: "broken", help: "h", labels: [] }, () => {
    throw new Error("gone");
  });
  const samples = async () =>
    (await metrics.exposition()).match(/^(lag_seconds|lost_total|broken) .*$/gm) ?? [];
  expect(await samples()).toEqual(["lag_seconds 7", "lost_total 7"]);
  known = false;
  expect(await samples()).toEqual([]);
  known = true;
  expect(await samples()).toEqual(["lag_seconds 7", "lost_total 7"]);
});

test("the process shows what is true under Bun, and no more", async () => {
  const metrics = createMetrics();
  const stop = watchProcess(metrics);
  const valueIn = (text: string, name: string) =>
    Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  await Bun.sleep(120);
  const busyUntil = performance.now() + 130;
  while (performance.now() < busyUntil); // the event loop stands still
  const text = await eventually("it has looked twice", async () => {
    const exposed = await metrics.exposition();
    return valueIn(exposed, "fintrack_event_loop_lag_seconds_count") >= 2 ? exposed : undefined;
  });
  stop();
  const value = (name: string) => valueIn(text, name);
  expect(value("process_resident_memory_bytes")).toBeWithin(10e6, 4e9);
  expect(value("process_cpu_seconds_total")).toBeGreaterThan(0.05);
  expect(value("process_start_time_seconds")).toBeWithin(
    Date.now() / 1000 - 3600,
    Date.now() / 1000,
  );
  expect(value("process_uptime_seconds")).toBeWithin(0.2, 3600);
  expect(value("fintrack_event_loop_lag_seconds_sum")).toBeGreaterThan(0.02);
  expect(text).toMatch(/fintrack_build_info\{version="\d+\.\d+\.\d+",bun="[\d.]+"\} 1/);
  for (const wrong of ["heap", "handles", "active_requests", "nodejs_version", "gc_"])
    expect(text).not.toContain(wrong);
});

test("a job is running until it has finished, and counted by how it ended", async () => {
  const log = recordLog();
  const metrics = createMetrics();
  const observer = createJobObserver({ logger: log.logger, metrics });
  observer.jobStarted("currency.refresh_rates");
  observer.jobStarted("currency.refresh_rates");
  observer.jobFinished({ name: "currency.refresh_rates", outcome: "completed", durationMs: 1500 });
  const error = new Error("feed is down");
  expect(await metrics.exposition()).toContain(
    'fintrack_jobs_running{job="currency.refresh_rates"} 1',
  );
  observer.jobFinished({
    name: "currency.refresh_rates",
    outcome: "retried",
    durationMs: 20,
    error,
  });
  observer.jobStarted("currency.refresh_rates");
  observer.jobFinished({
    name: "currency.refresh_rates",
    outcome: "failed",
    durationMs: 20,
    error,
  });
  const text = await metrics.exposition();
  expect(text).toContain('fintrack_jobs_running{job="currency.refresh_rates"} 0');
  expect(text).toContain('fintrack_jobs_total{job="currency.refresh_rates",outcome="retried"} 1');
  expect(text).toContain('fintrack_job_duration_seconds_sum{job="currency.refresh_rates"} 1.54');
  expect(log.lines()).toMatchObject([
    { level: "debug", outcome: "completed", ms: 1500 },
    { level: "warn", outcome: "retried", err: { message: "feed is down" } },
    { level: "error", outcome: "failed", err: { message: "feed is down" } },
  ]);
});

test("pools show their size, what is at work and what waits", async () => {
  const metrics = createMetrics();
  watchPools(metrics, { "main.read": () => ({ size: 10, inUse: 10, waiting: 4 }) });
  const text = await metrics.exposition();
  expect(text).toContain('fintrack_db_pool_connections{pool="main.read"} 10');
  expect(text).toContain('fintrack_db_pool_connections_in_use{pool="main.read"} 10');
  expect(text).toContain('fintrack_db_pool_waiting_calls{pool="main.read"} 4');
});

test("calls between modules are timed by outcome", async () => {
  const metrics = createMetrics();
  createPortObserver(metrics).callStarted("currency.convertMany")("failed");
  expect(await metrics.exposition()).toContain(
    'fintrack_port_call_duration_seconds_count{call="currency.convertMany",outcome="failed"} 1',
  );
});
