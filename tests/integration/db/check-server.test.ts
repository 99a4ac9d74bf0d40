import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import pg from "pg";
import postgres from "postgres";
import { checkServer, type ServerExpectations } from "#platform/db/check-server";
import {
  type ConnectionSettings,
  parseConnection,
  pgOptions,
  postgresJsOptions,
} from "#platform/db/connection";
import { eventually } from "../../support/eventually.ts";
import {
  hasServerPrograms,
  type ServerPostgres,
  startServerPostgres,
} from "../../support/server-postgres.ts";
import { type ClonedDatabase, cloneDatabase } from "../../support/test-database.ts";

const inProduction: ServerExpectations = { database: "main", purpose: "run", production: true };
const fine = { problems: [], warnings: [], isAway: false };

describe("a database that the launcher made", () => {
  let main: ClonedDatabase;
  beforeAll(async () => {
    main = await cloneDatabase("main");
  }, 60_000);
  afterAll(() => main.close());
  const check = (
    role: Parameters<ClonedDatabase["url"]>[0],
    rest: Partial<ServerExpectations> = {},
  ) => checkServer(parseConnection(main.url(role)), { ...inProduction, ...rest });

  test("is fine for the app to run on and for the owner to migrate", async () => {
    expect(await check("app")).toEqual(fine);
    expect(await check("owner", { purpose: "migrate" })).toEqual(fine);
  });

  test("may not be served in production by its owner or a superuser", async () => {
    const owner = await check("owner");
    expect(owner.problems).toHaveLength(1);
    expect(owner.problems[0]).toContain("fintrack_owner serves requests and owns database");
    const superuser = await check("launcher");
    expect(superuser.problems).toHaveLength(1);
    expect(superuser.problems[0]).toContain("is a superuser");
  });

  test("may be served by anybody in development, with a warning", async () => {
    for (const role of ["owner", "launcher"] as const) {
      const { problems, warnings } = await check(role, { production: false });
      expect(problems).toEqual([]);
      expect(warnings).toHaveLength(1);
    }
  });

  test("may not be served by a role that emits no audit messages, if it is MainDB", async () => {
    const { problems } = await check("relay");
    expect(problems).toEqual([
      expect.stringContaining("fintrack_relay may not emit audit messages"),
    ]);
    expect(await check("relay", { database: "log" })).toEqual(fine);
  });

  test("may not be migrated by a role without CREATE", async () => {
    const { problems } = await check("app", { purpose: "migrate" });
    expect(problems).toEqual([expect.stringContaining("GRANT CREATE ON DATABASE")]);
  });
});

describe("what cannot be reached is explained, without the password", () => {
  let main: ClonedDatabase;
  let app: ConnectionSettings;
  beforeAll(async () => {
    main = await cloneDatabase("main");
    app = parseConnection(main.url("app"));
  }, 60_000);
  afterAll(() => main.close());

  test.each([
    ["a wrong password", { password: "s3cret-guess" }, "the password is wrong"],
    ["an unknown role", { user: "nobody_here" }, "the password is wrong"],
    ["a database that is not there", { database: "not_there" }, "there is no such database"],
    ["a closed database", { database: "template1" }, "may not connect to this database"],
    ["a socket that is not there", { host: "/tmp/not-there" }, "there is no such socket"],
    ["a port that nobody listens on", { host: "127.0.0.1", port: 1 }, "nothing listens there"],
  ])("%s", async (_, change, why) => {
    const settings = { ...app, ...change };
    const { problems, warnings } = await checkServer(settings, inProduction);
    expect(problems).toEqual([expect.stringContaining(why)]);
    expect(problems[0]).toContain(`${settings.user}@${settings.host}:${settings.port}`);
    expect(problems[0]).not.toContain(settings.password);
    expect(warnings).toEqual([]);
  });

  test("something that says nothing", async () => {
    const silent = Bun.listen({ port: 0, hostname: "127.0.0.1", socket: { data() {} } });
    const settings = { ...app, host: "127.0.0.1", port: silent.port };
    const { problems } = await checkServer(settings, inProduction);
    expect(problems).toEqual([expect.stringContaining("it does not answer")]);
    silent.stop(true);
  }, 30_000);
});

describe.if(hasServerPrograms)("a server as a package manager installs it", () => {
  let server: ServerPostgres;
  const superuser = () => server.settings;
  const role = (user: string, database: string): ConnectionSettings => ({
    ...server.settings,
    user,
    password: "role-password",
    database,
  });
  const sql = async (database: string, text: string) => {
    const one = postgres({ ...postgresJsOptions({ ...superuser(), database }), onnotice() {} });
    await one.unsafe(text).simple();
    await one.end();
  };

  beforeAll(async () => {
    server = await startServerPostgres();
    await sql(
      "postgres",
      "create role app login password 'role-password'; create role team; " +
        "create role member login password 'role-password' in role team",
    );
    await sql("postgres", "create database main owner team");
    await sql("postgres", "create database old encoding 'SQL_ASCII' template template0");
    await sql("main", "create schema app authorization app");
    await sql("main", "create table app.t (id int); alter table app.t owner to app");
  }, 60_000);
  afterAll(() => server?.stop());

  test("has every one of its faults named at once", async () => {
    await sql("old", "create table t (id int); alter table t owner to app");
    const { problems, warnings } = await checkServer(role("app", "old"), inProduction);
    expect(problems).toEqual([
      expect.stringContaining("ENCODING 'UTF8'"),
      expect.stringContaining("owns tables (public.t)"),
      expect.stringContaining("wal_level=replica"),
    ]);
    expect(warnings).toEqual([
      expect.stringContaining("max_slot_wal_keep_size=-1"),
      expect.stringContaining("REVOKE EXECUTE"),
    ]);
  });

  test("is said to fill its disk for the audit trail until that is bounded, if it is MainDB", async () => {
    const warnings = async (database: "main" | "log") =>
      (await checkServer(role("app", "main"), { ...inProduction, database })).warnings.join();
    expect(await warnings("main")).toContain("max_slot_wal_keep_size=-1");
    expect(await warnings("log")).not.toContain("max_slot_wal_keep_size");
    await sql("main", "alter system set max_slot_wal_keep_size = '8GB'");
    await sql("main", "select pg_reload_conf()");
    await eventually("the bound holds", async () => !(await warnings("main")).includes("max_slot"));
    await sql("main", "alter system reset max_slot_wal_keep_size");
  });

  test("may not be served by a member of the owning role", async () => {
    const { problems } = await checkServer(role("member", "main"), inProduction);
    expect(problems).toContainEqual(expect.stringContaining("owns database main"));
  });

  test("may not be served by a superuser", async () => {
    const { problems } = await checkServer(superuser(), inProduction);
    expect(problems).toContainEqual(expect.stringContaining("is a superuser"));
  });

  test("is not too old, from 15 on", async () => {
    const { problems } = await checkServer(superuser(), inProduction);
    expect(problems.filter((problem) => problem.includes("or newer"))).toEqual([]);
  });

  test("is reached by both drivers under the sslmode asked for", async () => {
    const own = server.certificate;
    const modes = [
      [{ mode: "disable", rootCertificatePath: null }, "127.0.0.1", false],
      [{ mode: "require", rootCertificatePath: null }, "127.0.0.1", true],
      [{ mode: "require", rootCertificatePath: own }, "127.0.0.1", true],
      [{ mode: "verify-ca", rootCertificatePath: own }, "127.0.0.1", true],
      [{ mode: "verify-full", rootCertificatePath: own }, "localhost", true],
    ] as const;
    for (const [ssl, host, encrypted] of modes) {
      const settings = { ...superuser(), host, ssl };
      expect([ssl, await encryptionOf(settings)]).toEqual([ssl, [encrypted, encrypted]]);
    }
  });

  test("is refused when its certificate is not the one asked for", async () => {
    for (const [mode, host] of [
      ["verify-ca", "127.0.0.1"],
      ["verify-full", "localhost"],
    ] as const) {
      const ssl = { mode, rootCertificatePath: null };
      const { problems } = await checkServer({ ...superuser(), host, ssl }, inProduction);
      expect(problems).toEqual([expect.stringContaining("not one that we trust")]);
    }
    const ssl = { mode: "verify-full", rootCertificatePath: server.certificate } as const;
    const other = await checkServer({ ...superuser(), host: "127.0.0.1", ssl }, inProduction);
    expect(other.problems).toEqual([expect.stringContaining("certificate is for another host")]);
  });
});

/** Whether the connection is encrypted, as postgres.js makes it and as pg makes it. */
async function encryptionOf(settings: ConnectionSettings): Promise<boolean[]> {
  const text = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
  const ours = postgres({ ...postgresJsOptions(settings), max: 1 });
  const theirs = new pg.Client(pgOptions(settings));
  try {
    await theirs.connect();
    const [row] = await ours.unsafe(text);
    return [row?.["ssl"], (await theirs.query(text)).rows[0].ssl];
  } finally {
    await Promise.all([ours.end(), theirs.end()]);
  }
}
