import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { openBackup } from "#platform/backup/open-backup";
import { restoreBackup } from "#platform/backup/restore-backup";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { openDiskStorage } from "#platform/storage/disk-storage";
import { systemIds } from "#platform/system";
import {
  type BackupPlace,
  openBackupPlace,
  restoreDepsOf,
  takeTestBackup,
} from "../../support/backups.ts";
import {
  authorized,
  createUser,
  type SignedIn,
  signIn,
  type TestUser,
} from "../../support/identity.ts";
import { openShared, sharer } from "../../support/report-shares.ts";
import { openReportsApp } from "../../support/reports.ts";
import { totpAt } from "../../support/second-factor-users.ts";
import { blankDatabases } from "../../support/snapshot-installation.ts";
import {
  closeDatabases,
  openTestApp,
  type TestApp,
  type TestDatabases,
} from "../../support/test-app.ts";

const password = "marker-lantern-4be1-quay";
const reviewHeader = "marker-review-header-93c0";
const keys = mkdtempSync(join(tmpdir(), "ft-backup-keys-"));
const KEYRING_FILE = join(keys, "keyring.json");
let place: BackupPlace;
let databases: TestDatabases;
let app: TestApp;
let user: TestUser;
let tokens: SignedIn;
let shareToken: string;
let clear: string;
let onRestoreRan = 0;
let insideBefore: string[] = [];

beforeAll(async () => {
  place = await openBackupPlace();
  const source = await openReportsApp({ environment: { KEYRING_FILE } });
  user = await createUser(source, { password, secondFactor: true });
  tokens = await signIn(source, user);
  const owner = await sharer(source);
  shareToken = (await owner.share()).token;
  // As an application has it: what users keep, and what must be gone for good.
  const files = openDiskStorage({
    ...{ dataDir: source.dataDir, volatileDir: join(source.dataDir, "volatile"), ids: systemIds },
  });
  await files.volatile.put(
    "gbs/header",
    (async function* () {
      yield Buffer.from(reviewHeader);
    })(),
  );
  const { name } = await takeTestBackup(source.databases, place, { objects: files.objects });
  const archive = await Array.fromAsync(openBackup(place.store.open(name), null).archive());
  clear = Buffer.concat(archive).toString("latin1");

  databases = await blankDatabases();
  const mayApp = async () => {
    const sql = postgres({ ...postgresJsOptions(parseConnection(databases.main.appUrl)), max: 1 });
    try {
      await sql`select 1 from identity.users limit 1`;
      return "the application may read";
    } catch (error) {
      return error instanceof Error ? error.message : "";
    } finally {
      await sql.end();
    }
  };
  await restoreBackup(
    restoreDepsOf(databases, {
      async onRestore(tx, now) {
        onRestoreRan += 1;
        await source.app.onRestore(tx, now);
      },
      checks: [
        {
          name: "closed",
          async run() {
            insideBefore = [await mayApp()];
            return "";
          },
        },
      ],
    }),
    place.store.open(name),
    null,
    () => {},
  );
  const storedKeys = join(keys, "copy.json");
  copyFileSync(KEYRING_FILE, storedKeys);
  await source.close();
  app = await openTestApp({ databases, clock: source.clock, environment: { KEYRING_FILE } });
}, 90_000);
afterAll(async () => {
  await app.close();
  await closeDatabases(databases);
  place.remove();
  rmSync(keys, { recursive: true, force: true });
}, 60_000);

describe("a backup that is not encrypted", () => {
  test("holds people's names, and none of their secrets", () => {
    expect(clear).toContain(user.address);
    const secrets = [password, user.totpSecret ?? "", tokens.accessToken, tokens.refreshToken];
    for (const secret of [...secrets, shareToken]) {
      expect(secret.length).toBeGreaterThan(10);
      expect(clear.includes(secret)).toBe(false);
    }
  });

  test("holds neither a key of the keyring nor what is volatile, though files are in it", () => {
    const entries = JSON.stringify(JSON.parse(readFileSync(KEYRING_FILE, "utf8")));
    const values = [...entries.matchAll(/"([A-Za-z0-9+/=_-]{40,})"/g)].map(
      ([, value = ""]) => value,
    );
    expect(values.length).toBeGreaterThan(5);
    expect(values.filter((value) => clear.includes(value))).toEqual([]);
    expect(clear.includes(reviewHeader)).toBe(false);
    expect(clear).toContain('"key":"reports/');
  });
});

describe("after a restore", () => {
  test("nobody but the owner could enter before all was checked", () => {
    expect(insideBefore).toEqual([expect.stringMatching(/permission denied/)]);
    expect(onRestoreRan).toBe(1);
  });

  test("sessions that were open are over: somebody may have ended them since", async () => {
    expect((await authorized(app, tokens.accessToken).get("/v1/users/me")).status).toBe(401);
    const { refreshToken } = tokens;
    expect((await app.post("/v1/auth/tokens", { refreshToken })).status).toBe(401);
    const [row] = await app.sql`
      select count(*) filter (where ended_at is null)::int as open,
        count(*) filter (where end_reason = 'restored')::int as restored from identity.sessions`;
    expect(row?.["open"]).toBe(0);
    expect(row?.["restored"]).toBeGreaterThan(0);
  });

  test("links to reports open nothing any more", async () => {
    expect((await openShared(app, { token: shareToken })).status).toBe(404);
  });

  test("whoever knows the password and has the second factor signs in", async () => {
    app.clock.advance(60);
    const { status } = await app.post("/v1/auth/sessions", {
      ...{ email: user.address, password },
      code: totpAt(user.totpSecret ?? "", app.clock.now()),
    });
    expect(status).toBe(201);
  });

  test("jobs wait for somebody who says so", async () => {
    const [row] = await app.sql`select paused from platform.job_control`;
    expect(row).toEqual({ paused: true });
    expect((await app.runCommand("jobs:resume")).lines).toEqual(["Jobs are resumed."]);
  });
});
