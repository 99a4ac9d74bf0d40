import { join } from "node:path";
import { findPostmaster } from "#platform/db/embedded-postmaster";
import { eventually } from "./eventually.ts";

/** A recovery on a busy machine, and the second after which the launcher looks. */
const backTimeoutMs = 60_000;

/**
 * Kills the PostgreSQL that a launcher watches in `dataDir`. Gives what resolves when another one is ready: until then
 * processes of the killed one may live on for a moment, and even answer.
 */
export function killPostgresIn(dataDir: string): () => Promise<unknown> {
  const directory = join(dataDir, "postgres");
  const killed = findPostmaster(directory);
  if (!killed) throw new Error("it does not run");
  process.kill(killed.pid, "SIGKILL");
  return () =>
    eventually(
      "another PostgreSQL is ready",
      () => {
        const found = findPostmaster(directory);
        return found !== null && found.pid !== killed.pid && found.status === "ready";
      },
      backTimeoutMs,
    );
}
