import { afterAll, beforeAll, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import postgres from "postgres";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { databaseVariables } from "../../support/main-process.ts";
import { freshDataDir, runMain } from "../../support/server-process.ts";
import { cloneDatabases, closeDatabases, type TestDatabases } from "../../support/test-app.ts";

const password = "violet tractor sings at noon";
const dataDir = freshDataDir();
let databases: TestDatabases;
let sql: postgres.Sql;
beforeAll(async () => {
  databases = await cloneDatabases();
  sql = postgres({ ...postgresJsOptions(parseConnection(databases.main.ownerUrl)), max: 1 });
});
afterAll(async () => {
  await sql.end();
  await closeDatabases(databases);
  rmSync(dataDir, { recursive: true, force: true });
});

const create = (address: string, typed: string) =>
  runMain(
    ["admin:create", address],
    { DATA_DIR: dataDir, ...databaseVariables(databases, { migrate: true }) },
    typed,
  );

test("the first administrator is made through a pipe, for scripts: a name, a password, no questions", async () => {
  const none = await create("ada@example.org", "");
  expect([none.code, none.output]).toEqual([1, expect.stringContaining("no answer")]);
  const weak = await create("ada@example.org", "Ada\nadmin\nadmin\n");
  expect([weak.code, weak.output]).toEqual([1, expect.stringContaining("at least 10")]);
  expect(await sql`select 1 from identity.users`).toHaveLength(0);

  const made = await create("ada@example.org", `Ada Ünal\n${password}\n`);
  expect([made.code, made.output]).toEqual([0, expect.stringContaining("second factor")]);
  expect(made.output).not.toContain(password);
  expect(made.output).not.toContain("Display name");
  const [user] = await sql`
    select display_name, roles, password_hash from identity.users join identity.credentials on user_id = id`;
  expect(user).toMatchObject({ display_name: "Ada Ünal", roles: ["user", "admin"] });
  expect(await Bun.password.verify(password, user?.["password_hash"])).toBe(true);

  const again = await create("ADA@example.org", "yes\n");
  expect([again.code, again.output]).toEqual([1, expect.stringContaining("already")]);
}, 300_000);
