import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { createFileAnchor } from "#platform/audit/anchors";
import { openCheckpoints } from "#platform/audit/checkpoints";
import { chain, type EntryDraft, emptyHead } from "#platform/audit/entry";
import { signedDraft } from "#platform/audit/epochs";
import { openLogWriter } from "#platform/audit/log-writer";
import { dropExpired, keptSince, tombstoneDraft } from "#platform/audit/retention";
import { createSigner } from "#platform/audit/signing";
import { type VerifyOptions, verifyTrail } from "#platform/audit/verify";
import { openDatabase } from "#platform/db/client";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { systemClock } from "#platform/kernel/clock";
import { addSeconds, parseInstant } from "#platform/kernel/time";
import { type Keyring, openKeyring } from "#platform/keyring/keyring";
import { createTestClock } from "../../support/test-app.ts";
import { type ClonedDatabase, cloneDatabase } from "../../support/test-database.ts";

const directory = mkdtempSync(join(tmpdir(), "ft-verify-"));
const keyringOf = (name: string): Keyring =>
  openKeyring(
    { source: "file", path: join(directory, `${name}.json`), create: true },
    { clock: systemClock },
  );
const keyring = keyringOf("own");
const signer = createSigner(keyring);
const anchorFile = join(directory, "anchors.jsonl");
const slot = { systemId: "1", timeline: 1, slot: "s" };
const nothing = { counters: [], nowWaiting: [], noLongerWaiting: [] };

let clone: ClonedDatabase;
let sql: postgres.Sql;
let log: ReturnType<typeof openDatabase>;

beforeEach(async () => {
  clone = await cloneDatabase("log");
  const owner = parseConnection(clone.ownerUrl);
  sql = postgres({ ...postgresJsOptions(owner), max: 1, onnotice: () => {} });
  log = openDatabase({
    connection: parseConnection(clone.url("reader")),
    ...{ poolSize: 2, processId: "verify", keyring, clock: systemClock },
  });
  await write(10);
}, 60_000);
afterEach(async () => {
  await Promise.all([sql.end(), log.close()]);
  await clone.close();
  rmSync(anchorFile, { force: true });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const change = (n: number): EntryDraft => ({
  ...{ kind: "change", at: systemClock.now(), table: "till.accounts", targets: [`id-${n}`] },
  ...{ attribution: "attributed", requestId: `r-${n}`, operation: "createAccount" },
  actor: { type: "user", id: `u-${n}`, sessionId: null },
  data: { op: "insert", key: { id: `id-${n}` }, after: { id: `id-${n}`, name: "Ünïcode \u2028" } },
});

/** Adds `count` entries and a checkpoint behind them. */
async function write(count: number, by = signer, now = systemClock.now) {
  const writer = await openLogWriter({
    connection: parseConnection(clone.url("relay")),
    ...{ now, onLost: () => {} },
  });
  if (!writer) throw new Error("locked");
  await writer.readPosition();
  const { seq } = writer.head();
  await writer.begin();
  await writer.add(Array.from({ length: count }, (_, index) => change(seq + index + 1)));
  await writer.commit({ position: { ...slot, lsn: 1n, ordinal: count }, ...nothing });
  const checkpoints = await openCheckpoints({
    ...{ writer, signer: by, anchors: [createFileAnchor(anchorFile)] },
    onAnchorFailure: (_, error) => {
      throw error;
    },
  });
  await checkpoints.make(now(), true);
  await writer.close();
}

const verify = (options: Partial<VerifyOptions> = {}) =>
  verifyTrail(log.read, {
    ...{ keys: [signer.fingerprint()], anchors: [], anchorSource: "local" as const },
    ...options,
  });
const anchors = () => [anchorFile];

/** As a superuser of the server would: past the triggers. */
async function tamper(...statements: readonly string[]) {
  await sql.unsafe("alter table audit.entries disable trigger user");
  for (const statement of statements) await sql.unsafe(statement);
  await sql.unsafe("alter table audit.entries enable trigger user");
}

describe("a trail that nobody touched", () => {
  test("is proven to whoever brings the key", async () => {
    await write(3);
    expect(await verify()).toMatchObject({
      ...{ verdict: "proven", fault: null, entries: 13, firstSeq: 1, lastSeq: 13 },
      ...{ signedUpTo: 13, checkpoints: 2, keys: [signer.fingerprint()] },
      strongestAnchor: "database",
    });
    expect(await verify({ anchors: anchors() })).toMatchObject({ strongestAnchor: "local" });
  });

  test("is merely consistent without a key", async () => {
    expect(await verify({ keys: null })).toMatchObject({ verdict: "consistent", fault: null });
  });

  test("is altered by nobody who writes it", async () => {
    const relay = postgres({
      ...postgresJsOptions(parseConnection(clone.url("relay"))),
      ...{ max: 1, onnotice: () => {} },
    });
    for (const statement of [
      "update audit.entries set kind = 'gap'",
      "delete from audit.entries",
      "truncate audit.entries",
      "delete from audit.checkpoints",
      "select * from audit.drop_expired(now())",
    ])
      expect(await relay.unsafe(statement).then(String, (error) => error.code)).toBe("42501");
    await relay.end();
    for (const statement of [
      "update audit.entries set kind = 'gap'",
      "delete from audit.checkpoints",
      "truncate audit.entries",
    ])
      expect(await sql.unsafe(statement).then(String, (error) => error.code)).toBe("42501");
    const [partition] =
      await sql`select tableoid::regclass::text as name from audit.entries limit 1`;
    for (const statement of [
      `delete from ${partition?.["name"]}`,
      `truncate ${partition?.["name"]}`,
    ])
      expect(await sql.unsafe(statement).then(String, (error) => error.code)).toBe("42501");
  });
});

test("a relay that starts again knows the furthest checkpoint by its number, and signs nothing twice", async () => {
  await write(76);
  await write(175);
  const writer = await relayWriter();
  await writer.readPosition();
  const again = await openCheckpoints({ writer, signer, anchors: [], onAnchorFailure: () => {} });
  expect(await again.make(systemClock.now(), true)).toBe(false);
  await writer.close();
  const rows = await sql`select c.seq::int as seq from audit.checkpoints c order by c.seq`;
  expect(rows.map(({ seq }) => seq)).toEqual([10, 86, 261]);
});

async function relayWriter() {
  const connection = parseConnection(clone.url("relay"));
  const writer = await openLogWriter({ connection, now: systemClock.now, onLost: () => {} });
  if (!writer) throw new Error("locked");
  return writer;
}

/** As if nothing had ever been written. */
async function begin() {
  await tamper("truncate audit.position");
  rmSync(anchorFile, { force: true });
  for (const table of ["entries", "checkpoints"])
    await sql.unsafe(`alter table audit.${table} disable trigger user; delete from audit.${table};
        alter table audit.${table} enable trigger user`);
}

describe("retention", () => {
  test.each([25, 120, 1_050])("destroys %i entries of a month that is over", async (count) => {
    await begin();
    await write(count, signer, () => parseInstant("2020-01-05T00:00:00Z"));
    const writer = await relayWriter();
    await writer.readPosition();
    const before = keptSince(parseInstant("2021-03-10T00:00:00Z"), 12);
    const tombstone = await tombstoneDraft({ writer, signer, clock: systemClock }, before);
    expect(tombstone?.data).toMatchObject({ statement: { throughSeq: count } });
    await writer.begin();
    await writer.add(tombstone ? [tombstone] : []);
    await writer.commit({ position: { ...slot, lsn: 1n, ordinal: 1 }, ...nothing });
    expect(await dropExpired(writer, before)).toContain("entries_2020_01");
    await writer.close();
  });

  test("destroys whole months, leaves a tombstone that the rest is proven by, and nothing younger", async () => {
    await begin();
    await write(4, signer, () => parseInstant("2020-01-05T00:00:00Z"));
    await write(4, signer, () => parseInstant("2020-02-05T00:00:00Z"));
    await write(4);
    const writer = await relayWriter();
    await writer.readPosition();
    const before = keptSince(parseInstant("2021-03-10T00:00:00Z"), 12);
    expect(before).toBe(parseInstant("2020-03-01T00:00:00Z"));
    // Without a tombstone nothing goes.
    expect(await dropExpired(writer, before)).toEqual([]);
    const tombstone = await tombstoneDraft({ writer, signer, clock: systemClock }, before);
    await writer.begin();
    await writer.add(tombstone ? [tombstone] : []);
    await writer.commit({ position: { ...slot, lsn: 1n, ordinal: 1 }, ...nothing });
    expect(await tombstoneDraft({ writer, signer, clock: systemClock }, before)).toBeNull();
    expect((await verify()).verdict).toBe("proven");
    expect(await dropExpired(writer, before)).toEqual(["entries_2020_01", "entries_2020_02"]);
    await writer.close();
    expect(await verify({ anchors: anchors() })).toMatchObject({
      ...{ verdict: "proven", fault: null, firstSeq: 9, lastSeq: 13 },
    });
    await tamper("delete from audit.entries where seq = 9");
    expect((await verify()).fault).toEqual({ type: "missing", seq: 9 });
  });

  test("may leave a gap as the first that is kept: the tombstone ends where that begins", async () => {
    await begin();
    await write(4, signer, () => parseInstant("2020-01-05T00:00:00Z"));
    const at = parseInstant("2020-02-05T00:00:00Z");
    const hash = "a".repeat(64);
    await createFileAnchor(anchorFile).keep(
      signer.sign({ v: 1, type: "checkpoint", seq: 9, hash, at }),
    );
    const writer = await relayWriter();
    await writer.readPosition();
    const lost = { from: 5, through: 9, hash, at };
    const statement = { v: 1, type: "gap", after: writer.head().hash, lost };
    await writer.begin();
    writer.skipTo(9);
    await writer.add([signedDraft({ signer, clock: systemClock }, "gap", statement)]);
    await writer.commit({ position: { ...slot, lsn: 1n, ordinal: 1 }, ...nothing });
    const before = keptSince(parseInstant("2021-03-10T00:00:00Z"), 12);
    const tombstone = await tombstoneDraft({ writer, signer, clock: systemClock }, before);
    await writer.begin();
    await writer.add(tombstone ? [tombstone] : []);
    await writer.commit({ position: { ...slot, lsn: 1n, ordinal: 1 }, ...nothing });
    expect(await dropExpired(writer, before)).toEqual(["entries_2020_01", "entries_2020_02"]);
    await writer.close();
    await write(1);
    expect(await verify({ anchors: anchors() })).toMatchObject({
      ...{ verdict: "proven", fault: null, firstSeq: 10, lastSeq: 12, losses: [{ from: 5 }] },
    });
    await tamper("delete from audit.entries where seq = 10");
    expect((await verify()).fault).toEqual({ type: "missing", seq: 10 });
  });
});

describe("finds and names", () => {
  test("one flipped byte of a content", async () => {
    await tamper(
      `update audit.entries set content = replace(content, 'id-4', 'id-5') where seq = 4`,
    );
    expect(await verify()).toMatchObject({
      ...{ verdict: "broken", fault: { type: "changed", seq: 4 } },
    });
  });

  test.each([
    ["actor_id", "actorId", "'somebody'"],
    ["at", "at", "at + interval '1 second'"],
    ["targets", "targets", "array['x']"],
    ["request_id", "requestId", "null"],
    ["attribution", "attribution", "'unattributed'"],
  ])("a column that says something else than the content: %s", async (column, name, value) => {
    await tamper(`update audit.entries set "${column}" = ${value} where seq = 7`);
    expect((await verify()).fault).toEqual({ type: "changed", seq: 7, column: name });
  });

  test("a deleted row, wherever it was", async () => {
    await tamper("delete from audit.entries where seq = 5");
    expect((await verify()).fault).toEqual({ type: "missing", seq: 5 });
    await tamper("delete from audit.entries where seq < 5");
    expect((await verify()).fault).toEqual({ type: "missing", seq: 5 });
  });

  test("two that were swapped", async () => {
    await tamper(
      "update audit.entries set seq = -3 where seq = 3",
      "update audit.entries set seq = 3 where seq = 4",
      "update audit.entries set seq = 4 where seq = -3",
    );
    expect((await verify()).fault).toEqual({ type: "out_of_order", seq: 3 });
  });

  test("a cut tail, by the checkpoint, the position or a file outside", async () => {
    await tamper("delete from audit.entries where seq > 8");
    expect((await verify()).fault).toEqual({ type: "tail_cut", seq: 10, witness: "checkpoint" });
    await tamper(
      "alter table audit.checkpoints disable trigger user",
      "delete from audit.checkpoints",
    );
    expect((await verify()).fault).toEqual({ type: "tail_cut", seq: 10, witness: "position" });
    await tamper(
      "update audit.position set seq = 8, hash = (select hash from audit.entries where seq = 8)",
    );
    expect((await verify()).verdict).toBe("consistent");
    expect((await verify({ anchors: anchors() })).fault).toEqual({
      ...{ type: "tail_cut", seq: 10, witness: "anchor" },
    });
  });

  test("an entry that was replaced together with its hash", async () => {
    const [before] = await sql`select hash from audit.entries where seq = 3`;
    const head = { ...emptyHead, seq: 3, hash: String(before?.["hash"]) };
    const forged = chain(head, change(99), systemClock.now());
    await replace(4, forged);
    expect((await verify()).fault).toEqual({ type: "unlinked", seq: 5 });
  });

  test("a whole that was rewritten, by the checkpoints that were left", async () => {
    await rewriteAll();
    expect((await verify()).fault).toEqual({ type: "rewritten", seq: 10, witness: "checkpoint" });
  });

  test("a whole that was rewritten and signed with another key", async () => {
    await rewriteAll();
    await tamper(
      "alter table audit.checkpoints disable trigger user",
      "delete from audit.checkpoints",
      "update audit.position set hash = (select hash from audit.entries where seq = 10)",
    );
    const stranger = createSigner(keyringOf("stranger"));
    await write(1, stranger);
    expect((await verify({ keys: null })).verdict).toBe("consistent");
    expect((await verify()).fault).toEqual({
      ...{ type: "forged", seq: 11, witness: "checkpoint", signer: stranger.fingerprint() },
    });
    expect((await verify({ keys: null, anchors: anchors() })).fault).toEqual({
      ...{ type: "rewritten", seq: 10, witness: "anchor" },
    });
  });

  test("a signature that is nobody's", async () => {
    await tamper(
      "alter table audit.checkpoints disable trigger user",
      "update audit.checkpoints set signature = repeat('0', 128)",
    );
    expect((await verify()).fault).toEqual({
      type: "forged",
      seq: 10,
      witness: "checkpoint",
      signer: null,
    });
  });
});

describe("what is not signed", () => {
  const minutes = (count: number) => addSeconds(systemClock.now(), 60 * count);
  /** As somebody does who then has the rest for himself. */
  const forgetCheckpoints = (where: string) =>
    tamper(
      "alter table audit.checkpoints disable trigger user",
      `delete from audit.checkpoints where ${where}`,
      "alter table audit.checkpoints enable trigger user",
    );

  test("is not proven, and is no fault while no checkpoint is due", async () => {
    await write(4);
    await forgetCheckpoints("seq = 14");
    const young = { verdict: "proven", fault: null, signedUpTo: 10, unsigned: 4 } as const;
    expect(await verify({ now: minutes(11) })).toMatchObject(young);
    expect(await verify()).toMatchObject(young);
  });

  test("is a fault of its own once it is overdue, by the asker's clock", async () => {
    await write(4);
    await forgetCheckpoints("seq = 14");
    expect(await verify({ now: minutes(13) })).toMatchObject({
      ...{ verdict: "broken", fault: { type: "unsigned", seq: 11 } },
      ...{ signedUpTo: 10, unsigned: 4 },
    });
  });

  test("is one by the trail's own times, whoever's clock stands still", async () => {
    await write(4);
    await write(1, signer, () => minutes(13));
    expect((await verify({ now: systemClock.now() })).verdict).toBe("proven");
    await forgetCheckpoints("seq > 10");
    for (const options of [{}, { now: systemClock.now() }])
      expect((await verify(options)).fault).toEqual({ type: "unsigned", seq: 11 });
  });

  test("is found when the rest was rewritten and its checkpoints deleted, with no file outside", async () => {
    await write(1, signer, () => minutes(20));
    await rewriteAll();
    await forgetCheckpoints("true");
    await tamper("truncate audit.position", "delete from audit.entries where seq = 11");
    expect((await verify({ now: minutes(20) })).fault).toEqual({ type: "unsigned", seq: 1 });
  });

  test("is covered by an epoch or a gap that is signed behind it", async () => {
    await write(4);
    await forgetCheckpoints("seq = 14");
    const writer = await relayWriter();
    await writer.readPosition();
    const statement = { v: 1, type: "gap", after: writer.head().hash };
    await writer.begin();
    await writer.add([signedDraft({ signer, clock: systemClock }, "gap", statement)]);
    await writer.commit({ position: { ...slot, lsn: 1n, ordinal: 1 }, ...nothing });
    await writer.close();
    expect((await verify({ now: minutes(13) })).fault).toEqual({ type: "unsigned", seq: 15 });
  });

  test("a checkpoint that LogDB lacks and a file has is missed, be it one or all", async () => {
    await write(4);
    await write(5);
    for (const [where, seq] of [
      ["seq = 14", 14],
      ["true", 10],
    ] as const) {
      await forgetCheckpoints(where);
      expect((await verify({ anchors: anchors() })).fault).toEqual({
        ...{ type: "checkpoint_missing", seq },
      });
    }
  });

  test("but not where a copy of LogDB was put back: the relay stores what was kept", async () => {
    await write(4);
    await forgetCheckpoints("seq = 14");
    await write(1);
    expect((await verify({ anchors: anchors() })).verdict).toBe("proven");
  });

  test("whatever order the files have, and whatever else is in them", async () => {
    await write(4);
    await write(5);
    const lines = readFileSync(anchorFile, "utf8").trim().split("\n").toReversed();
    writeFileSync(anchorFile, ["Dear auditor,", "x".repeat(200_000), ...lines, "{"].join("\n"));
    expect(await verify({ anchors: anchors() })).toMatchObject({
      ...{ verdict: "proven", signedUpTo: 19, strongestAnchor: "local" },
    });
    await forgetCheckpoints("seq = 10");
    expect((await verify({ anchors: anchors() })).fault).toMatchObject({ seq: 10 });
  });
});

test("checkpoints are read in pages", async () => {
  await begin();
  await write(1);
  const many = Array.from({ length: 4_500 }, (_, index) => index + 2);
  const forged =
    "insert into audit.checkpoints (seq, at, statement, signature) select s, now(), '{}', '' from unnest($1::bigint[]) s";
  await sql.unsafe(forged, [many]);
  const sizes: number[] = [];
  const counted = new Proxy(log.read, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (name !== "execute") return member;
      return async (query: never) => {
        const rows = await target.execute(query);
        sizes.push(rows.length);
        return rows;
      };
    },
  });
  const report = await verifyTrail(counted, { keys: null, anchors: [], anchorSource: "local" });
  expect(report).toMatchObject({ checkpoints: 4_501, fault: { type: "forged", seq: 4_501 } });
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2_000);
});

async function replace(seq: number, entry: ReturnType<typeof chain>) {
  await tamper(
    `update audit.entries set content = $q$${entry.content}$q$, hash = '${entry.hash}', recorded_at = '${entry.recordedAt}',
       at = '${entry.at}', actor_id = '${entry.actorId}', request_id = '${entry.requestId}',
       targets = array['${entry.targets?.[0]}'] where seq = ${seq}`,
  );
}

/** With right hashes throughout: only what was signed tells. */
async function rewriteAll() {
  let head = emptyHead;
  for (let seq = 1; seq <= 10; seq += 1) {
    const entry = chain(head, change(seq + 100), createTestClock(systemClock.now()).now());
    await replace(seq, entry);
    head = entry;
  }
}
