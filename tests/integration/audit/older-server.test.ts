import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import { postgresJsOptions } from "#platform/db/connection";
import { migrate } from "#platform/db/migrate";
import { systemContext } from "#platform/kernel/context";
import { systemIds } from "#platform/system";
import { runAuditCommand } from "../../support/audit-commands.ts";
import {
  type AuditInstallation,
  auditedLayout,
  openAuditInstallation,
} from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { hasServerPrograms } from "../../support/server-postgres.ts";
import { testRoleNames } from "../../support/test-templates.ts";
import { accounts } from "../../support/till.ts";
import { expectComplete, seeded, writeWildly } from "../../support/wild-writes.ts";

const writesBetweenCuts = 50;

/** The oldest release that we work on, where the machine has it. */
describe.skipIf(!hasServerPrograms)("on somebody's server of PostgreSQL 15", () => {
  let installation: AuditInstallation;
  beforeAll(async () => {
    installation = await openAuditInstallation({}, { server: "machine" });
    const [row] = await installation.main`show server_version_num`;
    expect(String(row?.["server_version_num"])).toStartWith("15");
    const relay = installation.startRelay();
    await relay.settled(10_000); // the trail begins
    await relay.close();
  }, 60_000);
  afterAll(() => installation.close(), 30_000);

  test("nothing is lost, doubled or out of order while connections break, relays take turns and LogDB is away", async () => {
    const { proxy, database } = installation;
    const first = installation.startRelay();
    await first.settled(10_000);
    const second = installation.startRelay();
    await writeWildly(database, seeded(61), (count) => {
      if (count % writesBetweenCuts === 0) proxy.cut();
    });
    const writing = writeWildly(database, seeded(62));
    await first.close();
    proxy.takeAway();
    await writing;
    await Bun.sleep(1_000);
    proxy.restore();
    expect(await expectComplete(installation)).toBeGreaterThan(2_000);
    await second.close();
  }, 60_000);

  test("transactions that are larger than what is held in memory are read twice", async () => {
    const relay = installation.startRelay({ bounds: { maxParts: 40, maxBytes: 8_000 } });
    const ctx = systemContext("job:test", systemIds.next());
    await installation.database.transact(ctx, async (tx) => {
      await tx.insert(accounts).values(
        Array.from({ length: 200 }, () => ({
          ...{ id: systemIds.next(), bookId: systemIds.next(), balance: "1" as never },
        })),
      );
    });
    await expectComplete(installation);
    const own = await installation.entries(`request_id = '${ctx.requestId}'`);
    expect(own.length).toBe(200);
    await relay.close();
  }, 60_000);

  test("after the publication was dropped nobody can read what was written until there was another: it stops with a name, and goes on behind a gap", async () => {
    const { main, log, at } = installation;
    const insert = async () => {
      const id = systemIds.next();
      await main`insert into till.accounts values (${id}, ${id}, 1)`;
      return id;
    };
    const inTrail = async (id: string) =>
      (await log`select 1 from audit.entries where targets @> ${[id]}`)[0];
    const read = await insert();
    await main`drop publication fintrack_audit`;
    const unread = await insert();
    await migrate({
      ...{ connection: at("owner", "main"), layout: auditedLayout, roles: testRoleNames },
    });
    const relay = installation.startRelay();
    await eventually("it has stopped", () => relay.state().type === "stopped", 20_000);
    expect(relay.state()).toEqual({ type: "stopped", reason: "publication_dropped" });
    expect(await inTrail(read)).toBeDefined();
    const { code, lines } = await runAuditCommand(installation, ["audit:resume"]);
    expect([code, lines]).toEqual([
      0,
      [expect.stringMatching(/^resumed after: MainDB's publication was dropped/)],
    ]);
    await eventually("it runs", () => relay.state().type === "running");
    const after = await insert();
    await eventually("it is in the trail", () => inTrail(after));
    expect(await inTrail(unread)).toBeUndefined();
    const [gap] = await installation.entries("kind = 'gap'");
    expect(gap?.data).toMatchObject({
      statement: { reason: "publication_dropped", unknownFrom: expect.any(String) },
    });
    const verified = await runAuditCommand(installation, ["audit:verify"]);
    expect(verified.lines[0]).toBe("consistent, origin not proven");
    await relay.close();
  }, 60_000);

  test("a standby has no copy of the slot: when it was promoted, the gap says from where to where nothing was read", async () => {
    const { cluster } = installation;
    const standby = await cluster.standby?.();
    if (!standby) throw new Error("the machine's server can have one");
    const sql = postgres({ ...postgresJsOptions(standby.superuser("main")), max: 1 });
    const [written] = await installation.main`select pg_current_wal_flush_lsn()::text as lsn`;
    await eventually("it has caught up", async () => {
      const [row] =
        await sql`select pg_last_wal_replay_lsn() >= ${written?.["lsn"]}::pg_lsn as done`;
      return row?.["done"];
    });
    await sql`select pg_promote(true)`;
    await sql.end();

    const promoted = { ...installation.relayConnections, main: standby.at("relay", "main") };
    const relay = installation.startRelay(promoted);
    await eventually("it has stopped", () => relay.state().type === "stopped");
    expect(relay.state()).toEqual({ type: "stopped", reason: "timeline_changed" });
    const { lines } = await runAuditCommand(installation, ["audit:resume"], {
      connections: promoted,
    });
    expect(lines).toEqual([expect.stringMatching(/^resumed after: MainDB was promoted/)]);
    await eventually("it runs", () => relay.state().type === "running");
    const gap = (await installation.entries("kind = 'gap'")).at(-1);
    expect(gap).toMatchObject({
      data: {
        statement: {
          ...{ reason: "timeline_changed", keptSlot: false, switchedAt: expect.any(String) },
          ...{ from: { timeline: 1 }, to: { timeline: 2 } },
        },
      },
    });
    const verified = await runAuditCommand(installation, ["audit:verify"]);
    expect(verified.lines[0]).toBe("consistent, origin not proven");
    await relay.close();
    await standby.close();
  }, 60_000);
});
