import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openHeader } from "#platform/age/header";
import { newIdentity } from "#platform/age/identities";
import { systemContext } from "#platform/kernel/context";
import { longVideo, mebibyte, openEvidenceApp, videoMarker } from "../../support/evidence.ts";
import { fetchedFile, type HandOverWorld, handOverWorld } from "../../support/hand-over.ts";
import { entriesOf, reviewKeysOf, storageOf } from "../../support/operators.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let world: HandOverWorld;
beforeAll(async () => {
  api = await openEvidenceApp();
  world = await handOverWorld(api);
}, 180_000);
afterAll(() => api.close());

const ctx = systemContext("test:gbs", "test");

/** Every row of every table of both databases, as text. */
async function everyRow(): Promise<string> {
  const rows: string[] = [];
  for (const { ownerUrl } of [api.databases.main, api.databases.log]) {
    const { default: postgres } = await import("postgres");
    const { parseConnection, postgresJsOptions } = await import("#platform/db/connection");
    const sql = postgres({ ...postgresJsOptions(parseConnection(ownerUrl)), max: 1 });
    const tables = await sql<{ name: string }[]>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`;
    for (const { name } of tables)
      for (const { row } of await sql.unsafe<{ row: string }[]>(
        `select t::text as row from ${name} t`,
      ))
        rows.push(row);
    await sql.end();
  }
  return rows.join("\n");
}

/** All files below DATA_DIR: objects, what is volatile, leftovers. */
const everyFile = (): Buffer =>
  Buffer.concat(
    readdirSync(api.dataDir, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => readFileSync(join(one.parentPath, one.name))),
  );

describe("a key that was shown", () => {
  test("and the file key behind it are nowhere: no row, file, log line or mail has them", async () => {
    const made = await world.approved({ video: await longVideo(mebibyte) });
    const [row] = await api.sql<{ epoch: string }[]>`
      select epoch_id as epoch from gbs.uploads where id = ${made.evidenceId}`;
    const keys = reviewKeysOf(api, storageOf(api));
    const opened = { uploadId: made.evidenceId, epochId: row?.epoch as never };
    const fileKey = Buffer.from((await keys.open(ctx, opened)) ?? []);
    expect(fileKey).toHaveLength(16);

    const { key } = await world.reveal(made);
    const card = await fetchedFile(
      ...([api, world.pair.lender, `/v1/debts/${made.debt.id}/evidence/key-card`] as const),
      { key },
    );
    expect(card.status).toBe(200);
    await world.lender.acknowledge(made.debt.id, key);
    await world.declareDefault(made);
    const { body } = await world.lender.unlock(made.debt.id, key);
    expect(body.token).toHaveLength(43);

    const spellings = [key, key.replaceAll("-", ""), body.token];
    const bytes = [
      fileKey.toString("hex"),
      fileKey.toString("base64"),
      fileKey.toString("base64url"),
    ];
    const during = [await everyRow(), everyFile().toString("latin1")];
    await api.mails.run();
    const mails = [
      ...(await api.mails.to(world.pair.lender.user.address)),
      ...(await api.mails.to(world.pair.borrower.user.address)),
    ].map(({ text, html }) => `${text}${html}`);
    const lines = api.logLines().map((line) => JSON.stringify(line));
    const places = [
      ...during,
      await everyRow(),
      everyFile().toString("latin1"),
      ...mails,
      ...lines,
    ];
    for (const place of places)
      for (const secret of [...spellings, ...bytes]) expect(place.includes(secret)).toBe(false);
    expect(everyFile().includes(fileKey)).toBe(false);
    expect(everyFile().includes(videoMarker)).toBe(false);
  }, 180_000);
});

describe("what was copied during a review", () => {
  test("opens nothing after the sealing, with every key that is left", async () => {
    const made = await world.submitted();
    // As a backup or a thief has it: all of the database, all objects, but nothing that is volatile.
    const dump = (await everyRow()).split("\n").filter((row) => row.includes(made.evidenceId));
    expect(dump.length).toBeGreaterThan(2);
    const { objects } = storageOf(api);
    const prefix = `evidence/${made.debt.id}/${made.evidenceId}/`;
    const copied = await objects.list(prefix, { limit: 10 });
    expect(copied.length).toBeGreaterThan(0);

    await world.decided(made.evidenceId, "approve");
    await world.seal(made);
    api.clock.advance(15 * 86_400);
    await reviewKeysOf(api, storageOf(api)).destroyUnused(ctx);

    // Headers: in the dump there is none; one that was made since belongs to the lender alone.
    const start = "age-encryption.org/v1";
    for (const row of dump)
      for (const spelt of [start, Buffer.from(start).toString("base64").slice(0, 24)])
        expect(row.includes(spelt)).toBe(false);
    const payload = Buffer.concat(
      await Promise.all(
        copied.map(async ({ key }) =>
          Buffer.concat(await Array.fromAsync((await objects.get(key))?.chunks ?? [])),
        ),
      ),
    );
    expect(payload.includes("age-encryption.org")).toBe(false);

    // Keys: the epoch of the week is gone, and whatever the keyring sealed with it.
    const epochs = await storageOf(api).volatile.list("epochs/", { limit: 10 });
    const [epoch] = await api.sql<{ epoch: string; gone: string | null }[]>`
      select e.id as epoch, e.destroyed_at as gone from gbs.review_epochs e
      join gbs.uploads u on u.epoch_id = e.id where u.id = ${made.evidenceId}`;
    expect(epochs.map(({ key }) => key)).not.toContain(`epochs/${epoch?.epoch}`);
    expect(epoch?.gone).not.toBeNull();
    const opened = { uploadId: made.evidenceId, epochId: epoch?.epoch as never };
    expect(await reviewKeysOf(api, storageOf(api)).open(ctx, opened)).toBeNull();

    // The only header there is opens with the lender's key alone.
    const [header] = await api.sql<{ header: string }[]>`
      select header from gbs.lender_headers where evidence_id = ${made.evidenceId}`;
    const bytes = new Uint8Array(Buffer.from(header?.header ?? "", "base64"));
    const { identity } = await newIdentity();
    expect(await openHeader(bytes, { identity })).toBeNull();
    expect(await openHeader(bytes, { passphrase: "00000-00000-00000-00000" })).toBeNull();
    expect(await entriesOf(api, made.debt.id, "sealed")).toHaveLength(1);
  }, 180_000);
});
