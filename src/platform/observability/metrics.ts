import * as prometheus from "prom-client";
import { within } from "../jobs/within.ts";

/**
 * What a scrape waits for all its readings, which begin together. Prometheus gives up after ten seconds and then knows
 * nothing of the process, also not which of its databases hangs; checks of health answer within two.
 */
const readTimeoutMs = 3_000;

/** One value for each declared label name. Values come from code, never from a request. */
export type Labels<L extends string> = Readonly<Record<L, string>>;

export type MetricOptions<L extends string> = {
  /** `fintrack_<area>_<what>_<unit>`; a counter's ends in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly L[];
};

export type Counter<L extends string> = { increment(labels: Labels<L>, by?: number): void };
export type Gauge<L extends string> = { set(labels: Labels<L>, value: number): void };
export type Histogram<L extends string> = {
  observe(labels: Labels<L>, value: number): void;
  /** The way to observe under fixed labels, resolved once: for hot paths. */
  child(labels: Labels<L>): (value: number) => void;
};
export type Reading<L extends string> = { readonly labels: Labels<L>; readonly value: number };

type Read<L extends string> = () => Iterable<Reading<L>> | Promise<Iterable<Reading<L>>>;

/** A registry of its own (nothing global) and the ways to add to it. The same name twice throws. */
export type Metrics = {
  counter<const L extends string = never>(options: MetricOptions<L>): Counter<L>;
  gauge<const L extends string = never>(options: MetricOptions<L>): Gauge<L>;
  /** `buckets`: upper bounds in the metric's unit, ascending. */
  histogram<const L extends string = never>(
    options: MetricOptions<L> & { readonly buckets: readonly number[] },
  ): Histogram<L>;
  /**
   * A gauge (or a counter that somebody else counts) whose values are read when they are scraped. When `read` fails or
   * takes longer than three seconds, the metric is left out and the failure counted; one that takes longer than until
   * the next scrape is not begun a second time.
   */
  reading<const L extends string = never>(
    options: MetricOptions<L> & { readonly type: "gauge" | "counter" },
    read: Read<L>,
  ): void;
  /** Everything in the Prometheus text format 0.0.4. */
  exposition(): Promise<string>;
};

/** The content type of {@link Metrics.exposition}. */
export const expositionContentType = "text/plain; version=0.0.4; charset=utf-8";

export function createMetrics(): Metrics {
  const registry = new prometheus.Registry();
  const common = <L extends string>({ name, help, labels }: MetricOptions<L>) => ({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
  });
  const failedReadings = new prometheus.Counter({
    name: "fintrack_metrics_failed_readings_total",
    help: "Readings that threw or took too long while they were scraped; their metric is left out.",
    labelNames: ["metric"],
    registers: [registry],
  });
  /** One reading that fails or hangs must not hide all others. */
  function tried<L extends string>(metric: string, read: Read<L>): () => Promise<Reading<L>[]> {
    let running: Promise<Reading<L>[]> | undefined;
    const begin = async () => [...(await read())];
    return async () => {
      running ??= begin().finally(() => {
        running = undefined;
      });
      const readings = await within(running, readTimeoutMs, null).catch(() => null);
      if (readings === null) failedReadings.inc({ metric });
      return readings ?? [];
    };
  }
  return {
    counter(options) {
      const counter = new prometheus.Counter(common(options));
      return { increment: (labels, by = 1) => counter.inc(labels, by) };
    },
    gauge(options) {
      const gauge = new prometheus.Gauge(common(options));
      return { set: (labels, value) => gauge.set(labels, value) };
    },
    histogram(options) {
      const histogram = new prometheus.Histogram({
        ...common(options),
        buckets: [...options.buckets],
      });
      return {
        observe: (labels, value) => histogram.observe(labels, value),
        child: (labels) => histogram.labels(labels).observe,
      };
    },
    reading(options, read) {
      const readAll = tried(options.name, read);
      if (options.type === "gauge")
        new prometheus.Gauge({
          ...common(options),
          async collect() {
            const readings = await readAll();
            this.reset();
            if (isLeftOut(options, readings)) this.remove();
            for (const { labels, value } of readings) this.set(labels, value);
          },
        });
      else
        new prometheus.Counter({
          ...common(options),
          async collect() {
            const readings = await readAll();
            this.reset();
            if (isLeftOut(options, readings)) this.remove();
            for (const { labels, value } of readings) this.inc(labels, value);
          },
        });
    },
    exposition: () => registry.metrics(),
  };
}

/** Without labels the library shows 0 for what nobody has said: "no lag" instead of "unknown". */
const isLeftOut = (
  { labels }: { readonly labels: readonly string[] },
  readings: readonly unknown[],
): boolean => labels.length === 0 && readings.length === 0;
