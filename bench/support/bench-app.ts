import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type postgres from "postgres";
import { parseConnection } from "#platform/db/connection";
import { openEmbeddedPostgres } from "#platform/db/embedded";
import { logLayout, mainLayout } from "#platform/db/layout";
import { migrate } from "#platform/db/migrate";
import { migrateJobs } from "#platform/jobs/migrate-jobs";
import { keyPurposes } from "#platform/keyring/key-entries";
import { rotateKey } from "#platform/keyring/keyring";
import { moduleSchemas } from "../../tests/support/module-schemas.ts";
import { createTestClock, openTestApp, type TestApp } from "../../tests/support/test-app.ts";
import type { TestDatabaseKind } from "../../tests/support/test-templates.ts";
import { testRoleNames } from "../../tests/support/test-templates.ts";

/**
 * The application in production, in this process and behind a real socket, on a cluster of its own that is set up as the
 * server sets up its own; `settings` of PostgreSQL win. Time stands still, so that tokens do not expire.
 */
export async function openBenchApp(
  settings: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly api: TestApp; readonly directory: string; close(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), "fintrack-bench-"));
  const quiet = { info: () => {}, warn: (message: string) => console.error(message) };
  const embedded = await openEmbeddedPostgres({
    ...{ dataDir: directory, mode: "server", log: quiet, settings },
  });
  const database = (kind: TestDatabaseKind) => ({
    name: kind,
    url: (role: "owner" | "app" | "relay" | "reader" | "launcher") => {
      if (role === "launcher") throw new Error("the launcher keeps to itself");
      return embedded.url(role, kind);
    },
    ownerUrl: embedded.url("owner", kind),
    appUrl: embedded.url("app", kind),
    close: async () => {},
  });
  const [main, log] = [database("main"), database("log")];
  await migrate({
    connection: parseConnection(main.ownerUrl),
    ...{ layout: mainLayout(moduleSchemas), roles: testRoleNames },
    migrateLibraries: (owner: postgres.Sql) => migrateJobs(owner, [], testRoleNames.app),
  });
  await migrate({
    connection: parseConnection(log.ownerUrl),
    ...{ layout: logLayout, roles: testRoleNames },
  });

  const clock = createTestClock();
  const keyring = join(directory, "bench-keyring.json");
  // As an operator would: a production start makes no keys by itself.
  for (const purpose of Object.keys(keyPurposes)) rotateKey(keyring, purpose, { clock });
  const api = await openTestApp({
    ...{ clock, databases: { main, log } },
    environment: {
      ...{ FINTRACK_ENV: "production", KEYRING_FILE: keyring },
      ...{ METRICS_TOKEN: "a token for the bench", MAIL_FROM: "FinTrack <no-reply@example.org>" },
      ...{ READS_PER_MINUTE: "100000000", ...environment },
    },
  });
  return {
    ...{ api, directory },
    async close() {
      await api.close();
      await embedded.close();
      rmSync(directory, { recursive: true, force: true });
      // Bun may hold a process for ever that answered a client who hung up (wrk does at its end). Nothing is open here.
      setTimeout(() => process.exit(), 1_000).unref();
    },
  };
}
