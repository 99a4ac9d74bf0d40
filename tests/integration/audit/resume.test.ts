import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import postgres from "postgres";
import { anchorFileIn } from "#platform/audit/anchors";
import type { RelayConnections } from "#platform/audit/commands";
import { formatLsn, parseLsn } from "#platform/audit/lsn";
import type { StopReason } from "#platform/audit/stop-reasons";
import { postgresJsOptions } from "#platform/db/connection";
import { systemContext } from "#platform/kernel/context";
import { systemIds } from "#platform/system";
import { runAuditCommand } from "../../support/audit-commands.ts";
import { type AuditInstallation, openAuditInstallation } from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { accounts } from "../../support/till.ts";

let installation: AuditInstallation;
const opened: AuditInstallation[] = [];
beforeEach(async () => {
  installation = await open();
  const relay = installation.startRelay();
  await relay.settled(10_000);
  await add(installation);
  await inTrail(installation, await add(installation));
  await relay.close();
}, 60_000);
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
}, 60_000);

async function open() {
  const one = await openAuditInstallation();
  opened.push(one);
  return one;
}

async function add({ database }: AuditInstallation): Promise<string> {
  const id = systemIds.next();
  await database.transact(systemContext("job:test", systemIds.next()), async (tx) => {
    await tx.insert(accounts).values({ id, bookId: id, balance: "1" as never });
  });
  return id;
}

const inTrail = (of: AuditInstallation, id: string) =>
  eventually(
    `${id} is in the trail`,
    async () => (await of.log`select seq from audit.entries where targets @> ${[id]}`)[0],
  );

/** The trail fits together afterwards. */
async function resume(connections: RelayConnections): Promise<readonly string[]> {
  const { code, lines } = await runAuditCommand(installation, ["audit:resume"], { connections });
  expect(code).toBe(0);
  const verified = await runAuditCommand(installation, ["audit:verify"]);
  expect([verified.code, verified.lines[0]]).toEqual([2, "consistent, origin not proven"]);
  return lines;
}

/** The relay says why it stopped and adds nothing; after resume it goes on, and the trail tells of it. */
async function expectStopAndResume(
  reason: StopReason,
  kind: "epoch" | "gap",
  connections: Partial<RelayConnections> = {},
) {
  const before = (await installation.entries()).length;
  const relay = installation.startRelay(connections);
  await eventually("it has stopped", () => relay.state().type === "stopped");
  expect(relay.state()).toEqual({ type: "stopped", reason });
  await Bun.sleep(300);
  expect((await installation.entries()).length).toBe(before);
  const lines = await resume({ ...installation.relayConnections, ...connections });
  expect(lines[0]).toStartWith("resumed after: ");
  await eventually("it runs again", () => relay.state().type === "running");
  const entries = await installation.entries("kind in ('epoch', 'gap')");
  expect(entries.at(-1)).toMatchObject({ kind, data: { statement: { reason } } });
  return relay;
}

describe("the trail waits for somebody to take note", () => {
  test("when MainDB was restored into a new cluster, whose WAL begins lower", async () => {
    const restored = await open();
    // What was there before, as a snapshot brings it.
    const rows = await installation.main`select * from till.accounts`;
    for (const row of rows)
      await restored.main`insert into till.accounts ${restored.main(row, "id", "book_id", "balance")}`;
    const lost = await add(installation); // answered, and never read: nobody can know of it any more
    const [position] = await installation.log`select lsn from audit.position`;
    const relay = await expectStopAndResume("system_changed", "gap", {
      main: restored.relayConnections.main,
    });
    const id = await add(restored);
    await inTrail(installation, id);
    const [found] = await installation.entries(`targets @> array['${id}']`);
    const [gap] = await installation.entries("kind = 'gap'");
    expect(gap?.data).toMatchObject({
      statement: { unknownFrom: position?.["lsn"], from: { lsn: position?.["lsn"] } },
    });
    expect(await installation.entries(`targets @> array['${lost}']`)).toEqual([]);
    expect(found?.data["after"]).toMatchObject({ id });
    await relay.close();
  }, 60_000);

  test("when the slot is gone", async () => {
    const [slot] = await installation.main`select slot_name as name from pg_replication_slots`;
    const launcher = superuser("main");
    await launcher`select pg_drop_replication_slot(${slot?.["name"]})`;
    await launcher.end();
    await add(installation); // nobody will ever read this one
    const relay = await expectStopAndResume("slot_missing", "gap");
    await inTrail(installation, await add(installation));
    await relay.close();
  }, 60_000);

  test("when LogDB was put back to an older state", async () => {
    await installation.log`update audit.position set lsn = ${formatLsn(parseLsn("0/10000"))}`;
    const relay = await expectStopAndResume("log_rolled_back", "gap");
    await inTrail(installation, await add(installation));
    await relay.close();
  }, 60_000);

  test("when LogDB is new or was emptied, and nothing outside of it is kept: MainDB's slot has been read before", async () => {
    rmSync(anchorFileIn(installation.dataDir));
    await add(installation); // nobody has read it; after what is lost, nobody says that it was all
    const log = superuser("log");
    await log`set session_replication_role = replica`;
    await log`
      truncate audit.entries, audit.checkpoints, audit.position, audit.unfinished, audit.seen_counters`;
    await log.end();
    const relay = await expectStopAndResume("log_empty", "gap");
    expect(await installation.entries("seq = 1")).toMatchObject([
      { kind: "gap", data: { statement: { from: null, reason: "log_empty" } } },
    ]);
    await inTrail(installation, await add(installation));
    await relay.close();
  }, 60_000);

  test("when MainDB was put back to an older state", async () => {
    await installation.log`update audit.position set lsn = '7/0'`;
    const relay = await expectStopAndResume("main_rolled_back", "gap");
    await inTrail(installation, await add(installation));
    await relay.close();
  }, 60_000);

  test("when MainDB's timeline is one that does not come from the trail's", async () => {
    await add(installation);
    await installation.log`update audit.position set timeline = 7`;
    const relay = await expectStopAndResume("timeline_changed", "gap");
    await inTrail(installation, await add(installation));
    await relay.close();
  }, 60_000);
});

function superuser(database: "main" | "log") {
  return postgres({ ...postgresJsOptions(installation.launcher(database)), max: 1 });
}
