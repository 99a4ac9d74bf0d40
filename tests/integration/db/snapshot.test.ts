import { afterAll, afterEach, describe, expect, test } from "bun:test";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import postgres, { type Sql } from "postgres";
import {
  type ConnectionSettings,
  parseConnection,
  postgresJsOptions,
} from "#platform/db/connection";
import { copyOut } from "#platform/db/copy-stream";
import type { DatabaseLayout } from "#platform/db/layout";
import { migrateToSnapshot } from "#platform/db/migrate-to-snapshot";
import { restoreSnapshot } from "#platform/db/restore";
import { takeSnapshot } from "#platform/db/snapshot";
import { readManifest, type SnapshotManifest } from "#platform/db/snapshot-manifest";
import { eventually } from "../../support/eventually.ts";
import { type ClonedDatabase, cloneDatabase } from "../../support/test-database.ts";

const base = mkdtempSync(join(tmpdir(), "ft-snapshot-"));
const clones: ClonedDatabase[] = [];
const clients: Sql[] = [];
let directories = 0;
const newDirectory = () => join(base, `snapshot-${++directories}`);

type Blank = {
  readonly connection: ConnectionSettings;
  readonly sql: Sql;
  readonly clone: ClonedDatabase;
};

async function blank(): Promise<Blank> {
  const clone = await cloneDatabase("blank");
  clones.push(clone);
  const connection = parseConnection(clone.ownerUrl);
  const sql = postgres({ ...postgresJsOptions(connection), max: 2, onnotice() {} });
  clients.push(sql);
  return { connection, sql, clone };
}

afterEach(async () => {
  await Promise.all(clients.splice(0).map((sql) => sql.end({ timeout: 1 })));
  await Promise.all(clones.splice(0).map((clone) => clone.close()));
}, 60_000);
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** What two migrations of a module named "shop" made, the second with a table that the first could not know. */
const shopMigrations = [
  `create schema shop;
   create table shop.customers (
     id bigint generated always as identity primary key, name text not null,
     name_length int generated always as (length(name)) stored, recommended_by bigint references shop.customers
   );
   create table shop.a_orders (id int primary key, customer bigint not null references shop.customers);
   create sequence shop.ticket;
   insert into shop.customers (name) values ('house account')`,
  `alter table shop.customers add column note text default 'none';
   create table shop.lines (order_id int references shop.a_orders, line int, primary key (order_id, line))`,
] as const;

/** A layout with these migrations of "shop" on disk. */
function layoutOf(migrations: readonly string[]): DatabaseLayout {
  const migrationsRoot = mkdtempSync(join(base, "drizzle-"));
  const folder = join(migrationsRoot, "shop");
  mkdirSync(join(folder, "meta"), { recursive: true });
  const entries = migrations.map((text, idx) => {
    const tag = `000${idx}_step`;
    writeFileSync(join(folder, `${tag}.sql`), text);
    return { idx, version: "7", when: 1_700_000_000_000 + idx, tag, breakpoints: true };
  });
  const journal = { version: "7", dialect: "postgresql", entries };
  writeFileSync(join(folder, "meta", "_journal.json"), JSON.stringify(journal));
  return {
    schemas: [{ name: "shop", tables: {} }],
    privileges: { app: [], reader: [], relay: [] },
    audited: false,
    migrationsRoot,
  };
}

/** Applies all of a layout's migrations, as a release does at its start. */
async function migrateAll(connection: ConnectionSettings, count: number = shopMigrations.length) {
  const layout = layoutOf(shopMigrations.slice(0, count));
  const { readJournal } = await import("#platform/db/journal");
  const shop = readJournal(layout, layout.schemas[0] ?? { name: "", tables: {} });
  await migrateToSnapshot({ connection, layout })({
    shop: shop.map(({ hash, when }) => ({ hash, when })),
  });
}

const migratingTo = (
  connection: ConnectionSettings,
  migrations: readonly string[] = shopMigrations,
) => ({
  migrateTo: migrateToSnapshot({ connection, layout: layoutOf(migrations) }),
});

async function filledShop(count?: number): Promise<Blank> {
  const shop = await blank();
  await migrateAll(shop.connection, count);
  const { sql } = shop;
  await sql`insert into shop.customers (name, recommended_by) values ('Ada', 1), ('Bob', 2)`;
  // Refers to a row that comes later in the file.
  await sql`update shop.customers set recommended_by = 3 where id = 2`;
  await sql`insert into shop.a_orders values (10, 2), (11, 3)`;
  await sql`select nextval('shop.ticket'), nextval('shop.ticket')`;
  return shop;
}

const messageOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "no failure",
    (error) => String(error.message),
  );

async function schemasOf(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1`;
  return rows.map(({ name }) => name);
}

describe("a snapshot", () => {
  test("restores rows, identities, generated columns and sequences into an empty database", async () => {
    const source = await filledShop();
    const directory = newDirectory();
    const manifest = await takeSnapshot(source.connection, directory);
    const target = await blank();
    await restoreSnapshot(directory, target.connection, migratingTo(target.connection));

    for (const table of ["customers", "a_orders", "lines"]) {
      const text = `select * from shop.${table} order by 1`;
      expect(await target.sql.unsafe(text)).toEqual(await source.sql.unsafe(text));
    }
    const [next] = await target.sql`
      insert into shop.customers (name) values ('Eve') returning id::int, name_length as length, note`;
    expect(next).toEqual({ id: 4, length: 3, note: "none" });
    expect(await target.sql`select nextval('shop.ticket')::int as next`).toEqual([
      { next: 3 },
    ] as never);
    expect(manifest.tables.map(({ table, rows }) => [table, rows])).toEqual([
      ["customers", 3],
      ["a_orders", 2],
      ["lines", 0],
    ]);
  });

  test("lists every migration, and keeps its files from others", async () => {
    const { connection } = await filledShop();
    const directory = newDirectory();
    const { migrations, takenAt } = await takeSnapshot(connection, directory);
    expect(migrations["shop"]).toHaveLength(2);
    expect(takenAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(directory))
      expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
  });

  test("of an older release is restored into the tables of its time, ready to migrate on", async () => {
    const source = await filledShop(1);
    const directory = newDirectory();
    await takeSnapshot(source.connection, directory);
    const target = await blank();
    await restoreSnapshot(directory, target.connection, migratingTo(target.connection));
    const columns = await target.sql<{ name: string }[]>`
      select column_name as name from information_schema.columns where table_name = 'customers'`;
    expect(columns.map(({ name }) => name)).not.toContain("note");
    await migrateAll(target.connection);
    expect(await target.sql`select note from shop.customers`).toHaveLength(3);
  });

  test("of a newer release is refused, and the database left empty", async () => {
    const source = await filledShop(2);
    const directory = newDirectory();
    await takeSnapshot(source.connection, directory);
    const target = await blank();
    const restore = restoreSnapshot(
      directory,
      target.connection,
      migratingTo(target.connection, shopMigrations.slice(0, 1)),
    );
    expect(await messageOf(restore)).toContain("does not have (number 2)");
    expect(await schemasOf(target.sql)).toEqual(await schemasOf((await blank()).sql));
  });

  test("shows one moment, whatever others write meanwhile", async () => {
    const { connection, sql } = await blank();
    await sql.unsafe(`
      create schema bank; create table bank.accounts (id int primary key, balance bigint);
      create table bank.moves (id int generated always as identity, amount bigint);
      insert into bank.accounts select n, 1000 from generate_series(1, 200) n;
      insert into bank.accounts select n, 1000 from generate_series(201, 60000) n;`);
    let stop = false;
    let transfers = 0;
    const writer = (async () => {
      while (!stop) {
        await sql.begin(async (tx) => {
          await tx`update bank.accounts set balance = balance - 1 where id = ${1 + (transfers % 100)}`;
          await tx`update bank.accounts set balance = balance + 1 where id = ${101 + (transfers % 100)}`;
          await tx`insert into bank.moves (amount) values (1)`;
        });
        transfers += 1;
      }
    })();
    while (transfers < 5) await Bun.sleep(1);
    const directory = newDirectory();
    const manifest = await takeSnapshot(connection, directory);
    const after = transfers;
    stop = true;
    await writer;
    const rows = (table: string): string[][] => {
      const file = manifest.tables.find((one) => one.table === table)?.file ?? "";
      const lines = readFileSync(join(directory, file), "utf8").split("\n").slice(0, -1);
      return lines.map((line) => line.split("\t"));
    };
    const sum = rows("accounts").reduce((total, [, balance]) => total + Number(balance), 0);
    const moved = rows("accounts")
      .filter(([id]) => Number(id) > 100 && Number(id) <= 200)
      .reduce((total, [, balance]) => total + Number(balance) - 1000, 0);
    expect(sum).toBe(60_000_000);
    expect(rows("moves").length).toBe(moved);
    expect(moved).toBeLessThanOrEqual(after);
  });

  test("waits for nobody's rows but for a table that is being altered", async () => {
    const { connection, sql } = await filledShop();
    const { promise: isAltered, resolve: altered } = Promise.withResolvers<void>();
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
    const altering = sql.begin(async (tx) => {
      await tx`alter table shop.a_orders add column extra int default 7`;
      altered();
      await mayEnd;
    });
    await isAltered;
    const taking = takeSnapshot(connection, newDirectory());
    await eventually("it waits for the table", async () => {
      const waiting = await sql`
        select 1 from pg_locks where not granted and relation = 'shop.a_orders'::regclass`;
      return waiting.length > 0;
    });
    end();
    const { tables } = await taking;
    await altering;
    expect(tables.find(({ table }) => table === "a_orders")?.columns).toContain("extra");
  });

  test("takes only the tables asked for", async () => {
    const { connection } = await filledShop();
    const { tables } = await takeSnapshot(connection, newDirectory(), {
      tables: ["shop.customers"],
    });
    expect(tables.map(({ table }) => table)).toEqual(["customers"]);
    const wrong = takeSnapshot(connection, newDirectory(), { tables: ["shop.nothing"] });
    expect(await messageOf(wrong)).toBe("There is no table shop.nothing.");
  });

  test("needs a directory of its own, and is none when it was interrupted", async () => {
    const { connection, sql, clone } = await blank();
    const directory = newDirectory();
    await sql.unsafe(`create schema big; create table big.t as
      select n, repeat(md5(n::text), 30) as filler from generate_series(1, 150000) n`);
    const taking = messageOf(takeSnapshot(connection, directory));
    const launcher = postgres({
      ...postgresJsOptions(parseConnection(clone.url("launcher"))),
      max: 1,
    });
    for (let ended = 0; ended === 0; await Bun.sleep(2)) {
      const rows = await launcher`
        select pg_cancel_backend(pid) from pg_stat_activity
        where query like 'copy %' and state = 'active' and datname = current_database()`;
      ended = rows.length;
    }
    await launcher.end();
    // Whichever is first: the cancelled copy, or a session that is closed because of it.
    expect(await taking).toMatch(/canceling statement|CONNECTION_CLOSED/);
    expect(existsSync(join(directory, "manifest.json"))).toBe(false);
    const restore = restoreSnapshot(directory, connection, migratingTo(connection));
    expect(await messageOf(restore)).toContain("is no complete snapshot");
    expect(await messageOf(takeSnapshot(connection, directory))).toContain("is not empty");
  });

  test("leaves its connection usable when a chunk cannot be written", async () => {
    const { sql } = await blank();
    const rows = "select repeat('x', 1000) from generate_series(1, 20000)";
    await sql.begin(async (tx) => {
      let chunks = 0;
      const copying = copyOut(tx, `copy (${rows}) to stdout`, async () => {
        chunks += 1;
        await Bun.sleep(5);
        if (chunks === 2) throw new Error("disk full");
      });
      expect(await messageOf(copying)).toBe("disk full");
      expect(chunks).toBe(2);
      expect(await tx`select 1`).toHaveLength(1);
    });
  });

  test("cannot be taken of tables that no order would load", async () => {
    const { connection, sql } = await blank();
    await sql.unsafe(`
      create schema ring;
      create table ring.a (id int primary key, b int); create table ring.b (id int primary key, a int references ring.a);
      alter table ring.a add constraint to_b foreign key (b) references ring.b`);
    expect(await messageOf(takeSnapshot(connection, newDirectory()))).toContain("in a circle");
    await sql.unsafe("alter table ring.a alter constraint to_b deferrable");
    await sql.begin(async (tx) => {
      await tx`set constraints all deferred`;
      await tx`insert into ring.a values (1, 1)`;
      await tx`insert into ring.b values (1, 1)`;
    });
    const directory = newDirectory();
    await takeSnapshot(connection, directory);
    const target = await blank();
    await restoreSnapshot(directory, target.connection, {
      async migrateTo() {
        await target.sql.unsafe(`create schema ring;
          create table ring.a (id int primary key, b int); create table ring.b (id int primary key, a int references ring.a);
          alter table ring.a add constraint to_b foreign key (b) references ring.b deferrable`);
      },
    });
    expect(await target.sql`select * from ring.a`).toEqual([{ id: 1, b: 1 }] as never);
  });

  test("brings partitions that no migration makes, and leaves triggers alone", async () => {
    const { connection, sql } = await blank();
    const migration = `create schema trail;
      create table trail.entries (at date not null, kind text, n int) partition by range (at);
      create function trail.refuse() returns trigger language plpgsql as $$ begin raise exception 'append only'; end $$;
      create table trail.sealed (n int)`;
    const trigger =
      "create trigger no_more before insert on trail.sealed for each row execute function trail.refuse()";
    await sql.unsafe(migration);
    await sql.unsafe(`
      create table trail.y2025 partition of trail.entries for values from ('2025-01-01') to ('2026-01-01') partition by list (kind);
      create table trail.y2025_a partition of trail.y2025 for values in ('a');
      create table trail.y2025_rest partition of trail.y2025 default;
      create table trail.y2026 partition of trail.entries for values from ('2026-01-01') to ('2027-01-01');
      insert into trail.entries values ('2025-03-01', 'a', 1), ('2025-03-01', 'b', 2), ('2026-03-01', 'a', 3);
      insert into trail.sealed values (1)`);
    await sql.unsafe(trigger);
    const directory = newDirectory();
    await takeSnapshot(connection, directory);
    const target = await blank();
    await restoreSnapshot(directory, target.connection, {
      async migrateTo() {
        await target.sql.unsafe(migration);
        await target.sql.unsafe(trigger);
      },
    });
    const text = "select tableoid::regclass::text as part, n from trail.entries order by n";
    expect(await target.sql.unsafe(text)).toEqual(await sql.unsafe(text));
    expect(await target.sql`select n from trail.sealed`).toHaveLength(1);
    expect(await messageOf(target.sql`insert into trail.sealed values (2)`)).toBe("append only");
  });
});

describe("a restore", () => {
  async function snapshotOfShop(): Promise<{ directory: string; manifest: SnapshotManifest }> {
    const { connection } = await filledShop();
    const directory = newDirectory();
    return { directory, manifest: await takeSnapshot(connection, directory) };
  }
  const fileOf = (directory: string, table: string) => {
    const { tables } = readManifest(directory);
    return join(directory, tables.find((one) => one.table === table)?.file ?? "missing");
  };
  const rewriteManifest = (directory: string, change: (manifest: never) => unknown) => {
    const path = join(directory, "manifest.json");
    writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, "utf8")) as never)));
  };

  test("refuses a database that holds tables, and changes nothing there", async () => {
    const { directory } = await snapshotOfShop();
    const target = await filledShop();
    const restore = restoreSnapshot(directory, target.connection, migratingTo(target.connection));
    expect(await messageOf(restore)).toContain("is not empty (it has the table shop.a_orders)");
    expect(await target.sql`select * from shop.customers`).toHaveLength(3);
  });

  test.each([
    ["changed by a bit", (path: string) => flip(path)],
    ["cut short", (path: string) => truncateSync(path, statSync(path).size - 1)],
    ["missing", (path: string) => rmSync(path)],
    [
      "replaced by another",
      (path: string) => copyFileSync(join(path, "..", "manifest.json"), path),
    ],
  ])("touches nothing when a file is %s", async (_, damage) => {
    const { directory } = await snapshotOfShop();
    damage(fileOf(directory, "customers"));
    const target = await blank();
    let migrated = false;
    const restore = restoreSnapshot(directory, target.connection, {
      migrateTo: async () => {
        migrated = true;
      },
    });
    expect(await messageOf(restore)).toMatch(/is damaged|cannot be read/);
    expect(migrated).toBe(false);
  });

  test.each([
    ["cut", (text: string) => text.slice(0, -20)],
    ["without its tables", (text: string) => text.replace('"tables"', '"t"')],
    [
      "leading elsewhere",
      (text: string) => text.replace(/"file": ".*?"/, '"file": "../../etc/passwd"'),
    ],
    [
      "of another format",
      (text: string) => text.replace("fintrack-snapshot/1", "fintrack-snapshot/9"),
    ],
  ])("refuses a manifest %s", async (_, damage) => {
    const { directory } = await snapshotOfShop();
    const path = join(directory, "manifest.json");
    writeFileSync(path, damage(readFileSync(path, "utf8")));
    expect(() => readManifest(directory)).toThrow(/damaged|missing|does not know/);
  });

  test("that fails in the middle leaves an empty database, whatever the failure", async () => {
    const { directory } = await snapshotOfShop();
    const empty = await schemasOf((await blank()).sql);
    const failures: [string, (target: Blank) => Promise<unknown>][] = [
      // Found when the rows arrive, and when they are all there: postgres.js hears of neither by itself.
      [
        "duplicate key",
        (target) => restoreWith(target, "create unique index on shop.a_orders ((1))"),
      ],
      [
        "violates foreign key",
        (target) =>
          restoreWith(
            target,
            "create table shop.few (id bigint primary key); alter table shop.a_orders add foreign key (customer) references shop.few",
          ),
      ],
      [
        "does not exist",
        (target) => restoreWith(target, "alter table shop.a_orders drop column customer"),
      ],
      [
        "after loading",
        (target) =>
          restoreWith(
            target,
            `create function shop.skip() returns trigger language plpgsql as $$ begin return null; end $$;
             create trigger skip before insert on shop.a_orders for each row execute function shop.skip();
             alter table shop.a_orders enable always trigger skip`,
          ),
      ],
      [
        "hook failed",
        (target) =>
          restoreSnapshot(directory, target.connection, {
            ...migratingTo(target.connection),
            afterLoad: async () => {
              throw new Error("hook failed");
            },
          }),
      ],
    ];
    for (const [message, restore] of failures) {
      const target = await blank();
      expect(await messageOf(restore(target))).toContain(message);
      expect(await schemasOf(target.sql)).toEqual(empty);
      await restoreSnapshot(directory, target.connection, migratingTo(target.connection));
      expect(await target.sql`select * from shop.customers`).toHaveLength(3);
    }

    function restoreWith(target: Blank, obstacle: string) {
      const { migrateTo } = migratingTo(target.connection);
      return restoreSnapshot(directory, target.connection, {
        async migrateTo(migrations) {
          await migrateTo(migrations);
          await target.sql.unsafe(obstacle);
        },
      });
    }
  }, 30_000);

  test("runs its last step in the transaction of the rows", async () => {
    const { directory } = await snapshotOfShop();
    const target = await blank();
    await restoreSnapshot(directory, target.connection, {
      ...migratingTo(target.connection),
      afterLoad: async (transaction) => {
        await transaction.unsafe("update shop.customers set name = 'Ada L.' where name = 'Ada'");
      },
    });
    expect(await target.sql`select 1 from shop.customers where name = 'Ada L.'`).toHaveLength(1);
  });

  test("refuses a database that was migrated otherwise", async () => {
    const { directory } = await snapshotOfShop();
    const target = await blank();
    const restore = restoreSnapshot(directory, target.connection, {
      migrateTo: () => migrateAll(target.connection, 1),
    });
    expect(await messageOf(restore)).toContain("exactly the snapshot's migrations");
  });

  test("counts rows, so that a manifest that lies is found out", async () => {
    const { directory } = await snapshotOfShop();
    rewriteManifest(directory, (manifest: SnapshotManifest) => ({
      ...manifest,
      tables: manifest.tables.map((table) => ({ ...table, rows: table.rows + 1 })),
    }));
    const target = await blank();
    const restore = restoreSnapshot(directory, target.connection, migratingTo(target.connection));
    expect(await messageOf(restore)).toContain("has 3 rows after loading; the snapshot has 4");
  });
});

function flip(path: string): void {
  const content = readFileSync(path);
  content[0] = (content[0] ?? 0) ^ 1;
  writeFileSync(path, content);
}

describe("any value", () => {
  const columns = {
    words: "text",
    letters: "varchar(40)",
    exact: "numeric",
    small: "numeric(30,10)",
    floating: "float8",
    single: "float4",
    big: "bigint",
    document: "jsonb",
    verbatim: "json",
    bytes: "bytea",
    moment: "timestamptz",
    day: "date",
    time: "time",
    span: "interval",
    list: "text[]",
    grid: "int[]",
    flag: "boolean",
    id: "uuid",
    address: "inet",
    range: "tstzrange",
    kind: "odd.kind",
  } as const;
  const awkward = fc.constantFrom(
    "",
    "\\N",
    "\\",
    "\\.",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\b\f\v",
    "NULL",
    "null",
    "'\"",
    "{}",
    "{NULL}",
    ",",
    "\\\\N",
    "\\x41",
    " ",
    "\u0001",
    "\u007f",
    "İıß",
    "𝒳",
    "\u202e",
    "e\u0301",
    "\ufeff",
    "a\\\nb\tc",
  );
  const words = fc
    .oneof(
      awkward,
      fc.string({ unit: "grapheme", maxLength: 30 }),
      fc.array(awkward).map((all) => all.join("")),
    )
    .filter((text) => !text.includes("\0") && text.isWellFormed());
  const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const numeric = fc.oneof(
    fc.constantFrom(
      "NaN",
      "Infinity",
      "-Infinity",
      "0.0000",
      "-0",
      "1e1000",
      "1e-1000",
      `${"9".repeat(200)}.${"9".repeat(200)}`,
    ),
    fc.tuple(fc.bigInt(), fc.nat()).map(([whole, part]) => `${whole}.${part}`),
  );
  const optional = (values: fc.Arbitrary<string>) =>
    fc.option(values.map(literal)).map((value) => value ?? "null");
  const row = fc.record({
    words: optional(words),
    letters: optional(words.map((text) => [...text].slice(0, 40).join(""))),
    exact: optional(numeric),
    small: optional(
      fc
        .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.nat(999_999_999))
        .map(([a, b]) => `${a}.${b}`),
    ),
    floating: optional(fc.double().map(String)),
    single: optional(fc.float().map(String)),
    big: optional(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)),
    document: optional(
      fc
        .jsonValue()
        .map((value) => JSON.stringify(value).replaceAll("\\u0000", ""))
        .filter(isStorableJson),
    ),
    verbatim: optional(words.map((text) => `{ "b": ${JSON.stringify(text)},  "a":1, "b":2 }`)),
    bytes: optional(fc.uint8Array().map((bytes) => `\\x${Buffer.from(bytes).toString("hex")}`)),
    moment: optional(
      fc.constantFrom(
        "infinity",
        "-infinity",
        "4713-01-01 00:00:00 BC",
        "294276-12-31 23:59:59.999999Z",
        "2026-03-29 02:30:00.123456+05:45",
      ),
    ),
    day: optional(
      fc.constantFrom("infinity", "-infinity", "4713-01-01 BC", "5874897-12-31", "2024-02-29"),
    ),
    time: optional(fc.constantFrom("00:00", "24:00:00", "12:34:56.789012")),
    span: optional(
      fc.constantFrom("infinity", "-1 year 2 mons -3 days 04:05:06.789", "0", "178000000 years"),
    ),
    list: fc
      .option(
        fc
          .array(optional(words), { maxLength: 5 })
          .map((all) => `array[${all.join(", ")}]::text[]`),
      )
      .map((value) => value ?? "null"),
    grid: fc.constantFrom("null", "'{}'", "'{{1,2},{3,NULL}}'", "'[0:1]={7,8}'"),
    flag: fc.constantFrom("true", "false", "null"),
    id: optional(fc.uuid()),
    address: fc.constantFrom("null", "'::1/128'", "'10.0.0.0/8'"),
    range: fc.constantFrom("null", "'empty'", "'[2026-01-01,)'", "'(,)'"),
    kind: fc.constantFrom("null", "'plain'", "'with, \"comma\"'", "'\\N'"),
  });
  const make = `create schema odd; create type odd.kind as enum ('plain', 'with, "comma"', '\\N');
    create table odd."Table, ""quoted""" ("select" int generated always as identity, ${Object.entries(
      columns,
    )
      .map(([name, type]) => `${name} ${type}`)
      .join(", ")})`;
  const table = `odd."Table, ""quoted"""`;
  const everything = `select to_jsonb(t)::text as row, floating::text || ' ' || single::text as floats, bytes::text as bytes, verbatim::text as verbatim
    from ${table} t order by "select"`;

  test("comes back as it was, whatever the session prefers", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), async (rows) => {
        const source = await blank();
        const target = await blank();
        await source.sql.unsafe(make);
        const names = Object.keys(columns);
        const values = rows.map((one) => `(${Object.values(one).join(", ")})`);
        await source.sql.unsafe(
          `insert into ${table} (${names.join(", ")}) values ${values.join(", ")}`,
        );
        const owner = source.connection.user;
        const launcher = postgres({
          ...postgresJsOptions(parseConnection(source.clone.url("launcher"))),
          max: 1,
        });
        for (const preference of [
          "DateStyle = 'German, DMY'",
          "TimeZone = 'Asia/Kathmandu'",
          "extra_float_digits = -15",
          "bytea_output = 'escape'",
          "IntervalStyle = 'iso_8601'",
        ])
          await launcher.unsafe(
            `alter role ${owner} in database ${source.clone.name} set ${preference}`,
          );
        await launcher.end();
        const directory = newDirectory();
        await takeSnapshot(source.connection, directory);
        await restoreSnapshot(directory, target.connection, {
          migrateTo: async () => void (await target.sql.unsafe(make)),
        });
        const before = await source.sql.unsafe(everything);
        expect(before).toHaveLength(rows.length);
        expect(await target.sql.unsafe(everything)).toEqual(before);
        await Promise.all(clients.splice(0).map((sql) => sql.end({ timeout: 1 })));
        await Promise.all(clones.splice(0).map((clone) => clone.close()));
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});

/** jsonb holds no lone surrogates and no numbers beyond numeric's range. */
function isStorableJson(text: string): boolean {
  return text.isWellFormed() && !/\\ud[89a-f]/i.test(text);
}
