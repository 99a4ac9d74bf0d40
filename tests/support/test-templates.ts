import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import type postgres from "postgres";
import { parseConnection } from "#platform/db/connection";
import { logLayout, mainLayout, type RoleNames } from "#platform/db/layout";
import { migrate } from "#platform/db/migrate";
import { migrateJobs } from "#platform/jobs/migrate-jobs";
import { moduleSchemas } from "./module-schemas.ts";
import type { ClusterAddresses } from "./test-cluster.ts";

export const testDatabases = ["main", "log"] as const;
export type TestDatabaseKind = (typeof testDatabases)[number];

export const testRoleNames = {
  app: "fintrack_app",
  reader: "fintrack_reader",
  relay: "fintrack_relay",
} as const satisfies RoleNames;

const root = join(import.meta.dir, "../..");
/** Everything that decides what a migrated database looks like. */
const sources = [
  "drizzle/**/*",
  "src/platform/{attempts,audit,backup,db,jobs}/*.ts",
  "src/modules/*/storage/*.ts",
  "tests/support/{module-schemas,test-templates}.ts",
];
type Cluster = { readonly addresses: ClusterAddresses; readonly launcher: postgres.Sql };

const templateLockKey = "5120873644110592";

let version: string | undefined;

/** The template's name changes with the migrations: a shared cluster outlives an edit of them. */
export function templateName(kind: TestDatabaseKind): string {
  version ??= hashSources();
  return `template_${kind}_${version}`;
}

/**
 * Makes the migrated templates that test databases are cloned from, once; processes that come together wait.
 * `launcher`: one connection of the superuser.
 */
export async function ensureTemplates({ addresses, launcher }: Cluster): Promise<void> {
  for (const kind of testDatabases) {
    if (await exists(launcher, templateName(kind))) continue;
    await launcher`select pg_advisory_lock(${templateLockKey})`;
    try {
      if (!(await exists(launcher, templateName(kind))))
        await makeTemplate({ addresses, launcher }, kind);
    } finally {
      await launcher`select pg_advisory_unlock(${templateLockKey})`;
    }
  }
}

/** Under another name until it is whole. The cluster's own `main` and `log` bring what only a superuser can set. */
async function makeTemplate({ addresses, launcher }: Cluster, kind: TestDatabaseKind) {
  const unfinished = `unfinished_${kind}`;
  await launcher.unsafe(`drop database if exists ${unfinished} with (force)`);
  await launcher.unsafe(
    `create database ${unfinished} template ${kind} strategy file_copy owner fintrack_owner`,
  );
  await migrate({
    connection: { ...parseConnection(addresses.owner), database: unfinished },
    layout: kind === "main" ? mainLayout(moduleSchemas) : logLayout,
    roles: testRoleNames,
    ...(kind === "main" && {
      migrateLibraries: (owner: postgres.Sql) => migrateJobs(owner, [], testRoleNames.app),
    }),
  });
  await launcher.unsafe(`alter database ${unfinished} rename to ${templateName(kind)}`);
}

async function exists(launcher: postgres.Sql, name: string): Promise<boolean> {
  const [found] = await launcher`select 1 from pg_database where datname = ${name}`;
  return found !== undefined;
}

function hashSources(): string {
  const hash = createHash("sha256");
  for (const pattern of sources)
    for (const file of [...new Glob(pattern).scanSync(root)].sort())
      hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest("hex").slice(0, 12);
}
