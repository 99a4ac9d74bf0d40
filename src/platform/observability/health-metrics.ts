import type { Health } from "./health.ts";
import type { Metrics } from "./metrics.ts";

/** Shows what readiness is made of: a process that only works on jobs has no other way to say it. */
export function watchHealth(metrics: Metrics, health: Pick<Health, "readiness">): void {
  metrics.reading(
    {
      type: "gauge",
      name: "fintrack_health_check_ok",
      help: "1 for what works of all that this process needs, 0 for what fails or does not answer.",
      labels: ["check"],
    },
    async () => {
      const { checks } = await health.readiness();
      return checks.map(({ name, status }) => ({
        labels: { check: name },
        value: status === "ok" ? 1 : 0,
      }));
    },
  );
}
