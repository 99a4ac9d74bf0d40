import { expect, test } from "bun:test";
import { createHealth } from "#platform/observability/health";
import { watchHealth } from "#platform/observability/health-metrics";
import { createMetrics } from "#platform/observability/metrics";
import { recordLog } from "../../support/log-lines.ts";

const fine = async () => {};
const withHealth = (options: { timeoutMs?: number; cacheMs?: number } = {}) => {
  const log = recordLog();
  return { log, health: createHealth({ logger: log.logger, cacheMs: 0, ...options }) };
};

test("is ready when every check is fine", async () => {
  const { health } = withHealth();
  health.register({ name: "database.main", check: fine });
  health.register({ name: "jobs", check: fine });
  expect(await health.readiness()).toMatchObject({
    status: "ready",
    checks: [
      { name: "database.main", status: "ok" },
      { name: "jobs", status: "ok" },
    ],
  });
});

test("names what fails, and logs why once, and once when it is over", async () => {
  const { health, log } = withHealth();
  let down = true;
  health.register({ name: "jobs", check: fine });
  health.register({
    name: "database.log",
    check: async () => {
      if (down) throw new Error("connect to postgres://app:hunter2@db/log failed");
    },
  });
  for (let i = 0; i < 3; i++) {
    await Bun.sleep(2);
    const readiness = await health.readiness();
    expect(readiness.status).toBe("not_ready");
    expect(readiness.checks).toMatchObject([
      { status: "ok" },
      { name: "database.log", status: "failed" },
    ]);
  }
  down = false;
  await Bun.sleep(2);
  expect((await health.readiness()).status).toBe("ready");
  expect(log.lines()).toMatchObject([
    { level: "warn", check: "database.log", status: "failed" },
    { level: "info", check: "database.log" },
  ]);
  expect(log.text()).not.toContain("hunter2");
});

test("a check that throws instead of rejecting is a failed check", async () => {
  const { health } = withHealth();
  health.register({
    name: "odd",
    check: () => {
      throw new Error("at once");
    },
  });
  expect(await health.readiness()).toMatchObject({ checks: [{ status: "failed" }] });
});

test("a check that hangs is cut off, runs only once and delays nobody else", async () => {
  const { health } = withHealth({ timeoutMs: 30 });
  let started = 0;
  let release: () => void = () => {};
  health.register({ name: "jobs", check: fine });
  health.register({
    name: "stuck",
    check: () => {
      started += 1;
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    },
  });
  for (let i = 0; i < 3; i++) {
    const began = performance.now();
    const readiness = await health.readiness();
    expect(performance.now() - began).toBeLessThan(10_000); // and not for ever
    expect(readiness.checks).toMatchObject([
      { status: "ok" },
      { name: "stuck", status: "timed_out" },
    ]);
    await Bun.sleep(2);
  }
  expect(started).toBe(1);
  release();
  await Bun.sleep(2);
  const again = health.readiness();
  release();
  expect((await again).checks[1]?.status).toBe("ok");
});

test("many probes cause one run", async () => {
  const { health } = withHealth({ cacheMs: 60_000 });
  let runs = 0;
  health.register({
    name: "database.main",
    check: async () => {
      runs += 1;
      await Bun.sleep(5);
    },
  });
  await Promise.all(Array.from({ length: 200 }, () => health.readiness()));
  await health.readiness();
  expect(runs).toBe(1);
});

test("is not ready from the moment it drains, without asking anybody", async () => {
  const { health } = withHealth({ cacheMs: 60_000 });
  let runs = 0;
  health.register({
    name: "jobs",
    check: async () => {
      runs += 1;
    },
  });
  expect((await health.readiness()).status).toBe("ready");
  health.drain();
  expect(await health.readiness()).toEqual({ status: "draining", checks: [] });
  expect(runs).toBe(1);
});

test("a name is registered once", () => {
  const { health } = withHealth();
  health.register({ name: "jobs", check: fine });
  expect(() => health.register({ name: "jobs", check: fine })).toThrow("jobs");
});

test("shows each check to whoever scrapes, and none while it drains", async () => {
  const { health } = withHealth();
  const metrics = createMetrics();
  watchHealth(metrics, health);
  health.register({ name: "jobs", check: fine });
  health.register({
    name: "log database",
    check: async () => {
      throw new Error("away");
    },
  });
  const text = await metrics.exposition();
  expect(text).toContain('fintrack_health_check_ok{check="jobs"} 1');
  expect(text).toContain('fintrack_health_check_ok{check="log database"} 0');
  health.drain();
  expect(await metrics.exposition()).not.toContain("fintrack_health_check_ok{");
});
