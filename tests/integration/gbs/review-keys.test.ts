import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createEvidenceVault } from "#modules/gbs/gateways/evidence-vault";
import { newFileKey } from "#platform/age/file-key";
import { headerForRecipient } from "#platform/age/header";
import { systemContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { systemIds } from "#platform/system";
import { openDebtsApp } from "../../support/gbs.ts";
import {
  putRecording,
  type ReviewWorld,
  reviewKeysOf,
  reviewWorld,
} from "../../support/operators.ts";
import type { TestApp } from "../../support/test-app.ts";

const ctx = systemContext("test:review-keys", "test");
const daySeconds = 86_400;
let api: TestApp;
let world: ReviewWorld;
beforeAll(async () => {
  api = await openDebtsApp();
  world = await reviewWorld(api);
});
afterAll(() => api.close());

const epochsOf = () => api.sql<{ id: Id; week: string; destroyed: boolean }[]>`
  select id, week::text, destroyed_at is not null as destroyed from gbs.review_epochs order by week, id`;
const privateHalves = async () =>
  (await world.storage.volatile.list("epochs/", { limit: 100 })).map(({ key }) => key.slice(7));
const headerOf = (id: Id) => createEvidenceVault(world.storage).readReviewHeader(id);

/** All that a dump of the database would hold, as text. */
async function everyRow(): Promise<string> {
  const tables = await api.sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`;
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await api.sql.unsafe<{ row: string }[]>(`select t::text as row from ${name} t`);
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join("\n");
}

describe("the key of a week", () => {
  test("is made once, whatever nodes ask at once, and opens what is wrapped to it", async () => {
    const nodes = Array.from({ length: 6 }, () => reviewKeysOf(api, world.storage));
    const fileKeys = nodes.map(() => newFileKey());
    const wrapped = await Promise.all(
      nodes.map((keys, index) => keys.wrap(ctx, fileKeys[index] ?? newFileKey())),
    );
    expect(new Set(wrapped.map(({ epochId }) => epochId)).size).toBe(1);
    expect([...(await epochsOf())].map(({ week }) => week)).toEqual(["2026-09-14"]);
    expect(await privateHalves()).toEqual(wrapped.slice(0, 1).map(({ epochId }) => epochId));
    for (const [index, { epochId, header }] of wrapped.entries()) {
      const uploadId = systemIds.next();
      await createEvidenceVault(world.storage).putReviewHeader(uploadId, header);
      const opened = await reviewKeysOf(api, world.storage).open(ctx, { uploadId, epochId });
      expect(opened).toEqual(fileKeys[index] ?? null);
    }
  });

  test("is another one from Monday on, and opens no header of the other", async () => {
    const keys = reviewKeysOf(api, world.storage);
    const [uploadId, fileKey] = [systemIds.next(), newFileKey()];
    const before = await keys.wrap(ctx, fileKey);
    api.clock.set("2026-09-21T00:00:00.000Z");
    const after = await keys.wrap(ctx, fileKey);
    expect(after.epochId).not.toBe(before.epochId);
    await createEvidenceVault(world.storage).putReviewHeader(uploadId, before.header);
    expect(await keys.open(ctx, { uploadId, epochId: after.epochId })).toBeNull();
    expect(await keys.open(ctx, { uploadId, epochId: before.epochId })).toEqual(fileKey);
    expect(await keys.open(ctx, { uploadId, epochId: systemIds.next() })).toBeNull();
    expect(await keys.open(ctx, { ...before, uploadId: systemIds.next() })).toBeNull();
  });

  test("opens nothing that was changed, or wrapped to somebody else", async () => {
    const keys = reviewKeysOf(api, world.storage);
    const vault = createEvidenceVault(world.storage);
    const { epochId, header } = await keys.wrap(ctx, newFileKey());
    const uploadId = systemIds.next();
    const changed = Uint8Array.from(header, (byte, at) =>
      at === header.length - 3 ? byte ^ 1 : byte,
    );
    const stranger = await headerForRecipient(
      newFileKey(),
      "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
    );
    for (const other of [changed, stranger, header.subarray(0, 50), new Uint8Array()]) {
      await vault.putReviewHeader(uploadId, other);
      expect(await keys.open(ctx, { uploadId, epochId })).toBeNull();
    }
  });

  test("is nowhere in the database, and sealed where it lies", async () => {
    const keys = reviewKeysOf(api, world.storage);
    const { epochId } = await keys.wrap(ctx, newFileKey());
    const stored = await world.storage.volatile.get(`epochs/${epochId}`);
    if (!stored) throw new Error("there is no private half");
    const sealed = Buffer.concat(await Array.fromAsync(stored.chunks)).toString();
    expect(sealed).not.toContain("AGE-SECRET-KEY");
    const identity = api.keyring.open("review-epoch", sealed, epochId);
    expect(identity).toStartWith("AGE-SECRET-KEY-1");
    expect(api.keyring.open("review-epoch", sealed, systemIds.next())).toBeNull();
    const dump = await everyRow();
    expect(dump).toContain(epochId);
    for (const secret of ["AGE-SECRET-KEY", identity ?? "", sealed])
      expect(dump).not.toContain(secret);
  });
});

describe("the job that destroys keys", () => {
  test("leaves those of this week, of last Sunday, and those that something needs", async () => {
    const debt = await world.pair.active();
    const recording = await putRecording(api, world.storage, debt, world.pair.borrower);
    const before = await privateHalves();
    const run = () => api.runJob("gbs.destroy_epochs");
    await run();
    // Wrapped on Sunday night, and not yet said in a row: the key stays for a day.
    api.clock.set("2026-09-28T12:00:00.000Z");
    await run();
    expect(await privateHalves()).toContain(recording.epochId);
    api.clock.advance(daySeconds);
    await run();
    const rows = [...(await epochsOf())];
    expect(rows.filter(({ destroyed }) => !destroyed).map(({ id }) => id)).toEqual([
      recording.epochId,
    ]);
    expect(await privateHalves()).toEqual([recording.epochId]);
    expect(before.length).toBeGreaterThan(1);

    await api.sql`update gbs.evidence set sealed_at = now() where id = ${recording.id}`;
    await run();
    expect(await privateHalves()).toEqual([]);
    const keys = reviewKeysOf(api, world.storage);
    expect(await headerOf(recording.id)).not.toBeNull();
    const upload = { uploadId: recording.id, epochId: recording.epochId };
    expect(await keys.open(ctx, upload)).toBeNull();
  });

  test("clears what somebody made and died before he said so, but not what is being made", async () => {
    const orphan = systemIds.next();
    const put = async () => {
      await world.storage.volatile.put(
        `epochs/${orphan}`,
        (async function* () {
          yield new TextEncoder().encode("sealed");
        })(),
      );
    };
    await put();
    api.clock.set(new Date(Date.now() + 60_000).toISOString());
    await api.runJob("gbs.destroy_epochs");
    expect(await privateHalves()).toContain(orphan);
    api.clock.advance(3_600);
    await api.runJob("gbs.destroy_epochs");
    expect(await privateHalves()).not.toContain(orphan);
  });
});
