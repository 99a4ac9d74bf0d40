import { expect, test } from "bun:test";
import { defineErrors } from "#platform/kernel/errors";
import { createMetrics } from "#platform/observability/metrics";
import {
  createRequestObserver,
  type FinishedRequest,
} from "#platform/observability/request-observer";
import { recordLog } from "../../support/log-lines.ts";

function observing(level: "debug" | "info" = "info") {
  const log = recordLog(level);
  const metrics = createMetrics();
  return { log, metrics, observer: createRequestObserver({ logger: log.logger, metrics }) };
}
const request: FinishedRequest = {
  method: "GET",
  route: "/v1/currencies/:code",
  status: 200,
  durationMs: 3.4567,
  requestId: "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21",
  clientRequestId: null,
};

test("an answer that broke off is an error, but for one that was ended on purpose", () => {
  const { log, observer } = observing();
  const errors = defineErrors("films", {
    over: { kind: "not_found", title: "Over" },
    torn: { kind: "unavailable", title: "Torn" },
  });
  observer.requestFinished({ ...request, error: errors.fail("over", "It is over.") });
  observer.requestFinished({ ...request, error: errors.fail("torn", "It is torn.") });
  observer.requestFinished({ ...request, error: new TypeError("defect") });
  expect(log.lines()).toMatchObject([
    { level: "info", msg: "answer cut short", reason: "films.over", requestId: request.requestId },
    { level: "error", msg: "answer broke off" },
    { level: "error", msg: "answer broke off" },
  ]);
});

test("a line says who asked, however it went and whatever else it says", () => {
  const { log, observer } = observing("debug");
  const actorId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e22";
  observer.requestFinished({ ...request, actorId });
  observer.requestFinished({ ...request, actorId, clientRequestId: "mine-1" });
  observer.requestFinished({ ...request, actorId, status: 503, error: new Error("away") });
  observer.requestFinished({ ...request, actorId, error: new Error("broke off") });
  observer.requestFinished({ ...request, actorId, route: "/health/live" });
  expect(log.lines().map((line) => line["actorId"])).toEqual(Array(5).fill(actorId));
  observer.requestFinished(request);
  expect(log.lines()[5]).not.toHaveProperty("actorId");
});

test("a request is one line of method, template, status, time and ids", () => {
  const { log, observer } = observing();
  observer.requestFinished({ ...request, clientRequestId: "mine-1", bytes: 12 });
  const [{ time, ...line } = {}] = log.lines();
  expect(time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  expect(line).toEqual({
    level: "info",
    method: "GET",
    route: "/v1/currencies/:code",
    status: 200,
    ms: 3.46,
    requestId: request.requestId,
    clientRequestId: "mine-1",
    bytes: 12,
    msg: "request",
  });
});

test("a failure is an error with its cause; a client's fault is not", () => {
  const { log, observer } = observing();
  observer.requestFinished({ ...request, status: 500, error: new Error("pool gone") });
  observer.requestFinished({ ...request, status: 404 });
  expect(log.lines()).toMatchObject([
    { level: "error", status: 500, err: { message: "pool gone" } },
    { level: "info", status: 404 },
  ]);
});

test("probes are silent while they succeed", () => {
  const { log, observer } = observing();
  observer.requestFinished({ ...request, route: "/health/live" });
  observer.requestFinished({ ...request, route: "/health/ready" });
  expect(log.lines()).toEqual([]);
  observer.requestFinished({ ...request, route: "/health/ready", status: 503 });
  expect(log.lines()).toMatchObject([{ level: "warn", status: 503 }]);
});

test("durations are counted by method, template and status, in seconds", async () => {
  const { metrics, observer } = observing();
  observer.requestFinished({ ...request, durationMs: 4 });
  observer.requestFinished({ ...request, durationMs: 400 });
  const text = await metrics.exposition();
  const labels = 'method="GET",route="/v1/currencies/:code",status="200"';
  expect(text).toContain(`fintrack_http_request_duration_seconds_count{${labels}} 2`);
  expect(text).toContain(`fintrack_http_request_duration_seconds_sum{${labels}} 0.404`);
  expect(text).toContain(`fintrack_http_request_duration_seconds_bucket{le="0.005",${labels}} 1`);
});

test("made-up methods and endless routes stay a bounded number of series", async () => {
  const { metrics, observer } = observing();
  for (let i = 0; i < 2500; i++) {
    observer.requestFinished({ ...request, method: `M${i}`, route: "unmatched", status: 404 });
    observer.requestFinished({ ...request, route: `/v1/${i}` });
  }
  const text = await metrics.exposition();
  const series = text.split("\n").filter((line) => line.includes("_seconds_count{"));
  expect(series.length).toBeLessThanOrEqual(2002);
  expect(text).toContain('route="overflow"');
  expect(text).not.toContain('method="M1"');
});
