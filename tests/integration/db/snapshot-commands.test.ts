import { afterAll, beforeAll, expect, test } from "bun:test";
import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { logLayout, mainLayout } from "#platform/db/layout";
import { migrate } from "#platform/db/migrate";
import { createSnapshotCommands } from "#platform/db/snapshot-commands";
import { readManifest } from "#platform/db/snapshot-manifest";
import { migrateJobs } from "#platform/jobs/migrate-jobs";
import { systemClock } from "#platform/kernel/clock";
import { testContext } from "../../support/job-installation.ts";
import { moduleSchemas } from "../../support/module-schemas.ts";
import { type ClonedDatabase, cloneDatabase } from "../../support/test-database.ts";
import { testRoleNames as roles } from "../../support/test-templates.ts";
import { createTypedTerminal } from "../../support/typed-terminal.ts";

const base = mkdtempSync(join(tmpdir(), "ft-snapshot-commands-"));
const directory = join(base, "whole");
const clones: ClonedDatabase[] = [];
type Pair = { readonly main: string; readonly log: string };

async function clonePair(main: "main" | "blank", log: "log" | "blank"): Promise<Pair> {
  const pair = await Promise.all([cloneDatabase(main), cloneDatabase(log)]);
  clones.push(...pair);
  return { main: pair[0].ownerUrl, log: pair[1].ownerUrl };
}

/** The exit code and what was printed. */
async function run(pair: Pair | null, name: string, ...args: readonly string[]) {
  const layout = mainLayout(moduleSchemas);
  const owner = (database: keyof Pair) => (pair ? parseConnection(pair[database]) : null);
  const [main, log] = [owner("main"), owner("log")];
  const migrateLibraries = (connection: Parameters<typeof migrateJobs>[0]) =>
    migrateJobs(connection, [], roles.app);
  const commands = createSnapshotCommands({
    main: { owner: main, layout },
    log: { owner: log, layout: logLayout },
    migrateLibraries,
    async migrateAll() {
      if (main) await migrate({ connection: main, layout, roles, migrateLibraries });
      if (log) await migrate({ connection: log, layout: logLayout, roles });
    },
    queues: () => [],
    clock: systemClock,
  });
  const lines: string[] = [];
  const command = commands.find((one) => one.name === name);
  const terminal = createTypedTerminal({ isInteractive: false });
  const code = await command?.run(testContext, args, (line) => void lines.push(line), terminal);
  return [code, lines.join("\n")] as const;
}

const schemasOf = async (url: string) => {
  const sql = postgres({ ...postgresJsOptions(parseConnection(url)), max: 1 });
  const rows = await sql<{ name: string }[]>`
    select nspname as name from pg_namespace
    where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1`;
  await sql.end();
  return rows.map(({ name }) => name);
};

let target: Pair;
let before: string[][];
beforeAll(async () => {
  const source = await clonePair("main", "log");
  expect(await run(source, "db:snapshot", directory)).toEqual([
    0,
    expect.stringMatching(/: \d+ tables, \d+ rows$/),
  ]);
  target = await clonePair("blank", "blank");
  before = [await schemasOf(target.main), await schemasOf(target.log)];
}, 60_000);
afterAll(async () => {
  await Promise.all(clones.map((clone) => clone.close()));
  rmSync(base, { recursive: true, force: true });
}, 30_000);

test("a snapshot is of both databases", () => {
  expect(readdirSync(directory).sort()).toEqual(["log", "main"]);
  expect(Object.keys(readManifest(join(directory, "log")).migrations)).toEqual(["log"]);
  expect(Object.keys(readManifest(join(directory, "main")).migrations)).toContain("platform");
});

test("when one cannot be restored, neither is: the same databases take a whole snapshot then", async () => {
  for (const broken of ["main", "log"]) {
    const copy = join(base, `broken-${broken}`);
    cpSync(directory, copy, { recursive: true });
    const file = readdirSync(join(copy, broken)).find((name) => name.endsWith(".copy"));
    appendFileSync(join(copy, broken, file ?? "manifest.json"), "x");
    await expect(run(target, "db:restore", copy)).rejects.toThrow(/damaged/);
    expect([await schemasOf(target.main), await schemasOf(target.log)]).toEqual(before);
  }
  expect(await run(target, "db:restore", directory)).toEqual([
    0,
    expect.stringContaining("jobs:resume"),
  ]);
  expect(await schemasOf(target.main)).toContain("identity");
  expect(await schemasOf(target.log)).toContain(logLayout.schemas[0]?.name ?? "");
}, 60_000);

test("without the owners' addresses it says which are needed", async () => {
  for (const name of ["db:snapshot", "db:restore"])
    expect(await run(null, name, directory)).toEqual([
      2,
      expect.stringContaining("LOG_DATABASE_MIGRATE_URL"),
    ]);
});
