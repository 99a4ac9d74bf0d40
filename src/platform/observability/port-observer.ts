import type { PortObserver } from "../port.ts";
import type { Metrics } from "./metrics.ts";

const durationBucketsSeconds = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

/** Times the calls that modules make of each other: what a network hop would show once one has moved out. */
export function createPortObserver(metrics: Metrics): PortObserver {
  const duration = metrics.histogram({
    name: "fintrack_port_call_duration_seconds",
    help: "Time of calls between modules.",
    labels: ["call", "outcome"],
    buckets: durationBucketsSeconds,
  });
  return {
    callStarted(name) {
      const began = performance.now();
      return (outcome) =>
        duration.observe({ call: name, outcome }, (performance.now() - began) / 1000);
    },
  };
}
