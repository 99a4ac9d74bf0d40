import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { openDatabase } from "#platform/db/client";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import type { ModuleSchema } from "#platform/db/database";
import { sqlStateOf } from "#platform/db/failures";
import { type DatabaseLayout, logLayout, mainLayout } from "#platform/db/layout";
import { type MigrateOptions, migrate, migrationState } from "#platform/db/migrate";
import { systemClock } from "#platform/kernel/clock";
import { cloneDatabase } from "../../support/test-database.ts";
import { testKeyring } from "../../support/test-keyring.ts";
import { testRoleNames } from "../../support/test-templates.ts";
import { fixtureMigrations, tillSchema } from "../../support/till.ts";

const realMigrations = mainLayout([]).migrationsRoot;
const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true });
});

let clone: Awaited<ReturnType<typeof cloneDatabase>>;
let owner: postgres.Sql;
let root: string;
let layout: DatabaseLayout;

beforeEach(async () => {
  clone = await cloneDatabase("blank");
  owner = connect(clone.ownerUrl);
  root = mkdtempSync(join(tmpdir(), "fintrack-migrations-"));
  directories.push(root);
  cpSync(join(realMigrations, "platform"), join(root, "platform"), { recursive: true });
  cpSync(join(fixtureMigrations, "till"), join(root, "till"), { recursive: true });
  layout = { ...mainLayout([tillSchema]), migrationsRoot: root };
});
afterEach(async () => {
  await owner.end();
  await clone.close();
});

const connect = (url: string) =>
  postgres({ ...postgresJsOptions(parseConnection(url)), max: 1, onnotice: () => {} });
const options = (over: Partial<MigrateOptions> = {}): MigrateOptions => ({
  connection: parseConnection(clone.ownerUrl),
  layout,
  roles: testRoleNames,
  ...over,
});
const withTill = (tables: ModuleSchema["tables"]): DatabaseLayout => ({
  ...mainLayout([{ name: "till", tables }]),
  migrationsRoot: root,
});
/** Adds a migration to a folder, `afterMs` after its last one. */
function addMigration(name: string, statement: string, afterMs = 1000): void {
  const journalFile = join(root, "till/meta/_journal.json");
  const journal = JSON.parse(readFileSync(journalFile, "utf8"));
  const last = journal.entries.at(-1);
  journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + afterMs, tag: name });
  writeFileSync(journalFile, JSON.stringify(journal));
  writeFileSync(join(root, "till", `${name}.sql`), statement);
}
const stateOf = async () => {
  const database = openDatabase({
    connection: parseConnection(clone.appUrl),
    poolSize: 2,
    processId: "state",
    keyring: testKeyring,
    clock: systemClock,
  });
  try {
    return await migrationState(database.read, layout);
  } finally {
    await database.close();
  }
};

describe("migrating", () => {
  test("applies every folder once, and the second time nothing", async () => {
    await migrate(options());
    await migrate(options());
    const applied = await owner`
      select 'platform' as folder, count(*)::int as n from drizzle.platform
      union all select 'till', count(*)::int from drizzle.till`;
    expect(applied.map(({ folder, n }) => [folder, n])).toEqual([
      ["platform", readTags("platform")],
      ["till", 1],
    ]);
    expect(await stateOf()).toEqual({ pending: [] });
  });

  test("is waited for by a second node that starts at the same time", async () => {
    let inside = 0;
    let most = 0;
    const migrateLibraries = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await Bun.sleep(50);
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => migrate(options({ migrateLibraries }))));
    expect(most).toBe(1);
    expect(await stateOf()).toEqual({ pending: [] });
  });

  test("lets the next node go on after one that failed", async () => {
    const failing = migrate(
      options({
        migrateLibraries: async () => {
          throw new Error("library");
        },
      }),
    );
    await expect(failing).rejects.toThrow("library");
    await migrate(options());
  });

  test("leaves nothing of a migration that fails halfway", async () => {
    await migrate(options());
    addMigration(
      "0001_add_broken",
      "create table till.half ();\n--> statement-breakpoint\nselect 1 / 0;",
    );
    expect(await migrate(options()).catch(sqlStateOf)).toBe("22012");
    expect(await owner`select to_regclass('till.half') as found`).toMatchObject([{ found: null }]);
    expect(await stateOf()).toEqual({ pending: ["till/0001_add_broken"] });
  });

  test("refuses a migration that was changed after it was applied, before it applies newer ones", async () => {
    await migrate(options());
    appendFileSync(join(root, "till/0000_create_till.sql"), "\n-- harmless?");
    addMigration("0001_add_note", "alter table till.accounts add note text;");
    await expect(migrate(options())).rejects.toThrow("till/0000_create_till was changed");
    expect(await columnsOf("accounts")).not.toContain("note");
    await expect(stateOf()).rejects.toThrow("till/0000_create_till was changed");
  });

  test("refuses a migration older than the newest applied, which the migrator would skip in silence", async () => {
    addMigration("0001_add_note", "alter table till.accounts add note text;", 2000);
    await migrate(options());
    const journalFile = join(root, "till/meta/_journal.json");
    const journal = JSON.parse(readFileSync(journalFile, "utf8"));
    const [first, second] = journal.entries;
    const late = { ...second, tag: "0001_add_late", when: second.when - 500 };
    journal.entries = [first, late, second];
    writeFileSync(journalFile, JSON.stringify(journal));
    writeFileSync(join(root, "till/0001_add_late.sql"), "alter table till.accounts add late text;");
    await expect(migrate(options())).rejects.toThrow("till/0001_add_late was never applied");
  });

  test("refuses a journal whose dates do not rise", async () => {
    addMigration("0001_add_note", "alter table till.accounts add note text;", 0);
    await expect(migrate(options())).rejects.toThrow("0001_add_note is not dated after");
  });

  test("tolerates that a newer release has migrated before", async () => {
    addMigration("0001_add_note", "alter table till.accounts add note text;");
    await migrate(options());
    cpSync(join(fixtureMigrations, "till"), join(root, "till"), { recursive: true });
    await migrate(options());
    expect(await stateOf()).toEqual({ pending: [] });
  });

  test("works from any directory", async () => {
    expect(logLayout.migrationsRoot.startsWith("/")).toBe(true);
    const log = await cloneDatabase("log");
    const sql = connect(log.ownerUrl);
    expect(await sql`select to_regnamespace('audit')::text as name`).toMatchObject([
      { name: "audit" },
    ]);
    await sql.end();
    await log.close();
  });
});

describe("grants", () => {
  const attempt = async (role: "app" | "reader" | "relay", statement: string) => {
    const sql = connect(clone.url(role));
    try {
      await sql.unsafe(statement);
      return "ok";
    } catch (error) {
      return sqlStateOf(error);
    } finally {
      await sql.end();
    }
  };

  test("let the app read and write, the reader read, and nobody else in", async () => {
    await migrate(options());
    const insert = "insert into till.accounts values (gen_random_uuid(), gen_random_uuid(), 0)";
    const read = "select * from till.accounts";
    expect(await attempt("app", insert)).toBe("ok");
    expect(await attempt("app", "update till.accounts set balance = 1")).toBe("ok");
    expect(await attempt("app", "delete from till.accounts")).toBe("ok");
    expect(await attempt("app", "select * from drizzle.till")).toBe("ok");
    expect(await attempt("app", "delete from drizzle.till")).toBe("42501");
    expect(await attempt("reader", read)).toBe("ok");
    expect(await attempt("reader", insert)).toMatch(/25006|42501/);
    expect(await attempt("relay", read)).toBe("42501");
  });

  test("let only those who write say who writes", async () => {
    await migrate(options());
    const forge = "select pg_logical_emit_message(true, 'audit', 'x')";
    expect(await attempt("app", forge)).toBe("ok");
    for (const role of ["reader", "relay"] as const)
      expect(await attempt(role, forge)).toBe("42501");
  });

  test("are put back when somebody widened them", async () => {
    await migrate(options());
    await owner.unsafe(
      "grant usage on schema till to fintrack_relay; grant all on till.accounts to fintrack_relay, fintrack_app, fintrack_reader",
    );
    await migrate(options());
    expect(await attempt("relay", "select * from till.accounts")).toBe("42501");
    expect(await attempt("app", "truncate till.accounts")).toBe("42501");
    expect(await attempt("app", "select * from till.accounts")).toBe("ok");
  });

  test("are put back when somebody gave more of a sequence or a column, or gave to everybody", async () => {
    addMigration("0001_add_counter", "create sequence till.counter;");
    await migrate(options());
    await owner.unsafe(`
      grant usage on schema till to fintrack_relay; grant select (id) on till.accounts to fintrack_relay;
      grant select on till.accounts to public; grant update on sequence till.counter to fintrack_app;
      grant select on till.accounts to fintrack_reader with grant option;
      revoke insert on till.accounts from fintrack_app`);
    const acls = async () =>
      owner`select relname, relacl::text, (select string_agg(attacl::text, ',') from pg_attribute where attrelid = c.oid)
        from pg_class c where relnamespace = 'till'::regnamespace and relkind in ('r', 'S') order by 1`;
    await migrate(options());
    const granted = await acls();
    expect(JSON.stringify(granted)).not.toMatch(
      /fintrack_relay|[{,]=|fintrack_reader=r\*|fintrack_app=rwU/,
    );
    const [account] = granted.filter(({ relname }) => relname === "accounts");
    expect(account?.["relacl"]).toContain("fintrack_app=arwd/");
    expect(await attempt("relay", "select id from till.accounts")).toBe("42501");
    await migrate(options());
    expect(await acls()).toEqual(granted);
  });

  test("reach the tables of later migrations", async () => {
    await migrate(options());
    addMigration(
      "0001_add_notes",
      "create table till.notes (id int primary key generated always as identity, t text);",
    );
    layout = withTill({ ...tillSchema.tables, notes: "none" });
    await migrate(options());
    expect(await attempt("app", "insert into till.notes (t) values ('x')")).toBe("ok");
  });
});

describe("the audit publication", () => {
  const published = async () =>
    (
      await owner<{ name: string; identity: string }[]>`
        select format('%s.%s', schemaname, tablename) as name, c.relreplident as identity
        from pg_publication_tables p join pg_class c on c.oid = format('%I.%I', schemaname, tablename)::regclass
        where pubname = 'fintrack_audit' order by 1`
    ).map(({ name, identity }) => [name, identity]);

  test("follows each table as it is declared, again after a change of mind", async () => {
    await migrate(options());
    expect(await published()).toEqual([
      ["till.accounts", "f"],
      ["till.postings", "d"],
    ]);
    await migrate(options({ layout: withTill({ accounts: "keys", postings: "none" }) }));
    expect(await published()).toEqual([["till.accounts", "d"]]);
    await migrate(options());
    expect(await published()).toEqual([
      ["till.accounts", "f"],
      ["till.postings", "d"],
    ]);
  });

  test.each([
    ["does not say", { accounts: "full" }, ""],
    ["till.ghosts is declared but does not exist", { ...tillSchema.tables, ghosts: "none" }, ""],
    [
      "till.keyless has no primary key",
      { ...tillSchema.tables, keyless: "full" },
      "create table till.keyless (a int);",
    ],
  ] as const)("is refused, naming the table: %s", async (message, tables, statement) => {
    if (statement) addMigration("0001_add_table", statement);
    const work = migrate(options({ layout: withTill(tables) }));
    await expect(work).rejects.toThrow(message);
  });

  test("is refused when it contains a table that is no module's", async () => {
    await migrate(options());
    await owner.unsafe(
      "create schema strange; create table strange.t (id int primary key); alter publication fintrack_audit add table strange.t",
    );
    const work = migrate(options());
    await expect(work).rejects.toThrow("strange.t is published");
  });
});

const readTags = (folder: string): number =>
  JSON.parse(readFileSync(join(root, folder, "meta/_journal.json"), "utf8")).entries.length;

const columnsOf = async (table: string) =>
  (
    await owner<{ name: string }[]>`
      select column_name as name from information_schema.columns where table_name = ${table}`
  ).map(({ name }) => name);
