import type { Config } from "../config.ts";
import type { Databases } from "../db/databases.ts";
import type { DatabaseLayout } from "../db/layout.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Keyring } from "../keyring/keyring.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import { anchorFileIn, createFileAnchor } from "./anchors.ts";
import { expectedTables } from "./drift.ts";
import { openRelay, type Relay } from "./relay.ts";
import { createRelayObserver, watchRelay } from "./relay-metrics.ts";

/** A first start waits so long for the trail to begin, so that it begins with the first change; later ones hardly at all. */
const settleTimeoutMs = 3_000;

/** The addresses of the relay's role, or null where another process relays. */
export function relayConnections({ main, log }: Pick<Databases, "main" | "log">) {
  return main.relay && log.relay ? { main: main.relay, log: log.relay } : null;
}

/** Lets this process carry changes into the audit trail, where it has the addresses; after the migrations. */
export async function startRelay(deps: {
  readonly databases: Pick<Databases, "main" | "log">;
  readonly layout: DatabaseLayout;
  /** operationIds of the routes that change something. */
  readonly mutations: ReadonlySet<string>;
  readonly keyring: Pick<Keyring, "verifyHmac" | "pairs">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly config: Pick<Config, "audit" | "dataDir">;
}): Promise<Relay | null> {
  const connections = relayConnections(deps.databases);
  if (!connections) return null;
  const { keyring, clock, logger, metrics } = deps;
  const relay = openRelay({
    ...{ ...connections, keyring, clock, logger },
    monotonicMs: () => performance.now(),
    anchors: [createFileAnchor(anchorFileIn(deps.config.dataDir))],
    expectedTables: expectedTables(deps.layout),
    retentionMonths: deps.config.audit.retentionMonths,
    expectsOutcome: (operation) => deps.mutations.has(operation),
    observer: createRelayObserver(metrics, clock),
  });
  watchRelay(metrics, relay, clock);
  await relay.settled(settleTimeoutMs);
  return relay;
}
