import type { Metrics } from "./metrics.ts";

/** A pool of database connections at this moment: `inUse` of `size`; `waiting` calls have none yet. */
type PoolReading = { readonly size: number; readonly inUse: number; readonly waiting: number };

/** Shows each pool (`main.read`, `main.write`, `log`, …) as it is at the moment of a scrape. */
export function watchPools(
  metrics: Metrics,
  pools: Readonly<Record<string, () => PoolReading>>,
): void {
  const show = (name: string, help: string, value: (pool: PoolReading) => number) =>
    metrics.reading({ type: "gauge", name, help, labels: ["pool"] }, () =>
      Object.entries(pools).map(([pool, read]) => ({ labels: { pool }, value: value(read()) })),
    );
  show("fintrack_db_pool_connections", "Connections a pool may have.", (pool) => pool.size);
  show("fintrack_db_pool_connections_in_use", "Connections at work.", (pool) => pool.inUse);
  show("fintrack_db_pool_waiting_calls", "Calls without a connection.", (pool) => pool.waiting);
}
