// A process that writes into MainDB, relays, or both: `bun relay-child.ts <options as JSON>`. Made to be killed.
import { openRelay } from "#platform/audit/relay";
import { openDatabase } from "#platform/db/client";
import type { ConnectionSettings } from "#platform/db/connection";
import { systemClock } from "#platform/kernel/clock";
import { openKeyring } from "#platform/keyring/keyring";
import { createLogger } from "#platform/observability/logger";
import { systemIds } from "#platform/system";
import { seeded, writeWildly } from "./wild-writes.ts";

export type RelayChildOptions = {
  readonly keyringFile: string;
  /** Writes from this seed; null = no writes. */
  readonly writes: { readonly app: ConnectionSettings; readonly seed: number } | null;
  readonly relay: { readonly main: ConnectionSettings; readonly log: ConnectionSettings } | null;
  /** Kills itself after LogDB has committed so many batches, before MainDB hears of it. */
  readonly dieAfterBatches: number | null;
};

if (import.meta.main) await run(JSON.parse(Bun.argv[2] ?? ""));

async function run(options: RelayChildOptions): Promise<void> {
  const keyring = openKeyring(
    { source: "file", path: options.keyringFile, create: false },
    { clock: systemClock },
  );
  let batches = 0;
  if (options.relay)
    openRelay({
      ...options.relay,
      ...{ keyring, clock: systemClock, anchors: [], expectedTables: [] },
      logger: createLogger({ level: "error" }),
      monotonicMs: () => performance.now(),
      ...{ expectsOutcome: () => false, retentionMonths: 120 },
      observer: {
        stored() {
          batches += 1;
          if (batches === options.dieAfterBatches) process.kill(process.pid, "SIGKILL");
        },
        drift() {},
        checkpointAt() {},
      },
    });
  if (!options.writes) return;
  const database = openDatabase({
    ...{ connection: options.writes.app, poolSize: 8, processId: systemIds.next() },
    ...{ keyring, clock: systemClock },
  });
  await writeWildly(database, seeded(options.writes.seed), (count) =>
    process.stdout.write(`${count}\n`),
  );
  process.stdout.write("done\n");
}
