import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import postgres, { type Sql } from "postgres";
import { BackupError } from "#platform/backup/errors";
import { openBackup } from "#platform/backup/open-backup";
import { restoreBackup } from "#platform/backup/restore-backup";
import { verifyBackup } from "#platform/backup/verify-backup";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { identityFile, runAge } from "../../support/age-program.ts";
import {
  type BackupPlace,
  backupOfDump,
  openBackupPlace,
  restoreDepsOf,
  takeTestBackup,
} from "../../support/backups.ts";
import { openDiskStore } from "../../support/disk-store.ts";
import { keptDumps } from "../../support/kept-dumps.ts";
import { blankDatabases } from "../../support/snapshot-installation.ts";
import { cloneDatabases, closeDatabases, type TestDatabases } from "../../support/test-app.ts";

const opened: TestDatabases[] = [];
const clients: Sql[] = [];
const tracked = async (open: Promise<TestDatabases>) => {
  const databases = await open;
  opened.push(databases);
  return databases;
};
const connect = (url: string, max = 1) => {
  const sql = postgres({ ...postgresJsOptions(parseConnection(url)), max, onnotice: () => {} });
  clients.push(sql);
  return sql;
};

let place: BackupPlace;
beforeAll(async () => {
  place = await openBackupPlace();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((sql) => sql.end({ timeout: 1 })));
  await Promise.all(opened.splice(0).map(closeDatabases));
}, 60_000);
afterAll(() => place.remove());

/** Every table with all of its rows, as text. */
async function rowsOf(sql: Sql): Promise<Record<string, string[]>> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname !~ '^pg_|^information_schema|^drizzle|^pgboss' order by 1`;
  const rows: Record<string, string[]> = {};
  for (const { name } of tables)
    rows[name] = (
      await sql.unsafe<{ row: string }[]>(`select to_jsonb(t)::text as row from ${name} t`)
    )
      .map(({ row }) => row)
      .sort();
  delete rows["platform.job_control"];
  return rows;
}

const restored = async (name: string, identity: string | null, more = {}) => {
  const databases = await tracked(blankDatabases());
  const lines: string[] = [];
  await restoreBackup(
    restoreDepsOf(databases, more),
    place.store.open(name),
    identity,
    (what, found) => void lines.push(`${what}: ${found}`),
  );
  return { databases, lines };
};

/** Texts that a format of lines and tabs would stumble over. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "\\N",
    "\\.",
    "a\tb\nc\r\n",
    "\\",
    "\\\\n",
    "",
    "NULL",
    "'; drop table x; --",
    "\u2028👩‍👩‍👧",
    "\u202e",
  ),
);
const withoutNul = (text: string) => text.replaceAll("\0", "").toWellFormed();

describe("a backup", () => {
  test("brings everything back, whatever is in it, and the roles can work with it", async () => {
    const source = await tracked(cloneDatabases());
    const sql = connect(source.main.ownerUrl);
    await sql`create table platform.attic (
      n bigint generated always as identity primary key, t text, words text[], amount numeric, at timestamptz(3),
      day date, flag boolean, raw bytea, doc jsonb, plain json, id uuid, small smallint, d double precision)`;
    const rows = fc.sample(
      fc.record({
        t: fc.option(hostile.map(withoutNul)),
        words: fc.array(hostile.map(withoutNul), { maxLength: 3 }),
        amount: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        raw: fc.uint8Array({ maxLength: 50 }),
        doc: fc.dictionary(fc.string().map(withoutNul), fc.string().map(withoutNul), {
          maxKeys: 3,
        }),
        d: fc.double(),
      }),
      { numRuns: 300, seed: 7 },
    );
    for (const { t, words, amount, raw, doc, d } of rows)
      await sql`insert into platform.attic (t, words, amount, at, day, flag, raw, doc, plain, id, small, d) values (
        ${t}, ${words}, ${amount.toString()}::numeric / 1000, now(), 'infinity', ${t === null}, ${Buffer.from(raw)},
        ${JSON.stringify(doc)}::text::jsonb, ${JSON.stringify(doc)}::text::json, gen_random_uuid(), -1, ${d})`;
    const before = await rowsOf(sql);
    const app = connect(source.main.url("owner"));
    await app`grant select on platform.attic to fintrack_app`;
    await app`grant select on all sequences in schema platform to fintrack_app`;
    const { name } = await takeTestBackup(source, place, { to: [place.recipient] });
    // A table that no migration makes is in no release: the restore makes it here as a migration would.
    const databases = await tracked(blankDatabases());
    const target = connect(databases.main.ownerUrl);
    const deps = restoreDepsOf(databases);
    const schemas = deps.main.layout.schemas.map((schema) =>
      schema.name === "platform"
        ? { ...schema, tables: { ...schema.tables, attic: "none" as const } }
        : schema,
    );
    await restoreBackup(
      {
        ...deps,
        main: { ...deps.main, layout: { ...deps.main.layout, schemas } },
        migrateLibraries: (role) => async (owner) => {
          await deps.migrateLibraries(role)(owner);
          await owner.unsafe(`create table if not exists platform.attic (
            n bigint generated always as identity primary key, t text, words text[], amount numeric,
            at timestamptz(3), day date, flag boolean, raw bytea, doc jsonb, plain json, id uuid, small smallint,
            d double precision)`);
        },
      },
      place.store.open(name),
      place.identity,
      () => {},
    );
    expect(await rowsOf(target)).toEqual(before);
    const [may] = await target`
      select has_table_privilege('fintrack_app', 'platform.idempotency_keys', 'insert') as app`;
    expect(may).toEqual({ app: true });
  }, 60_000);

  test("shows one moment while others write", async () => {
    const source = await tracked(cloneDatabases());
    const sql = connect(source.main.ownerUrl, 3);
    // Two tables that always sum up to nothing together, far apart in the order of the archive.
    await sql`create table currency.aa (id int primary key, v int); grant select on currency.aa to fintrack_app`.simple();
    await sql`create table reports.zz (id int primary key, v int); grant select on reports.zz to fintrack_app`.simple();
    await sql`insert into currency.aa select n, 0 from generate_series(1, 2000) n`;
    await sql`insert into reports.zz select n, 0 from generate_series(1, 2000) n`;
    let stop = false;
    let moves = 0;
    const writing = (async () => {
      for (; !stop; moves += 1)
        await sql.begin(async (tx) => {
          await tx`update currency.aa set v = v + 1 where id = ${(moves % 2000) + 1}`;
          await tx`update reports.zz set v = v - 1 where id = ${((moves * 7) % 2000) + 1}`;
        });
    })();
    const { name } = await takeTestBackup(source, place);
    stop = true;
    await writing;
    expect(moves).toBeGreaterThan(10);
    const sums: number[] = [];
    for await (const { name: file, bytes } of filesOf(name))
      if (/currency\.aa|reports\.zz/.test(file))
        sums.push(
          ...bytes
            .toString()
            .trimEnd()
            .split("\n")
            .map((line) => Number(line.split("\t")[1])),
        );
    expect(sums).toHaveLength(4000);
    expect(sums.reduce((sum, value) => sum + value, 0)).toBe(0);
  }, 30_000);

  test("holds LogDB and stored files when they are asked for, and brings them back", async () => {
    const source = await tracked(cloneDatabases());
    const files = openDiskStore();
    const pieces = async function* (...texts: string[]) {
      for (const text of texts) yield Buffer.from(text);
    };
    await files.put("reports/a.pdf", pieces("%PDF", "-1.7"));
    await files.put("empty", pieces());
    await files.put(`gbs/${"x".repeat(190)}`, pieces("y".repeat(3_000_000)));
    const { name } = await takeTestBackup(source, place, { objects: files });
    const objects = openDiskStore();
    const { lines, databases } = await restored(name, null, { objects });
    expect(lines).toContain("files: 3 are back in a directory");
    expect(
      (await objects.list("", { limit: 10 })).map(({ key, sizeBytes }) => [key, sizeBytes]),
    ).toEqual([
      ["empty", 0],
      [`gbs/${"x".repeat(190)}`, 3_000_000],
      ["reports/a.pdf", 8],
    ]);
    expect(lines[2]).toBe("rows: every table of MainDB and LogDB has as many as it had");
    const log = connect(databases.log.ownerUrl);
    expect(await log`select to_regclass('audit.entries')::text as entries`).toEqual([
      { entries: "audit.entries" },
    ] as never);
    files.remove();
    objects.remove();
  }, 60_000);

  test("leaves a LogDB alone that has a trail: it knows more", async () => {
    const source = await tracked(cloneDatabases());
    const { name } = await takeTestBackup(source, place);
    const [blank, living] = [await tracked(blankDatabases()), await tracked(cloneDatabases())];
    const lines: string[] = [];
    await restoreBackup(
      restoreDepsOf({ main: blank.main, log: living.log }),
      place.store.open(name),
      null,
      (what, found) => void lines.push(`${what}: ${found}`),
    );
    expect(lines).toContain(
      "LogDB: has a trail already, which stays: it knows more than the backup",
    );
  }, 60_000);

  test("is opened by age, zstd, tar and sha256sum, without us", async () => {
    const source = await tracked(cloneDatabases());
    const { name, sizeBytes } = await takeTestBackup({ main: source.main }, place, {
      to: [place.recipient],
    });
    const work = mkdtempSync(join(tmpdir(), "ft-opened-"));
    for (const file of [name, `${name}.sha256`])
      copyFileSync(join(place.directory, file), join(work, file));
    expect(statSync(join(place.directory, name))).toMatchObject({ size: sizeBytes });
    expect(statSync(join(place.directory, name)).mode & 0o777).toBe(0o600);
    const identity = await identityFile(work, place.identity);
    const run = (...command: string[]) => Bun.spawnSync(command, { cwd: work });
    expect(run("sha256sum", "-c", `${name}.sha256`).exitCode).toBe(0);
    expect(
      await runAge(["-d", "-i", identity, "-o", join(work, "a.tar.zst"), join(work, name)]),
    ).toEqual({ code: 0, said: "" });
    expect(run("zstd", "-q", "-d", "a.tar.zst").exitCode).toBe(0);
    expect(run("tar", "xf", "a.tar").exitCode).toBe(0);
    const summary = JSON.parse(readFileSync(join(work, "backup.json", "000001"), "utf8"));
    expect(summary).toMatchObject({ format: "fintrack-backup/1", log: false, objects: null });
    expect(readdirSync(join(work, "main"))).toContain("manifest.json");
    rmSync(work, { recursive: true });
  }, 30_000);
});

async function* filesOf(name: string) {
  const { readFiles } = await import("#platform/backup/read-archive");
  for await (const { name: file, chunks } of readFiles(
    openBackup(place.store.open(name), place.identity).archive(),
  ))
    yield { name: file, bytes: Buffer.concat(await Array.fromAsync(chunks)) };
}

describe.each(keptDumps().map((dump) => [dump.name, dump] as const))("of release %s", (_, dump) => {
  test("is restored by this one", async () => {
    const name = await backupOfDump(dump.directory, place);
    const { lines } = await restored(name, null);
    expect(lines.at(-1)).toBe("jobs: are paused until: jobs:resume");
  }, 60_000);
});

describe("what is not the backup that was written", () => {
  let name: string;
  let whole: Buffer;
  let other: BackupPlace;
  beforeAll(async () => {
    const source = await cloneDatabases();
    name = (await takeTestBackup({ main: source.main }, place, { to: [place.recipient] })).name;
    whole = readFileSync(join(place.directory, name));
    other = await openBackupPlace();
    await closeDatabases(source);
  }, 30_000);
  afterAll(() => other.remove());

  /** As a file without a checksum, so that it is read; or with that of the whole one. */
  async function failureOf(bytes: Uint8Array, checksum: string | null, identity: string | null) {
    const databases = await tracked(blankDatabases());
    const read = async function* () {
      for (let at = 0; at < bytes.length; at += 4096) yield bytes.subarray(at, at + 4096);
    };
    const error = await restoreBackup(
      restoreDepsOf(databases),
      { name, read, checksum: async () => checksum },
      identity,
      () => {},
    ).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(BackupError);
    const sql = connect(databases.main.ownerUrl);
    const [tables] = await sql`select count(*)::int as left from pg_tables
      where schemaname !~ '^pg_|^information_schema'`;
    expect(tables).toEqual({ left: 0 });
    return error instanceof Error ? error.message : "";
  }
  const sum = (bytes: Uint8Array) => new Bun.CryptoHasher("sha256").update(bytes).digest("hex");

  test("is named by its checksum: a flipped byte, a cut end, another backup", async () => {
    const flipped = Buffer.from(whole);
    flipped[whole.length >> 1] = (flipped[whole.length >> 1] ?? 0) ^ 1;
    for (const bytes of [flipped, whole.subarray(0, -1), Buffer.concat([whole, whole])])
      expect(await failureOf(bytes, sum(whole), place.identity)).toMatch(
        /not what its checksum was made from/,
      );
  }, 30_000);

  test("is named without a checksum, too, wherever the byte stands", async () => {
    for (const at of [5, 60, 150, 250, whole.length >> 1, whole.length - 3]) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      expect(await failureOf(flipped, null, place.identity)).toMatch(
        /damaged: not authentic|somebody else/,
      );
    }
    expect(await failureOf(whole.subarray(0, -100), null, place.identity)).toMatch(
      /cut off|not authentic/,
    );
  }, 60_000);

  test("is named in clear as well: a byte of a plaintext backup, its end", async () => {
    const parts: Buffer[] = [];
    for await (const chunk of place.store.open(name).read()) parts.push(Buffer.from(chunk));
    const source = await tracked(cloneDatabases());
    const { name: plain } = await takeTestBackup({ main: source.main }, place);
    const bytes = readFileSync(join(place.directory, plain));
    for (let at = 40; at < bytes.length; at += 503) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 4;
      const read = async function* () {
        yield flipped;
      };
      const file = { name: plain, read, checksum: async () => null };
      await expect(verifyBackup(openBackup(file, null))).rejects.toThrow(/backup/i);
    }
    // The last bytes only say that the rest is right.
    for (const length of [0, 10, 1000, bytes.length - 200]) {
      const read = async function* () {
        yield bytes.subarray(0, length);
      };
      const file = { name: plain, read, checksum: async () => null };
      await expect(verifyBackup(openBackup(file, null))).rejects.toThrow(/cut off|damaged/);
    }
  }, 60_000);

  test("an identity that it is not for, or none", async () => {
    expect(await failureOf(whole, null, other.identity)).toMatch(/encrypted to somebody else/);
    expect(await failureOf(whole, null, null)).toMatch(/--identity/);
    expect(await failureOf(whole, null, "AGE-SECRET-KEY-1")).toMatch(/no X25519 identity/);
  }, 30_000);

  test("a database that is not empty is left as it is", async () => {
    const living = await tracked(cloneDatabases());
    await expect(
      restoreBackup(restoreDepsOf(living), place.store.open(name), place.identity, () => {}),
    ).rejects.toThrow(/not empty/);
    const sql = connect(living.main.ownerUrl);
    expect(
      await sql`select 1 as there from pg_tables where schemaname = 'identity' limit 1`,
    ).toHaveLength(1);
  }, 30_000);
});
