import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startServer } from "#platform/http/server";
import { createJobObserver } from "#platform/observability/job-observer";
import { createMetrics } from "#platform/observability/metrics";
import {
  type MetricsListener,
  openMetricsListener,
} from "#platform/observability/metrics-listener";
import { watchPools } from "#platform/observability/pool-metrics";
import { createPortObserver } from "#platform/observability/port-observer";
import { watchProcess } from "#platform/observability/process-metrics";
import { createRequestObserver, watchInFlight } from "#platform/observability/request-observer";
import { eventually } from "../../support/eventually.ts";
import { recordLog } from "../../support/log-lines.ts";
import { expositionFaults } from "../../support/prometheus-text.ts";

const token = "a-token-of-24-characters";
const authorization = `Bearer ${token}`;
const { logger } = recordLog();
let stopWatching: () => void;
let listener: MetricsListener;
let url: string;

beforeAll(() => {
  const metrics = createMetrics();
  stopWatching = watchProcess(metrics);
  const requests = createRequestObserver({ logger, metrics });
  const jobs = createJobObserver({ logger, metrics });
  watchPools(metrics, { "main.read": () => ({ size: 10, inUse: 1, waiting: 0 }) });
  createPortObserver(metrics).callStarted("currency.convertMany")("ok");
  requests.requestFinished({
    method: "GET",
    route: 'a"b\\c\nd',
    status: 200,
    durationMs: 1,
    requestId: "r",
  });
  jobs.jobStarted("currency.refresh_rates");
  jobs.jobFinished({ name: "currency.refresh_rates", outcome: "completed", durationMs: 5 });
  listener = openMetricsListener({ metrics, host: "127.0.0.1", port: 0, token });
  url = `http://127.0.0.1:${listener.port}`;
});
afterAll(async () => {
  stopWatching();
  await listener.close();
});

const get = (path: string, init: RequestInit = {}) => fetch(url + path, init);

describe("the metrics listener", () => {
  test("gives the metrics to whoever has the token", async () => {
    const answer = await get("/metrics", { headers: { authorization } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await answer.text()).toContain("fintrack_http_request_duration_seconds_bucket");
  });

  test("answers 401 without it, or with nearly it", async () => {
    const nearly = [
      "",
      "Bearer",
      `Bearer ${token}x`,
      `Bearer ${token.slice(1)}`,
      token,
      `Basic ${token}`,
    ];
    for (const authorization of nearly) {
      const answer = await get("/metrics", { headers: { authorization } });
      expect([authorization, answer.status]).toEqual([authorization, 401]);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      expect(await answer.text()).toBe("unauthorized\n");
    }
  });

  test("does not take the token from the address", async () => {
    expect((await get(`/metrics?token=${token}`)).status).toBe(401);
  });

  test("has nothing else: 404 for other paths, 405 for other methods", async () => {
    for (const path of ["/", "/metrics/", "/Metrics", "/health/live", "/docs", "/../etc/passwd"])
      expect((await get(path, { headers: { authorization } })).status).toBe(404);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      const answer = await get("/metrics", { method, headers: { authorization } });
      expect(answer.status).toBe(405);
      expect(answer.headers.get("allow")).toBe("GET");
    }
  });

  test("reads no body", async () => {
    const answer = await get("/metrics", {
      method: "POST",
      headers: { authorization },
      body: "x".repeat(100_000),
    }).catch(() => null);
    expect([405, 413, undefined]).toContain(answer?.status);
  });

  test("computes only so many scrapes a second", async () => {
    await Bun.sleep(1100);
    const second = () => Math.floor(performance.now() / 1000);
    const first = second();
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => get("/metrics", { headers: { authorization } })),
    );
    const served = answers.filter((answer) => answer.status === 200).length;
    // Two of them, unless the machine stands still meanwhile.
    const windows = second() - first + 1;
    expect(served).toBeWithin(1, 5 * windows + 1);
    expect(answers.filter((answer) => answer.status === 429).length).toBe(30 - served);
  });

  test("writes what Prometheus reads", async () => {
    await Bun.sleep(1100);
    const text = await (await get("/metrics", { headers: { authorization } })).text();
    expect(expositionFaults(text)).toEqual([]);
    const promtool = Bun.which("promtool");
    if (promtool === null) return;
    const checked = Bun.spawnSync([promtool, "check", "metrics"], { stdin: Buffer.from(text) });
    expect(checked.stderr.toString() + checked.stdout.toString()).toBe("");
    expect(checked.exitCode).toBe(0);
  });
});

test("requests in flight are what the server has not answered yet", async () => {
  const metrics = createMetrics();
  const answer = Promise.withResolvers<void>();
  const server = startServer({
    listener: () => answer.promise.then(() => new Response()),
    host: "127.0.0.1",
    port: 0,
    shutdownSeconds: 1,
  });
  watchInFlight(metrics, server.inFlight);
  const shown = async () =>
    /^fintrack_http_requests_in_flight (\d+)$/m.exec(await metrics.exposition())?.[1];
  expect(await shown()).toBe("0");
  const requests = [fetch(server.url), fetch(server.url)];
  await eventually("both have arrived", async () => (await shown()) === "2");
  answer.resolve();
  await Promise.all(requests);
  await eventually("both are answered", async () => (await shown()) === "0");
  await server.stop();
});

test("the exposition checker finds what is wrong", () => {
  const type = "# HELP a h\n# TYPE a counter\n";
  expect(expositionFaults(`${type}a{x="1"} 1\n`)).toEqual([]);
  expect(expositionFaults(`${type}a{x="1} 1\n`)).toHaveLength(1);
  expect(expositionFaults(`${type}a{x="1"} one\n`)).toHaveLength(1);
  expect(expositionFaults(`${type}a 1\na 2\n`)).toHaveLength(1);
  expect(expositionFaults("b 1\n")).toHaveLength(1);
  const buckets = '# HELP h h\n# TYPE h histogram\nh_bucket{le="1"} 3\nh_bucket{le="+Inf"} 2\n';
  expect(expositionFaults(`${buckets}h_sum 1\nh_count 2\n`)).toHaveLength(1);
});
