import { randomBytes } from "node:crypto";
import { type OpenDatabase, openDatabase } from "#platform/db/client";
import { connectionUrl, parseConnection } from "#platform/db/connection";
import { type Clock, systemClock } from "#platform/kernel/clock";
import { attachCluster } from "./shared-cluster.ts";
import type { TestRole } from "./test-cluster.ts";
import { testKeyring } from "./test-keyring.ts";
import { type TestDatabaseKind, templateName } from "./test-templates.ts";

/** A migrated database of its own for one test file. */
export type ClonedDatabase = {
  readonly name: string;
  /** The address of a role in it. `launcher` is the superuser. */
  url(role: TestRole): string;
  readonly ownerUrl: string;
  readonly appUrl: string;
  /** Drops it, with whoever is still connected. */
  close(): Promise<void>;
};

export type TestDatabase = ClonedDatabase & {
  /** As the app sees it, under the role `fintrack_app`. */
  readonly database: OpenDatabase;
};

const poolSize = 8;

/** Clones the template of MainDB and opens it as the app does. Close it in `afterAll`. */
export async function openTestDatabase(
  options: { readonly clock?: Clock; readonly poolSize?: number } = {},
): Promise<TestDatabase> {
  const clone = await cloneDatabase("main");
  const database = openDatabase({
    connection: parseConnection(clone.appUrl),
    poolSize: options.poolSize ?? poolSize,
    processId: `test-${process.pid}`,
    keyring: testKeyring,
    clock: options.clock ?? systemClock,
  });
  return {
    ...clone,
    database,
    async close() {
      await database.close();
      await clone.close();
    },
  };
}

/** A copy of the migrated MainDB or LogDB, or (`blank`) of a MainDB as the launcher hands it to the migrations. */
export async function cloneDatabase(kind: TestDatabaseKind | "blank"): Promise<ClonedDatabase> {
  const { addresses, launcher } = await attachCluster();
  const name = `test_${kind}_${randomBytes(6).toString("hex")}`;
  const template = kind === "blank" ? "main" : templateName(kind);
  await launcher.unsafe(
    `create database ${name} template ${template} strategy file_copy owner fintrack_owner`,
  );
  const url = (role: TestRole) =>
    connectionUrl({ ...parseConnection(addresses[role]), database: name });
  return {
    name,
    url,
    ownerUrl: url("owner"),
    appUrl: url("app"),
    async close() {
      await launcher.unsafe(`drop database if exists ${name} with (force)`);
    },
  };
}
