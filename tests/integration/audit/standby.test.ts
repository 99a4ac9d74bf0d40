import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import postgres from "postgres";
import { parseLsn } from "#platform/audit/lsn";
import type { RelayOptions } from "#platform/audit/relay";
import { type OpenDatabase, openDatabase } from "#platform/db/client";
import { postgresJsOptions } from "#platform/db/connection";
import { waitForLock } from "#platform/db/embedded-lock";
import { systemClock } from "#platform/kernel/clock";
import { systemContext } from "#platform/kernel/context";
import { systemIds } from "#platform/system";
import { runAuditCommand } from "../../support/audit-commands.ts";
import { type AuditInstallation, openAuditInstallation } from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { killPostgres, makeStandby, type Standby } from "../../support/standby.ts";
import { accounts } from "../../support/till.ts";
import { expectComplete, seeded, writeWildly } from "../../support/wild-writes.ts";

/** The standby has its copy of the slot when it comes around to it: half a minute after it last found nothing to do. */
const slotCopyTimeoutMs = 60_000;

let installation: AuditInstallation;
let standby: Standby;
const closing: (() => Promise<unknown>)[] = [];
/**
 * LogDB stays where it is when MainDB's server is lost. Without autovacuum, whose files may be gone while the standby is
 * being copied.
 */
beforeEach(async () => {
  installation = await openAuditInstallation({ autovacuum: "off" }, { logApart: true });
  const relay = installation.startRelay();
  await relay.settled(10_000); // the trail begins
  await relay.close();
}, 60_000);
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await installation.close();
}, 60_000);

async function follow(syncsSlots: boolean): Promise<void> {
  standby = await makeStandby(installation, { syncsSlots });
  closing.push(standby.close);
}

/** For good: its launcher would have it back within a second, and the standby would go on following it. */
async function losePrimary(): Promise<void> {
  const { dataDir } = installation;
  const lock = await waitForLock(join(dataDir, "start.lock"), 30_000);
  if (!lock) throw new Error("somebody starts it");
  closing.push(async () => lock.release());
  killPostgres(join(dataDir, "postgres"));
}

/** What asks MainDB from now on. */
async function promote(): Promise<AuditInstallation> {
  await standby.promote();
  const main = postgres({
    ...postgresJsOptions(standby.here(installation.at("owner", "main"))),
    ...{ max: 4, onnotice: () => {} },
  });
  const database = openDatabase({
    connection: standby.here(installation.at("app", "main")),
    ...{ poolSize: 8, processId: systemIds.next() },
    ...{ keyring: installation.keyring, clock: systemClock },
  });
  closing.push(
    () => database.close(),
    () => main.end({ timeout: 1 }),
  );
  const relayConnections = {
    ...installation.relayConnections,
    main: standby.here(installation.at("relay", "main")),
  };
  return { ...installation, main, database, relayConnections };
}

/** As the runbook has it: the relay has stopped and says why, somebody resumes, it goes on by itself. */
async function resume(promoted: AuditInstallation, kind: "epoch" | "gap") {
  const options: Partial<RelayOptions> = { main: promoted.relayConnections.main };
  const relay = installation.startRelay(options);
  closing.push(() => relay.close());
  await eventually("the relay has stopped", () => relay.state().type === "stopped");
  expect(relay.state()).toEqual({ type: "stopped", reason: "timeline_changed" });
  const { code, lines } = await runAuditCommand(promoted, ["audit:resume"]);
  expect([code, lines]).toEqual([
    0,
    [expect.stringMatching(/^resumed after: MainDB was promoted/)],
  ]);
  await eventually("it runs again", () => relay.state().type === "running");
  const entry = (await installation.entries("kind in ('epoch', 'gap')")).at(-1);
  expect(entry).toMatchObject({ kind, data: { statement: { reason: "timeline_changed" } } });
  return entry?.data["statement"] as {
    readonly from: { readonly lsn: string; readonly timeline: number };
    readonly to: { readonly lsn: string; readonly timeline: number };
    readonly switchedAt?: string;
    readonly keptSlot: boolean;
  };
}

async function add(database: OpenDatabase): Promise<string> {
  const id = systemIds.next();
  await database.transact(systemContext("job:test", systemIds.next()), async (tx) => {
    await tx.insert(accounts).values({ id, bookId: id, balance: "1" as never });
  });
  return id;
}

const inTrail = (id: string) =>
  eventually(
    `${id} is in the trail`,
    async () => (await installation.log`select 1 from audit.entries where targets @> ${[id]}`)[0],
  );
const wasKept = async (id: string) =>
  (await installation.log`select 1 from audit.entries where targets @> ${[id]}`).length > 0;

/** The trail takes nothing that the standby has not: of relays that start after this. */
async function waitForStandby(): Promise<void> {
  await asLauncher(async (sql) => {
    await sql`alter system set synchronized_standby_slots = 'standby'`;
    await sql`select pg_reload_conf()`;
  });
  // Whoever connects gets the postmaster's settings, which it reads some time after it was told to.
  await eventually("it is in force", () =>
    asLauncher(async (sql) => {
      const [row] = await sql`show synchronized_standby_slots`;
      return row?.["synchronized_standby_slots"] === "standby";
    }),
  );
}

/** Its processes outlive the postmaster for a moment, and would still take what is written. */
async function loseStandby(): Promise<void> {
  standby.kill();
  await eventually("nobody follows", () =>
    asLauncher(async (sql) => {
      const [slot] = await sql`select active from pg_replication_slots where slot_name = 'standby'`;
      return slot?.["active"] === false;
    }),
  );
}

async function asLauncher<T>(ask: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres({ ...postgresJsOptions(installation.launcher("main")), max: 1 });
  try {
    return await ask(sql);
  } finally {
    await sql.end();
  }
}

async function slotCameAlong(): Promise<void> {
  await eventually(
    "the slot is copied",
    async () => {
      // It can be copied once it is behind such a note, which the primary writes by itself some four times a minute.
      await asLauncher((sql) => sql`select pg_log_standby_snapshot()`);
      return standby.ask("select 1 from pg_replication_slots where synced and not temporary");
    },
    slotCopyTimeoutMs,
  );
}

describe("when MainDB's standby was promoted", () => {
  test("and the slot came along: nothing is lost, doubled or out of order", async () => {
    await follow(true);
    await waitForStandby();
    const relay = installation.startRelay();
    await writeWildly(installation.database, seeded(41));
    await inTrail(await add(installation.database));
    await slotCameAlong();
    await loseStandby();
    const early = await add(installation.database);
    await Bun.sleep(1_500);
    expect(await wasKept(early)).toBe(false); // the trail is not ahead of the standby
    await standby.start();
    await inTrail(early);
    await relay.close();
    const unread = await add(installation.database); // nobody has read it when the primary dies
    await standby.caughtUp(installation.main);
    await losePrimary();
    const promoted = await promote();
    await writeWildly(promoted.database, seeded(42));
    const statement = await resume(promoted, "epoch");
    expect(statement).toMatchObject({ keptSlot: true, from: { timeline: 1 }, to: { timeline: 2 } });
    await inTrail(unread);
    expect(await expectComplete(promoted)).toBeGreaterThan(2_000);
  }, 180_000);

  test("before it had all that the trail has: what MainDB lost stays in the trail, and nothing that came instead is left out", async () => {
    await follow(true);
    const relay = installation.startRelay();
    await inTrail(await add(installation.database));
    await slotCameAlong();
    await loseStandby();
    const undone = await add(installation.database);
    await inTrail(undone);
    await relay.close();
    await losePrimary();
    await standby.start();
    const promoted = await promote();
    const ids: string[] = [];
    // Beyond the place in the WAL that the trail has reached on the other timeline.
    for (let n = 0; n < 200; n += 1) ids.push(await add(promoted.database));
    const statement = await resume(promoted, "epoch");
    await inTrail(ids.at(-1) ?? "");
    for (const id of ids) expect(await wasKept(id)).toBe(true);
    expect(await wasKept(undone)).toBe(true);
    const rows = await promoted.main`select 1 from till.accounts where id = ${undone}`;
    expect(rows).toHaveLength(0);
    // Said by name: of the timeline before, what is beyond this place was undone.
    expect(parseLsn(statement.switchedAt ?? "")).toBeLessThan(parseLsn(statement.from.lsn));
    expect(statement.to.lsn).toBe(statement.switchedAt ?? "");
    const [entry] = await installation.entries(`targets @> array['${undone}']`);
    expect(parseLsn(String(entry?.data["lsn"]))).toBeGreaterThan(
      parseLsn(statement.switchedAt ?? ""),
    );
  }, 180_000);

  test("and the slot did not come along: the gap says from where to where nothing was read", async () => {
    await follow(false);
    const relay = installation.startRelay();
    await inTrail(await add(installation.database));
    await relay.close();
    const unread = await add(installation.database);
    await standby.caughtUp(installation.main);
    await losePrimary();
    const promoted = await promote();
    const between = await add(promoted.database);
    const statement = await resume(promoted, "gap");
    await inTrail(await add(promoted.database));
    expect([await wasKept(unread), await wasKept(between)]).toEqual([false, false]);
    expect(statement.keptSlot).toBe(false);
    expect(parseLsn(statement.from.lsn)).toBeLessThan(parseLsn(statement.to.lsn));
    const { lines } = await runAuditCommand(promoted, ["audit:verify"]);
    expect(lines.join()).toContain("1 epochs, 1 gaps");
  }, 180_000);
});
