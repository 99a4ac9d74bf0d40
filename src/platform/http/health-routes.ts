import { Elysia, t } from "elysia";
import { defineErrors } from "../kernel/errors.ts";
import type { Health } from "../observability/health.ts";
import { ensureExchange } from "./exchange.ts";
import { describeResponses } from "./responses.ts";

const healthErrors = defineErrors("health", {
  not_ready: { kind: "unavailable", title: "Not ready" },
});

const liveSchema = t.Object({ status: t.Literal("live", { examples: ["live"] }) });
const readySchema = t.Object({
  status: t.Literal("ready", { examples: ["ready"] }),
  checks: t.Array(
    t.Object({
      name: t.String({ examples: ["database.main"] }),
      status: t.Union([t.Literal("ok"), t.Literal("failed"), t.Literal("timed_out")], {
        description: "What is not ok although the process is ready, it can serve without.",
        examples: ["ok"],
      }),
      durationMs: t.Number({ minimum: 0, examples: [1.4] }),
    }),
  ),
});

const noStore = { "cache-control": "no-store", "content-type": "application/json" };

/**
 * `GET /health/live`: the process answers. `GET /health/ready`: all that it needs works, else 503 with the names of
 * what does not. Both are for probes: no login, no limit, any Host.
 */
export function healthRoutes(health: Health) {
  return new Elysia({ name: "platform.health", prefix: "/health" })
    .get(
      "/live",
      ({ request, route }) => {
        ensureExchange(request).route = route;
        return new Response('{"status":"live"}', { headers: noStore });
      },
      {
        detail: {
          operationId: "isLive",
          tags: ["Health"],
          summary: "Whether the process answers",
          security: [],
          responses: describeResponses({ 200: liveSchema }, [500]),
        },
      },
    )
    .get(
      "/ready",
      async ({ request, route }) => {
        ensureExchange(request).route = route;
        const { status, checks } = await health.readiness();
        if (status === "ready")
          return new Response(JSON.stringify({ status, checks }), { headers: noStore });
        if (status === "draining") throw healthErrors.fail("not_ready", "Shutting down.");
        const failing = checks.filter((check) => check.status !== "ok").map((check) => check.name);
        throw healthErrors.fail("not_ready", `Does not work: ${failing.join(", ")}.`, {
          meta: { failing: failing.join(",") },
        });
      },
      {
        detail: {
          operationId: "isReady",
          tags: ["Health"],
          summary: "Whether requests can be served",
          description:
            "Checks the databases, the migrations, the jobs and what modules need, at most once a second.",
          security: [],
          responses: describeResponses({ 200: readySchema }, [500, 503]),
        },
      },
    );
}
