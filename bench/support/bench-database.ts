import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { currencyTables } from "#modules/currency/index";
import { type OpenDatabase, openDatabase } from "#platform/db/client";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { openEmbeddedPostgres } from "#platform/db/embedded";
import { roleName } from "#platform/db/embedded-roles";
import { mainLayout } from "#platform/db/layout";
import { migrate } from "#platform/db/migrate";
import { systemClock } from "#platform/kernel/clock";
import { openKeyring } from "#platform/keyring/keyring";

export type BenchDatabase = {
  readonly database: OpenDatabase;
  /** The owner, for bulk loads and sizes. */
  readonly owner: postgres.Sql;
  close(): Promise<void>;
};

/** A cluster of its own in a temporary directory, set up as the server sets up its own. */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), "fintrack-bench-"));
  const quiet = { info: () => {}, warn: (message: string) => console.error(message) };
  const embedded = await openEmbeddedPostgres({
    dataDir,
    mode: "server",
    log: quiet,
    settings: { max_wal_size: "4GB", maintenance_work_mem: "1GB" },
  });
  await migrate({
    connection: parseConnection(embedded.url("owner", "main")),
    layout: mainLayout([currencyTables]),
    roles: { app: roleName("app"), reader: roleName("reader"), relay: roleName("relay") },
  });
  const keyring = openKeyring(
    { source: "file", path: join(dataDir, "keys", "keyring.json"), create: true },
    { clock: systemClock },
  );
  const database = openDatabase({
    connection: parseConnection(embedded.url("app", "main")),
    poolSize: 4,
    processId: "bench",
    keyring,
    clock: systemClock,
  });
  const owner = postgres({
    ...postgresJsOptions(parseConnection(embedded.url("owner", "main"))),
    max: 1,
    onnotice: () => {},
  });
  return {
    database,
    owner,
    async close() {
      await Promise.all([database.close(), owner.end()]);
      await embedded.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
