import { afterAll, beforeAll, expect, test } from "bun:test";
import { openBackup } from "#platform/backup/open-backup";
import { openBackupStore } from "#platform/backup/open-store";
import { takeBackup } from "#platform/backup/take-backup";
import { verifyBackup, verifyChecksum } from "#platform/backup/verify-backup";
import { parseConnection } from "#platform/db/connection";
import { systemIds } from "#platform/system";
import { type BackupPlace, nextMoment, openBackupPlace } from "../../support/backups.ts";
import { openS3Server, type S3Server } from "../../support/s3-server.ts";
import { type ClonedDatabase, cloneDatabase } from "../../support/test-database.ts";

let server: S3Server;
let main: ClonedDatabase;
let place: BackupPlace;
beforeAll(async () => {
  [server, main, place] = await Promise.all([
    openS3Server(),
    cloneDatabase("main"),
    openBackupPlace(),
  ]);
}, 120_000);
afterAll(async () => {
  await Promise.all([server.close(), main.close()]);
  place.remove();
}, 60_000);

test("backups are kept in a bucket as well: whole, listed, read again, deleted", async () => {
  const s3 = await server.openBuckets();
  await server.createBucket("only-backups");
  const store = openBackupStore({
    config: { directory: place.directory, s3Bucket: "only-backups" },
    ...{ s3, ids: systemIds, logger: { warn() {} } },
  });
  const take = () =>
    takeBackup(
      { main: parseConnection(main.appUrl), log: null, objects: null },
      {
        ...{ store, recipients: [place.recipient], now: nextMoment() },
        signal: new AbortController().signal,
      },
    );
  const [first, second] = [await take(), await take()];
  const all = await store.list();
  expect(all.map(({ name }) => name)).toEqual([second.name, first.name]);
  const file = store.open(first.name);
  expect(await verifyChecksum(file)).toBe(true);
  const { summary } = await verifyBackup(openBackup(file, place.identity));
  expect(summary).toMatchObject({ log: false, objects: null });
  await store.delete(all.slice(1));
  expect((await store.list()).map(({ name }) => name)).toEqual([second.name]);
  expect(await server.request("GET", `/only-backups/${first.name}.sha256`)).toMatchObject({
    status: 404,
  });
}, 60_000);
