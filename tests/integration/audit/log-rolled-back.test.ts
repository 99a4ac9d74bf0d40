import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { anchorFileIn, readAnchorFile } from "#platform/audit/anchors";
import { readCheckpoint } from "#platform/audit/checkpoints";
import { begin } from "#platform/audit/epochs";
import { openLogWriter } from "#platform/audit/log-writer";
import { findLost, type LostEntries } from "#platform/audit/lost-entries";
import { openMainSource } from "#platform/audit/main-source";
import { createSigner, type SignedStatement } from "#platform/audit/signing";
import type { StopReason } from "#platform/audit/stop-reasons";
import { type VerifyOptions, verifyTrail } from "#platform/audit/verify";
import { openDatabase } from "#platform/db/client";
import { postgresJsOptions } from "#platform/db/connection";
import { systemClock } from "#platform/kernel/clock";
import { systemContext } from "#platform/kernel/context";
import { openKeyring } from "#platform/keyring/keyring";
import { systemIds } from "#platform/system";
import { runAuditCommand } from "../../support/audit-commands.ts";
import { type AuditInstallation, openAuditInstallation } from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { copyLog } from "../../support/log-copies.ts";
import { accounts } from "../../support/till.ts";

let installation: AuditInstallation;
let copy: Awaited<ReturnType<typeof copyLog>>;
/** Where the trail stood when LogDB was copied, and how far it came after that. */
let cut: number;
let furthest: number;
/** What somebody keeps elsewhere, and nobody here can alter. */
let keptElsewhere: string;
let anchors: string;
let beforeResume: string;

beforeAll(async () => {
  installation = await openAuditInstallation();
  anchors = anchorFileIn(installation.dataDir);
  keptElsewhere = join(installation.dataDir, "elsewhere.jsonl");
  await relayed(3);
  cut = await lastSeq();
  copy = await copyLog(installation);
  await relayed(2);
  await relayed(2);
  furthest = await lastSeq();
  copyFileSync(anchors, keptElsewhere);
  beforeResume = readFileSync(anchors, "utf8");
}, 60_000);
afterAll(() => installation.close(), 60_000);
/** The older copy in the place of LogDB; MainDB and what is kept outside know better. */
beforeEach(async () => {
  await copy.putBack();
  writeFileSync(anchors, beforeResume);
  await forgetChanges();
}, 60_000);

async function add(): Promise<string> {
  const id = systemIds.next();
  await installation.database.transact(systemContext("job:test", systemIds.next()), async (tx) => {
    await tx.insert(accounts).values({ id, bookId: id, balance: "1" as never });
  });
  return id;
}

/** Lets a relay carry so many changes into the trail, and sign. */
async function relayed(count: number): Promise<void> {
  const relay = installation.startRelay();
  await eventually("it relays", () => relay.state().type === "running");
  let id = "";
  for (let n = 0; n < count; n += 1) id = await add();
  await eventually(
    "the last is in the trail",
    async () => (await installation.log`select 1 from audit.entries where targets @> ${[id]}`)[0],
  );
  await relay.close();
  // A relay signs when it ends, for which it has two seconds: whose machine stood still meanwhile has another one do it.
  while ((await signedSeq()) < (await lastSeq())) {
    const next = installation.startRelay();
    await eventually("it relays", () => next.state().type === "running");
    await next.close();
  }
}

async function signedSeq(): Promise<number> {
  const [row] = await installation.log`select max(seq)::int as seq from audit.checkpoints`;
  return Number(row?.["seq"] ?? 0);
}

async function lastSeq(): Promise<number> {
  const [row] = await installation.log`select max(seq)::int as seq from audit.entries`;
  return Number(row?.["seq"]);
}

/** MainDB's slot is where the newest of its changes are, as if all of them had been in the trail that is gone. */
async function forgetChanges() {
  const sql = superuser("main");
  await eventually(
    "nobody reads it",
    async () => (await sql`select 1 from pg_replication_slots where active`).length === 0,
  );
  await sql`select pg_replication_slot_advance(slot_name, pg_current_wal_lsn()) from pg_replication_slots`;
  await sql.end();
}

const superuser = (database: "main" | "log") =>
  postgres({ ...postgresJsOptions(installation.launcher(database)), max: 1, onnotice: () => {} });

/** Past the triggers. */
async function tamper(...statements: readonly string[]): Promise<void> {
  const sql = superuser("log");
  await sql`set session_replication_role = replica`;
  for (const statement of statements) await sql.unsafe(statement);
  await sql.end();
}

async function verify(options: Partial<VerifyOptions> = {}) {
  const log = openDatabase({
    ...{ connection: installation.at("reader", "log"), poolSize: 2, processId: "verify" },
    ...{ keyring: installation.keyring, clock: systemClock },
  });
  try {
    const own = [createSigner(installation.keyring).fingerprint()];
    return await verifyTrail(log.read, {
      keys: own,
      anchors: [keptElsewhere],
      anchorSource: "local",
      ...options,
    });
  } finally {
    await log.close();
  }
}

async function stopReason(): Promise<StopReason | null> {
  const relay = installation.startRelay();
  const state = await eventually("it runs or has stopped", () => {
    const now = relay.state();
    return now.type === "running" || now.type === "stopped" ? now : null;
  });
  await relay.close();
  return state.type === "stopped" ? state.reason : null;
}

const lostLine = () => `entries ${cut + 1}..${furthest} were lost when LogDB went back`;

describe("LogDB that was put back to an older copy", () => {
  test("is found; after a person's word the trail states what was lost, and goes on behind it", async () => {
    expect(await stopReason()).toBe("log_rolled_back");
    expect((await verify()).fault).toEqual({ type: "tail_cut", seq: furthest, witness: "anchor" });

    const resumed = await runAuditCommand(installation, ["audit:resume"]);
    expect(resumed.code).toBe(0);
    expect(resumed.lines).toEqual([
      expect.stringMatching(/^resumed after: LogDB was put back/),
      expect.stringContaining(lostLine()),
    ]);
    const newest = readAnchorFile(keptElsewhere)
      .map((signed) => readCheckpoint(signed))
      .at(-1);
    const [gap] = await installation.entries("kind = 'gap'");
    expect(gap).toMatchObject({
      seq: furthest + 1,
      data: {
        statement: {
          lost: { from: cut + 1, through: furthest, hash: newest?.hash, at: newest?.at },
        },
      },
    });

    await relayed(2);
    expect(await lastSeq()).toBe(furthest + 3);
    // The file has checkpoints of before and of after, each number once, in their order.
    const seqs = readAnchorFile(anchors).map((signed) => readCheckpoint(signed)?.seq ?? 0);
    expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
    expect(seqs.at(-1)).toBe(furthest + 3);
    for (const kept of [anchors, keptElsewhere])
      expect(await verify({ anchors: [kept] })).toMatchObject({
        ...{ verdict: "proven", fault: null, gaps: 1, lastSeq: furthest + 3 },
        losses: [{ from: cut + 1, through: furthest, at: newest?.at, isWitnessed: true }],
      });
    expect((await runAuditCommand(installation, ["audit:resume"])).lines).toEqual([
      "nothing to resume",
    ]);
    const verified = await runAuditCommand(installation, ["audit:verify"]);
    expect([verified.code, verified.lines[0]]).toEqual([
      2,
      expect.stringMatching(
        new RegExp(`^consistent, origin not proven, with a stated gap: ${lostLine()} `),
      ),
    ]);
  }, 60_000);

  test("twice, and each time is stated", async () => {
    await runAuditCommand(installation, ["audit:resume"]);
    await relayed(1);
    await copy.putBack();
    await runAuditCommand(installation, ["audit:resume"]);
    await relayed(1);
    // What the first gap has said was lost itself: the second says so, and of all before it.
    expect(await verify({ anchors: [anchors] })).toMatchObject({
      ...{ verdict: "proven", gaps: 1 },
      losses: [{ from: cut + 1, through: furthest + 2 }],
    });
  }, 60_000);

  test("after the key that signed was rotated: one hand states what it has signed itself", async () => {
    const old = installation.keyring;
    const keyring = {
      pairs: (of: string) => [...keyringOf("rotated").pairs(of), ...old.pairs(of)],
    };
    await runAuditCommand(installation, ["audit:resume"], { keyring });
    expect(await verify({ keys: null })).toMatchObject({
      ...{ verdict: "consistent", fault: null, losses: [{ through: furthest }] },
    });
  }, 60_000);

  test("and MainDB with it, so that both agree, is found by what is kept outside", async () => {
    const sql = superuser("main");
    // As a copy of the whole server would have it.
    await tamper("update audit.position set lsn = (select pg_current_wal_lsn()::text)");
    await sql.end();
    expect(await stopReason()).toBe("log_rolled_back");
    await runAuditCommand(installation, ["audit:resume"]);
    const [gap] = await installation.entries("kind = 'gap'");
    expect(gap).toMatchObject({ data: { statement: { keptSlot: true } } });
    await relayed(1);
    expect(await verify()).toMatchObject({ verdict: "proven", losses: [{ through: furthest }] });
  }, 60_000);

  test("and that is empty now: all that was there is stated as lost", async () => {
    await tamper(
      "truncate audit.entries, audit.checkpoints, audit.position, audit.unfinished, audit.seen_counters",
    );
    expect(await stopReason()).toBe("log_empty");
    expect((await verify()).fault).toMatchObject({ type: "tail_cut", seq: furthest });
    const { lines } = await runAuditCommand(installation, ["audit:resume"]);
    expect(lines[1]).toContain(`entries 1..${furthest} were lost`);
    await relayed(1);
    expect(await verify()).toMatchObject({
      ...{ verdict: "proven", fault: null, firstSeq: furthest + 1 },
      losses: [{ from: 1, through: furthest }],
    });
  }, 60_000);
});

describe("whoever cuts the end off is found", () => {
  test("who says nothing, also when the trail goes on over it", async () => {
    rmSync(anchors); // of this machine; somebody has a copy
    await tamper("update audit.position set lsn = (select pg_current_wal_lsn()::text)");
    await relayed(1);
    expect((await verify()).fault).toMatchObject({ witness: "anchor", type: "tail_cut" });
    await relayed(furthest - cut + 1);
    expect((await verify()).fault).toMatchObject({ witness: "anchor", type: "rewritten" });
  }, 60_000);

  test("who lets the gap name an older checkpoint than the newest", async () => {
    const lines = beforeResume.trimEnd().split("\n");
    writeFileSync(anchors, `${lines.slice(0, -1).join("\n")}\n`);
    const { lines: told } = await runAuditCommand(installation, ["audit:resume"]);
    expect(told[1]).toContain("were lost");
    expect(told[1]).not.toContain(lostLine());
    expect((await verify()).fault).toMatchObject({ type: "tail_cut", seq: furthest });
    await relayed(furthest - cut);
    expect((await verify()).fault).toMatchObject({ type: "rewritten", witness: "anchor" });
  }, 60_000);

  test.each<[string, Partial<LostEntries>]>([
    ["another hash", { hash: "0".repeat(64) }],
    ["another time", { at: "2001-01-01T00:00:00.000Z" }],
  ])(
    "who has our key, and names %s",
    async (_, wrong) => {
      await stateLoss(installation.keyring, (lost) => ({ ...lost, ...wrong }));
      expect((await verify()).fault).toEqual({
        type: "rewritten",
        seq: furthest,
        witness: "anchor",
      });
    },
    60_000,
  );

  test("who has our key, and leaves out a part of what was lost, or all of it", async () => {
    await stateLoss(installation.keyring, (lost) => ({ ...lost, from: lost.from + 1 }));
    expect((await verify()).fault).toEqual({ type: "missing", seq: cut + 1 });
  }, 60_000);

  test("who signs the gap with a key of another's", async () => {
    const stranger = keyringOf("stranger");
    await stateLoss(stranger, (lost) => lost);
    expect((await verify()).fault).toEqual({
      ...{ type: "forged", seq: furthest + 1, witness: "entry" },
      signer: createSigner(stranger).fingerprint(),
    });
    // Also found without a key: the kept checkpoints are of another hand.
    expect((await verify({ keys: null })).fault).toMatchObject({
      ...{ type: "rewritten", witness: "anchor" },
    });
  }, 60_000);

  test("who leaves the checkpoints of LogDB that tell of it, or its entries: no copy is like that", async () => {
    const seqOf = (signed: SignedStatement) => readCheckpoint(signed)?.seq ?? 0;
    const lost = readAnchorFile(keptElsewhere).find((signed) => seqOf(signed) > cut);
    if (!lost) throw new Error("what came after the copy was signed");
    await tamper(
      `insert into audit.checkpoints (seq, at, statement, signature)
       values (${seqOf(lost)}, now(), $q$${lost.text}$q$, '${lost.signature}')`,
    );
    await expect(runAuditCommand(installation, ["audit:resume"])).rejects.toThrow("by hand");
    await stateLoss(installation.keyring, (lost) => lost);
    expect((await verify()).fault).toMatchObject({ type: "rewritten", witness: "checkpoint" });
  }, 60_000);

  test("who puts a gap that was signed once in another place", async () => {
    await runAuditCommand(installation, ["audit:resume"]);
    const [gap] = await installation.entries("kind = 'gap'");
    await copy.putBack();
    await tamper(
      `delete from audit.entries where seq = ${cut}`,
      "delete from audit.checkpoints",
      `update audit.position set seq = ${cut - 1}, hash = (select hash from audit.entries where seq = ${cut - 1})`,
    );
    const at = systemClock.now();
    await write({ kind: "ddl", at, data: { tag: "instead of another" } });
    await write({ kind: "gap", at, data: gap?.data as never }, furthest);
    expect((await verify({ anchors: [] })).fault).toEqual({
      ...{ type: "forged", seq: furthest + 1, witness: "entry" },
      signer: createSigner(installation.keyring).fingerprint(),
    });
  }, 60_000);

  test("who writes lines of his own into the file: no gap is stated for them", async () => {
    writeFileSync(
      anchors,
      `${beforeResume}${JSON.stringify({
        statement: JSON.stringify({ v: 1, type: "checkpoint", seq: 1_000_000, hash: "f", at: "x" }),
        signature: "00",
      })}\n`,
    );
    const { lines } = await runAuditCommand(installation, ["audit:resume"]);
    expect(lines[1]).toContain(lostLine());
  }, 60_000);
});

const keyringOf = (name: string) =>
  openKeyring(
    { source: "file", path: join(installation.dataDir, `${name}.json`), create: true },
    { clock: systemClock },
  );

/** Writes a gap of the relay's form, with what an attacker makes of it. */
async function stateLoss(
  keyring: Parameters<typeof createSigner>[0],
  wrong: (lost: LostEntries) => LostEntries,
): Promise<void> {
  const [writer, main] = await openBoth();
  const signer = createSigner(keyring);
  const own = createSigner(installation.keyring);
  await writer.readPosition();
  const lost = findLost(writer.head(), readAnchorFile(keptElsewhere), own);
  if (!lost) throw new Error("nothing was lost");
  await begin(
    { writer, main, signer, clock: systemClock, anchors: [] },
    await main.currentLsn(),
    "gap",
    { reason: "log_rolled_back" },
    { entries: wrong(lost.entries), signer: signer.fingerprint() },
  );
  await main.close();
  await writer.close();
}

async function write(draft: Parameters<Writer["add"]>[0][number], lostUpTo = 0): Promise<void> {
  const [writer, main] = await openBoth();
  await writer.readPosition();
  await writer.begin();
  if (lostUpTo > 0) writer.skipTo(lostUpTo);
  await writer.add([draft]);
  const nothing = { counters: [], nowWaiting: [], noLongerWaiting: [] };
  await writer.commit({ position: { ...main.identity, lsn: 1n, ordinal: 1 }, ...nothing });
  await main.close();
  await writer.close();
}

type Writer = NonNullable<Awaited<ReturnType<typeof openLogWriter>>>;
async function openBoth(): Promise<[Writer, Awaited<ReturnType<typeof openMainSource>>]> {
  const writer = await openLogWriter({
    ...{ connection: installation.at("relay", "log"), now: systemClock.now, onLost: () => {} },
  });
  if (!writer) throw new Error("somebody relays");
  return [writer, await openMainSource(installation.at("relay", "main"))];
}
