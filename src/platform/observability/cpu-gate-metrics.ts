import type { CpuGateLoad } from "../cpu-gate.ts";
import type { Metrics } from "./metrics.ts";

/** Shows what keeps the cores busy, as it is at the moment of a scrape. */
export function watchCpuGate(metrics: Metrics, gate: { load(): CpuGateLoad }): void {
  const show = (
    type: "gauge" | "counter",
    name: string,
    help: string,
    value: (load: CpuGateLoad) => number,
  ) =>
    metrics.reading({ type, name, help, labels: [] }, () => [
      { labels: {}, value: value(gate.load()) },
    ]);
  show("gauge", "fintrack_cpu_gate_running", "Hashes being computed.", (load) => load.running);
  show("gauge", "fintrack_cpu_gate_waiting", "Hashes waiting for a core.", (load) => load.waiting);
  show(
    "counter",
    "fintrack_cpu_gate_refused_total",
    "Hashes refused with 503: too many waited, or for too long.",
    (load) => load.refused,
  );
}
