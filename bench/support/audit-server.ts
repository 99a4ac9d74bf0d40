// The application in a process of its own, on databases that are there: `bun audit-server.ts <options as JSON>`. It says
// where it listens; told "relay on" and "relay off", it says the same when that is done.
import { createInterface } from "node:readline";
import { startRelay } from "#platform/audit/start-relay";
import { openDatabase } from "#platform/db/client";
import { parseConnection } from "#platform/db/connection";
import type { DatabaseAccess } from "#platform/db/databases";
import { mainLayout } from "#platform/db/layout";
import { systemClock } from "#platform/kernel/clock";
import { createLogger } from "#platform/observability/logger";
import { createMetrics } from "#platform/observability/metrics";
import { moduleSchemas } from "../../tests/support/module-schemas.ts";
import { openTestApp } from "../../tests/support/test-app.ts";
import type { ClonedDatabase } from "../../tests/support/test-database.ts";
import { testRoleNames } from "../../tests/support/test-templates.ts";
import { openSilentDatabase } from "./silent-database.ts";

type Urls = Readonly<Record<"owner" | "app" | "relay" | "reader", string>>;
export type AuditServerOptions = {
  readonly main: Urls;
  readonly log: Urls;
  readonly keyringFile: string;
  /** Who made the tokens that it is sent. */
  readonly publicUrl: string;
  /** False: nothing is told of who changes what. */
  readonly isAudited: boolean;
};

async function run(options: AuditServerOptions): Promise<void> {
  const { main, log, keyringFile, publicUrl, isAudited } = options;
  const api = await openTestApp({
    databases: { main: databaseAt("main", main), log: databaseAt("log", log) },
    openMain: isAudited ? openDatabase : openSilentDatabase,
    environment: {
      ...{ FINTRACK_ENV: "production", KEYRING_FILE: keyringFile },
      ...{ METRICS_TOKEN: "a token for the bench", MAIL_FROM: "FinTrack <no-reply@example.org>" },
      ...{ READS_PER_MINUTE: "100000000", PUBLIC_URL: publicUrl },
    },
  });
  const start = () =>
    startRelay({
      databases: { main: accessTo(main), log: accessTo(log) },
      layout: mainLayout(moduleSchemas),
      mutations: api.app.mutations(),
      ...{ keyring: api.keyring, clock: systemClock, metrics: createMetrics() },
      logger: createLogger({ level: "warn" }),
      config: {
        audit: { onFull: "refuse", retentionMonths: 120, witness: null },
        dataDir: api.dataDir,
      },
    });
  let relay: Awaited<ReturnType<typeof startRelay>> = null;
  console.log(api.url);
  for await (const line of createInterface({ input: process.stdin })) {
    await relay?.close();
    relay = line === "relay on" ? await start() : null;
    console.log(line);
  }
  await relay?.close();
  await api.close();
  process.exit(0);
}

const databaseAt = (name: string, urls: Urls): ClonedDatabase => ({
  name,
  url(role) {
    if (role === "launcher") throw new Error("the launcher keeps to itself");
    return urls[role];
  },
  ...{ ownerUrl: urls.owner, appUrl: urls.app },
  close: async () => {},
});

const accessTo = (urls: Urls): DatabaseAccess => ({
  ...{ app: parseConnection(urls.app), owner: parseConnection(urls.owner) },
  ...{ relay: parseConnection(urls.relay), roles: testRoleNames },
});

await run(JSON.parse(Bun.argv[2] ?? ""));
