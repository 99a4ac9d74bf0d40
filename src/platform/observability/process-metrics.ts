import packageJson from "../../../package.json" with { type: "json" };
import type { Metrics } from "./metrics.ts";

const lagProbeMs = 100;
const lagBucketsSeconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/**
 * What is true of this process under Bun: memory, processor time, start, event-loop lag, build. The default metrics of
 * prom-client are not used: under Bun its heap sizes, handles, garbage collection and version are wrong or empty.
 * Returns the way to stop measuring.
 */
export function watchProcess(metrics: Metrics): () => void {
  metrics
    .gauge({
      name: "fintrack_build_info",
      help: "1, with what is running.",
      labels: ["version", "bun"],
    })
    .set({ version: packageJson.version, bun: Bun.version }, 1);
  const read = (type: "gauge" | "counter", name: string, help: string, value: () => number) =>
    metrics.reading({ type, name, help, labels: [] }, () => [{ labels: {}, value: value() }]);
  read("gauge", "process_resident_memory_bytes", "Resident memory.", () =>
    process.memoryUsage.rss(),
  );
  read("counter", "process_cpu_seconds_total", "User and system processor time.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  read(
    "gauge",
    "process_start_time_seconds",
    "When the process began, since the Unix epoch.",
    () => performance.timeOrigin / 1000,
  );
  read("gauge", "process_uptime_seconds", "For how long the process has been running.", () =>
    process.uptime(),
  );
  return watchEventLoop(metrics);
}

/** How late a timer of 100 ms fires is how long a request may wait before anybody looks at it. */
function watchEventLoop(metrics: Metrics): () => void {
  const lag = metrics
    .histogram({
      name: "fintrack_event_loop_lag_seconds",
      help: "How much later than asked a timer of 100 ms fired.",
      labels: [],
      buckets: lagBucketsSeconds,
    })
    .child({});
  let due = performance.now() + lagProbeMs;
  const timer = setInterval(() => {
    const now = performance.now();
    lag(Math.max(0, now - due) / 1000);
    due = now + lagProbeMs;
  }, lagProbeMs);
  timer.unref();
  return () => clearInterval(timer);
}
