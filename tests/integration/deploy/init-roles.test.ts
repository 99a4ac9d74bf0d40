import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { logLayout, mainLayout } from "#platform/db/layout";
import { migrate } from "#platform/db/migrate";
import { migrateJobs } from "#platform/jobs/migrate-jobs";
import { moduleSchemas } from "../../support/module-schemas.ts";
import { openCluster, type TestCluster } from "../../support/test-cluster.ts";
import { testRoleNames } from "../../support/test-templates.ts";

const startTimeoutMs = 60_000;
const roles = ["owner", "app", "relay", "reader", "monitor"] as const;
const names = roles.map((role) => `fintrack_${role}`);
const password = (role: string) => `${role}'s "password" $1`;

let cluster: TestCluster;
let launcher: postgres.Sql;
const databases = ["main", "log"] as const;

const settings = (role: string, database: string) => ({
  ...parseConnection(cluster.addresses.launcher),
  ...(role === "launcher" ? {} : { user: `fintrack_${role}`, password: password(role) }),
  database,
});
const connect = (role: string, database: string) =>
  postgres({ ...postgresJsOptions(settings(role, database)), max: 1, onnotice: () => {} });

/** SQLSTATE of the failure, or null. */
async function failure(role: string, database: string, sql: string): Promise<string | null> {
  const client = connect(role, database);
  try {
    await client.unsafe(sql);
    return null;
  } catch (error) {
    return String((error as { code?: unknown }).code);
  } finally {
    await client.end({ timeout: 1 });
  }
}

async function initRoles(database: string): Promise<void> {
  const { host, port, user, password: launcherPassword } = settings("launcher", database);
  const env = {
    PATH: process.env["PATH"] ?? "",
    PGHOST: host,
    PGPORT: String(port),
    PGPASSWORD: launcherPassword ?? "",
    POSTGRES_USER: user,
    POSTGRES_DB: database,
    ...Object.fromEntries(roles.map((r) => [`FINTRACK_${r.toUpperCase()}_PASSWORD`, password(r)])),
  };
  const run = Bun.spawn(["bash", "deploy/postgres/init-roles.sh"], { env, stderr: "pipe" });
  const said = await run.stderr.text();
  expect({ code: await run.exited, said }).toEqual({ code: 0, said: "" });
}

// The script is for the postgres image, which has psql; a machine that only runs tests may not.
describe.skipIf(Bun.which("psql") === null)("the roles of a PostgreSQL server of its own", () => {
  beforeAll(async () => {
    cluster = await openCluster();
    launcher = connect("launcher", "postgres");
    // As bare as a new server: what the embedded one has made goes.
    for (const name of databases) await launcher.unsafe(`drop database ${name} with (force)`);
    for (const role of roles) await launcher.unsafe(`drop role if exists fintrack_${role}`);
    for (const name of databases) await launcher.unsafe(`create database ${name}`);
    for (const name of databases) await initRoles(name);
  }, startTimeoutMs);
  afterAll(async () => {
    await launcher?.end({ timeout: 1 });
    await cluster?.stop();
  });

  test("have no power over the server", async () => {
    const found = await launcher`
      select rolname, rolsuper or rolcreatedb or rolcreaterole or rolbypassrls as power, rolreplication
      from pg_roles where rolname = any(${names}) order by rolname`;
    expect([...found]).toEqual(
      ["app", "monitor", "owner", "reader", "relay"].map((role) => ({
        rolname: `fintrack_${role}`,
        power: false,
        rolreplication: role === "relay",
      })),
    );
  });

  test("keep their passwords as SCRAM verifiers only", async () => {
    const verifiers = await launcher`
      select rolpassword from pg_authid where rolname = any(${names})`;
    for (const { rolpassword } of verifiers) expect(rolpassword).toStartWith("SCRAM-SHA-256$");
    expect(verifiers).toHaveLength(roles.length);
  });

  test("only the owner makes anything in its database", async () => {
    for (const role of ["app", "relay", "reader", "monitor"]) {
      expect(await failure(role, "main", "create schema mine")).toBeOneOf(["42501", "25006"]);
      expect(await failure(role, "main", "create table public.mine ()")).toBeOneOf([
        "42501",
        "25006",
      ]);
      expect(await failure(role, "main", "create temporary table mine ()")).toBeOneOf([
        "42501",
        "25006",
      ]);
    }
    expect(await failure("owner", "main", "create schema mine; drop schema mine")).toBeNull();
    expect(await failure("app", "postgres", "select 1")).toBe("42501");
  });

  test("only owner and app can say in the WAL who did what", async () => {
    for (const flush of ["", ", false"]) {
      const emit = `select pg_logical_emit_message(true, 'audit', 'x'${flush})`;
      for (const role of ["owner", "app"]) expect(await failure(role, "main", emit)).toBeNull();
      for (const role of ["relay", "reader", "monitor"])
        expect(await failure(role, "main", emit)).toBe("42501");
    }
  });

  test("a reader does not write, even where it may", async () => {
    expect(await failure("reader", "main", "select set_config('x.y', '1', false)")).toBeNull();
    const client = connect("reader", "main");
    const [row] = await client`show default_transaction_read_only`;
    await client.end();
    expect(row).toEqual({ default_transaction_read_only: "on" });
  });

  test(
    "are enough to migrate both databases and to use them",
    async () => {
      const common = { roles: testRoleNames };
      await migrate({
        ...common,
        connection: settings("owner", "main"),
        layout: mainLayout(moduleSchemas),
        migrateLibraries: (owner) => migrateJobs(owner, [], testRoleNames.app),
      });
      await migrate({ ...common, connection: settings("owner", "log"), layout: logLayout });
      const rows = "select count(*) from platform.idempotency_keys";
      expect(await failure("app", "main", rows)).toBeNull();
      expect(await failure("reader", "main", rows)).toBeNull();
      expect(await failure("relay", "main", rows)).toBe("42501");
      expect(await failure("monitor", "main", rows)).toBe("42501");
      const sizes = "select pg_database_size(datname) from pg_database";
      expect(await failure("monitor", "main", sizes)).toBeNull();
      expect(await failure("app", "main", "drop table platform.idempotency_keys")).toBe("42501");
    },
    startTimeoutMs,
  );

  test("are the same when made again", async () => {
    const state = () =>
      launcher`select rolname, rolsuper, rolreplication, rolconfig, rolcanlogin from pg_roles
               where rolname = any(${names}) order by 1`;
    const before = [...(await state())];
    await initRoles("main");
    expect([...(await state())]).toEqual(before);
    expect(await failure("app", "main", "select 1")).toBeNull();
  });
});
