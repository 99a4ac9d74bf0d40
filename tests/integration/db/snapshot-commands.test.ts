import { afterAll, beforeAll, expect, test } from "bun:test";
import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { logLayout } from "#platform/db/layout";
import { readManifest } from "#platform/db/snapshot-manifest";
import { blankDatabases, runSnapshotCommand } from "../../support/snapshot-installation.ts";
import { cloneDatabases, closeDatabases, type TestDatabases } from "../../support/test-app.ts";

const base = mkdtempSync(join(tmpdir(), "ft-snapshot-commands-"));
const directory = join(base, "whole");

const schemasOf = async (url: string) => {
  const sql = postgres({ ...postgresJsOptions(parseConnection(url)), max: 1 });
  const rows = await sql<{ name: string }[]>`
    select nspname as name from pg_namespace
    where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1`;
  await sql.end();
  return rows.map(({ name }) => name);
};
const allSchemas = async ({ main, log }: TestDatabases) => [
  await schemasOf(main.ownerUrl),
  await schemasOf(log.ownerUrl),
];

let target: TestDatabases;
beforeAll(async () => {
  const source = await cloneDatabases();
  expect(await runSnapshotCommand(source, "db:snapshot", directory)).toEqual({
    code: 0,
    output: expect.stringMatching(/: \d+ tables, \d+ rows$/),
  });
  await closeDatabases(source);
  target = await blankDatabases();
}, 60_000);
afterAll(async () => {
  await closeDatabases(target);
  rmSync(base, { recursive: true, force: true });
}, 60_000);

test("a snapshot is of both databases", () => {
  expect(readdirSync(directory).sort()).toEqual(["log", "main"]);
  expect(Object.keys(readManifest(join(directory, "log")).migrations)).toEqual(["log"]);
  expect(Object.keys(readManifest(join(directory, "main")).migrations)).toContain("platform");
});

test("when one cannot be restored, neither is: the same databases take a whole snapshot then", async () => {
  const before = await allSchemas(target);
  for (const broken of ["main", "log"]) {
    const copy = join(base, `broken-${broken}`);
    cpSync(directory, copy, { recursive: true });
    const file = readdirSync(join(copy, broken)).find((name) => name.endsWith(".copy"));
    appendFileSync(join(copy, broken, file ?? "manifest.json"), "x");
    await expect(runSnapshotCommand(target, "db:restore", copy)).rejects.toThrow(/damaged/);
    expect(await allSchemas(target)).toEqual(before);
  }
  expect(await runSnapshotCommand(target, "db:restore", directory)).toEqual({
    code: 0,
    output: expect.stringContaining("jobs:resume"),
  });
  const [main, log] = await allSchemas(target);
  expect(main).toContain("identity");
  expect(log).toContain(logLayout.schemas[0]?.name ?? "");
}, 60_000);

test("without the owners' addresses it says which are needed", async () => {
  for (const name of ["db:snapshot", "db:restore"] as const)
    expect(await runSnapshotCommand(null, name, directory)).toEqual({
      code: 2,
      output: expect.stringContaining("LOG_DATABASE_MIGRATE_URL"),
    });
});
