import { DrizzleQueryError } from "drizzle-orm/errors";
import { createLogger } from "../src/platform/observability/logger.ts";
import { createMetrics } from "../src/platform/observability/metrics.ts";
import { createRequestObserver } from "../src/platform/observability/request-observer.ts";

const logger = createLogger({ level: "info" });
const metrics = createMetrics();
const o = createRequestObserver({ logger, metrics });
logger.error(
  {
    err: new DrizzleQueryError(
      "select $1",
      ["MARK\n    at foo (a:1:2)"],
      Object.assign(new Error('invalid input "MARK"'), { code: "22P02" }),
    ),
    a: { password: "MARK" },
  },
  "failed postgres://u:MARK@h/db?apikey=MARK",
);
const n = Number(process.argv[2] ?? 10);
const t0 = performance.now();
for (let i = 0; i < n; i++)
  o.requestFinished({
    method: "GET",
    route: "/v1/x/:id",
    status: 200,
    durationMs: 1.2345,
    requestId: "018f-aaaa-bbbb",
    bytes: 120,
  });
const t1 = performance.now();
console.error("us per request", ((t1 - t0) * 1000) / n);
if (process.argv[3] === "throw") throw new Error("boom");
if (process.argv[3] === "exit") process.exit(3);
