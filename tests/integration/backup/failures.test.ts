import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres, { type Sql } from "postgres";
import { backupJob } from "#platform/backup/backup-job";
import { readBackupStates } from "#platform/backup/backup-state";
import { type BackupDeps, isBackupDue, makeBackup } from "#platform/backup/make-backup";
import { watchBackups } from "#platform/backup/metrics";
import { openBackup } from "#platform/backup/open-backup";
import { openBackupStore } from "#platform/backup/open-store";
import { type BackupStore, createBackupStore } from "#platform/backup/store";
import { verifyBackup, verifyChecksum } from "#platform/backup/verify-backup";
import { loadConfig } from "#platform/config";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { systemContext } from "#platform/kernel/context";
import type { Instant } from "#platform/kernel/time";
import { createMetrics } from "#platform/observability/metrics";
import { storageFailure } from "#platform/storage/errors";
import { systemIds } from "#platform/system";
import { type BackupPlace, openBackupPlace, takeTestBackup } from "../../support/backups.ts";
import { openDiskStore } from "../../support/disk-store.ts";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";
import { createTestClock } from "../../support/test-app.ts";
import { openTestDatabase, type TestDatabase } from "../../support/test-database.ts";

let database: TestDatabase;
let sql: Sql;
let place: BackupPlace;
const clock = createTestClock("2026-11-23T03:00:00.000Z");
beforeAll(async () => {
  database = await openTestDatabase({ clock });
  sql = postgres({ ...postgresJsOptions(parseConnection(database.ownerUrl)), max: 2 });
  // Incompressible, so that a backup takes a while and some room.
  await sql`create table platform.ballast (raw bytea)`;
  await sql`grant select on platform.ballast to fintrack_app`;
  await sql`insert into platform.ballast
    select decode(string_agg(md5(random()::text), ''), 'hex')
    from generate_series(1, 600) n, generate_series(1, 500) m group by n`;
}, 60_000);
afterAll(async () => {
  await sql.end();
  await database.close();
}, 60_000);
beforeEach(async () => {
  place = await openBackupPlace();
  await sql`delete from platform.backup_states`;
  clock.set("2026-11-23T03:00:00.000Z");
});
afterEach(() => place.remove());

const ctx = systemContext("test", "r");
const depsOf = (more: Partial<BackupDeps> = {}, env: Record<string, string> = {}): BackupDeps => ({
  db: database.database,
  config: loadConfig(env).backup,
  contents: { main: parseConnection(database.appUrl), log: null, objects: null },
  store: place.store,
  clock,
  ...more,
});
const make = (deps: BackupDeps) => makeBackup(deps, ctx, new AbortController().signal);
const files = () => readdirSync(place.directory).filter((name) => !name.startsWith("."));
const state = async () =>
  (await readBackupStates(database.database)).find(({ kind }) => kind === "backup");

describe("a backup that fails", () => {
  const days = async (deps: BackupDeps, count: number) => {
    for (let day = 0; day < count; day += 1) {
      await make(deps);
      clock.advance(86_400);
    }
  };

  test("is recorded and deletes nothing, though there are old ones to delete", async () => {
    const small = await openTestDatabase({ clock });
    const contents = { main: parseConnection(small.appUrl), log: null, objects: null };
    await days(depsOf({ contents }), 9);
    // Seven days, and the older two weeks' Sundays are none of them.
    const before = (await place.store.list()).map(({ name }) => name);
    for (const name of ["fintrack-20240101T000000000Z.tar.zst", "notes.txt"])
      writeFileSync(join(place.directory, name), "x");
    const store = createBackupStore({
      ...openDiskStore(place.directory),
      async put(_key, source) {
        if (!("path" in source)) for await (const _piece of source) break;
        throw storageFailure("ENOSPC");
      },
    });
    await expect(make(depsOf({ contents, store }))).rejects.toThrow(/no room left/);
    expect((await place.store.list()).map(({ name }) => name)).toEqual([
      ...before,
      "fintrack-20240101T000000000Z.tar.zst",
    ]);
    expect(await state()).toMatchObject({ failures: 1, failedAt: clock.now() });
    await make(depsOf({ contents }));
    expect(files()).toContain("notes.txt");
    // Of 2024 nothing newer is there: the first of its month.
    expect(files()).toContain("fintrack-20240101T000000000Z.tar.zst");
    await small.close();
  }, 60_000);

  test("finds no room on a full disk, and leaves nothing there", async () => {
    const mount = join(place.directory, "full");
    mkdirSync(mount);
    if (Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=1m", "none", mount]).exitCode !== 0)
      return;
    try {
      const store = openBackupStore({
        config: { directory: mount, s3Bucket: null },
        ...{ s3: null, ids: systemIds, logger: { warn() {} } },
      });
      await expect(make(depsOf({ store }))).rejects.toThrow(/no room left/);
      expect(await store.list()).toEqual([]);
      expect(readdirSync(join(mount, ".incoming"))).toEqual([]);
    } finally {
      Bun.spawnSync(["umount", mount]);
    }
  }, 30_000);

  test("says that the bucket is out of reach", async () => {
    const s3 = {
      ...{ endpoint: `http://127.0.0.1:${freePort()}`, region: "us-east-1", bucket: "a" },
      ...{ volatileBucket: "b", accessKeyId: "id", secretAccessKey: "secret" },
    };
    const store = openBackupStore({
      config: { directory: place.directory, s3Bucket: "backups" },
      ...{ s3, ids: systemIds, logger: { warn() {} } },
    });
    await expect(make(depsOf({ store }))).rejects.toThrow(/cannot be stored or read/);
    expect(await state()).toMatchObject({ failures: 1, succeededAt: null });
  }, 30_000);

  test("gives up when it is told to, and when the database goes", async () => {
    const ending = new AbortController();
    const beginning = createBackupStore({
      ...openDiskStore(place.directory),
      async put(key, source) {
        ending.abort(new Error("enough"));
        return openDiskStore(place.directory).put(key, source);
      },
    });
    const running = makeBackup(depsOf({ store: beginning }), ctx, ending.signal);
    await expect(running).rejects.toThrow("enough");
    const cutting = createBackupStore({
      ...openDiskStore(place.directory),
      async put(key, source) {
        let cut = false;
        async function* slowly() {
          if (!("path" in source))
            for await (const piece of source) {
              yield piece;
              if (!cut)
                await sql`select pg_terminate_backend(pid) from pg_stat_activity
                  where application_name = 'fintrack snapshot' and datname = current_database()`;
              cut = true;
            }
        }
        return openDiskStore(place.directory).put(key, slowly());
      },
    });
    await expect(make(depsOf({ store: cutting }))).rejects.toThrow();
    expect(files()).toEqual([]);
    expect(await state()).toMatchObject({ failures: 2 });
  }, 30_000);

  test("in production, without recipients, unless somebody insists", async () => {
    const production = {
      ...{ FINTRACK_ENV: "production", PUBLIC_URL: "https://a.example", KEYRING_FILE: "/k" },
      ...{ SMTP_URL: "smtps://m.example", MAIL_FROM: "a@m.example" },
    };
    await expect(make(depsOf({}, production))).rejects.toThrow(/BACKUP_RECIPIENTS/);
    expect(files()).toEqual([]);
    for (const more of [{ BACKUP_ALLOW_PLAINTEXT: "1" }, { BACKUP_RECIPIENTS: place.recipient }])
      expect((await make(depsOf({}, { ...production, ...more })))?.name).toMatch(/^fintrack-/);
    expect((await place.store.list()).map(({ name }) => name.endsWith(".age")).sort()).toEqual([
      ...[false, true],
    ]);
  }, 30_000);
});

describe("killed in the middle", () => {
  test("it leaves nothing that passes as a backup, and those that were there", async () => {
    const kept = await takeTestBackup({ main: database }, place);
    for (let round = 0; round < 5; round += 1) {
      const child = Bun.spawn(
        [process.execPath, "tests/support/backup-child.ts", place.directory, database.appUrl],
        { stdout: "pipe" },
      );
      for await (const _line of child.stdout) break;
      await Bun.sleep(20 + round * 40);
      child.kill("SIGKILL");
      await child.exited;
      const all = await place.store.list();
      expect(all.map(({ name }) => name)).toContain(kept.name);
      for (const { name } of all) {
        const file = place.store.open(name);
        await verifyChecksum(file);
        await verifyBackup(openBackup(file, null));
      }
    }
    // The lock went with each of them, as soon as the server knew.
    await eventually("the lock is free", async () => (await make(depsOf())) !== null);
  }, 60_000);
});

describe("of two that come together", () => {
  test("one makes a backup, the other makes none", async () => {
    const { promise: isAtWork, resolve: begun } = Promise.withResolvers<void>();
    const { promise: otherHasCome, resolve: goOn } = Promise.withResolvers<void>();
    const store: BackupStore = {
      ...place.store,
      async put(...backup) {
        begun();
        await otherHasCome;
        return place.store.put(...backup);
      },
    };
    const first = make(depsOf({ store }));
    await isAtWork;
    expect(await make(depsOf())).toBeNull();
    goOn();
    expect(await first).not.toBeNull();
    expect(files().filter((name) => name.endsWith(".zst"))).toHaveLength(1);
  }, 30_000);
});

describe("the day's backup", () => {
  test("is due until it is made, after a failure only an hour later, and again the next day", async () => {
    clock.set("2026-11-23T02:00:00.000Z");
    const deps = depsOf();
    expect(await isBackupDue(deps)).toBe(true);
    await make(deps);
    expect(await isBackupDue(deps)).toBe(false);
    clock.set("2026-11-23T03:00:00.000Z");
    expect(await isBackupDue(deps)).toBe(true);
    await expect(
      make(depsOf({ store: { ...place.store, put: () => Promise.reject(new Error("no")) } })),
    ).rejects.toThrow("no");
    expect(await isBackupDue(deps)).toBe(false);
    clock.set("2026-11-23T04:00:00.001Z");
    expect(await isBackupDue(deps)).toBe(true);
    await make(deps);
    clock.set("2026-11-24T02:59:59.999Z");
    expect(await isBackupDue(deps)).toBe(false);
  }, 30_000);

  test("is due at once when one succeeded since the last failure", async () => {
    clock.set("2026-11-23T02:40:00.000Z");
    const broken = depsOf({
      store: { ...place.store, put: () => Promise.reject(new Error("no")) },
    });
    await expect(make(broken)).rejects.toThrow("no");
    clock.set("2026-11-23T02:50:00.000Z");
    await make(depsOf());
    clock.set("2026-11-23T03:00:00.000Z");
    expect(await isBackupDue(depsOf())).toBe(true);
  }, 30_000);

  test("that holds LogDB outlives a later one of its day without, and says so by its name", async () => {
    const log = await openTestDatabase({ clock });
    const withLog = await make(
      depsOf({
        contents: {
          main: parseConnection(database.appUrl),
          ...{ log: parseConnection(log.appUrl), objects: null },
        },
      }),
    );
    expect(withLog?.name).toBe("fintrack-20261123T030000000Z-log.tar.zst");
    clock.set("2026-11-23T09:00:00.000Z");
    await make(depsOf());
    expect(await place.store.list()).toHaveLength(2);
    clock.set("2026-11-26T03:00:00.000Z");
    const next = await make(depsOf());
    expect((await place.store.list()).map(({ name }) => name)).toEqual([
      next?.name ?? "",
      withLog?.name ?? "",
    ]);
    await log.close();
  }, 30_000);

  test("is made by the job once, however often it looks", async () => {
    const job = backupJob(depsOf());
    for (let tick = 0; tick < 3; tick += 1) {
      await job.run(ctx, {}, new AbortController().signal);
      clock.advance(300);
    }
    expect((await place.store.list()).map(({ takenAt }) => takenAt)).toEqual([
      "2026-11-23T03:00:00.000Z" as Instant,
    ]);
  }, 30_000);

  test("is told of by metrics, wherever it was made", async () => {
    const metrics = createMetrics();
    watchBackups(metrics, () => readBackupStates(database.database));
    expect(await metrics.exposition()).toContain(
      'fintrack_backup_last_success_timestamp_seconds{kind="backup"} 0',
    );
    await Bun.sleep(1_100);
    const made = await make(depsOf());
    const told = await metrics.exposition();
    expect(told).toContain(
      `fintrack_backup_last_success_timestamp_seconds{kind="backup"} ${Date.parse("2026-11-23T03:00:00Z") / 1000}`,
    );
    expect(told).toContain(`fintrack_backup_size_bytes{kind="backup"} ${made?.sizeBytes}`);
    expect(told).toContain('fintrack_backup_failures_total{kind="drill"} 0');
  }, 30_000);
});
