import { afterAll, beforeAll, expect, test } from "bun:test";
import postgres from "postgres";
import { watchRelay, watchSlot } from "#platform/audit/relay-metrics";
import { postgresJsOptions } from "#platform/db/connection";
import { systemClock } from "#platform/kernel/clock";
import { systemContext } from "#platform/kernel/context";
import { createMetrics } from "#platform/observability/metrics";
import { systemIds } from "#platform/system";
import { runAuditCommand } from "../../support/audit-commands.ts";
import { type AuditInstallation, openAuditInstallation } from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { accounts } from "../../support/till.ts";

let installation: AuditInstallation;
beforeAll(async () => {
  installation = await openAuditInstallation({
    ...{ max_slot_wal_keep_size: "16MB", max_wal_size: "32MB", min_wal_size: "32MB" },
  });
}, 60_000);
afterAll(() => installation.close(), 60_000);

async function add(): Promise<string> {
  const id = systemIds.next();
  await installation.database.transact(systemContext("job:test", systemIds.next()), async (tx) => {
    await tx.insert(accounts).values({ id, bookId: id, balance: "1" as never });
  });
  return id;
}

const inTrail = async (id: string) =>
  (await installation.log`select 1 from audit.entries where targets @> ${[id]}`).length > 0;

/** More WAL than is kept; a checkpoint gives it up. */
async function fillWal(): Promise<void> {
  const sql = postgres({ ...postgresJsOptions(installation.launcher("main")), max: 1 });
  for (let filled = 0; filled < 64; filled += 4)
    await sql`select pg_logical_emit_message(false, 'fill', repeat('x', 4194304))`;
  await sql`checkpoint`;
  await sql.end();
}

test("MainDB gave up what the relay had not read: it stops, says so, and goes on by a person's word behind a gap that says from where to where", async () => {
  const first = installation.startRelay();
  await first.settled(10_000);
  const before = await add();
  await eventually("it is in the trail", () => inTrail(before));
  await first.close();
  const lost = await add();
  await fillWal();
  await eventually("the slot is lost", async () => {
    const [slot] = await installation.main`select wal_status from pg_replication_slots`;
    return slot?.["wal_status"] === "lost";
  });
  const entries = (await installation.entries()).length;

  const relay = installation.startRelay();
  const metrics = createMetrics();
  watchRelay(metrics, relay, systemClock);
  watchSlot(metrics, installation.database.read);
  await eventually("it has stopped", () => relay.state().type === "stopped");
  expect(relay.state()).toEqual({ type: "stopped", reason: "slot_lost" });
  const exposed = await metrics.exposition();
  expect(exposed).toContain('fintrack_audit_relay_stopped{reason="slot_lost"} 1');
  expect(exposed).toContain('fintrack_audit_relay_state{state="stopped"} 1');
  // Nothing is kept any more, so nothing can be full: writes go on.
  expect(exposed).not.toMatch(/^fintrack_audit_slot_kept_bytes \d/m);
  expect(installation.logLines()).toContainEqual(
    expect.objectContaining({ level: "error", reason: "slot_lost" }),
  );
  await Bun.sleep(2_500);
  expect((await installation.entries()).length).toBe(entries);

  const { code, lines } = await runAuditCommand(installation, ["audit:resume"]);
  expect([code, lines]).toEqual([
    0,
    [expect.stringMatching(/^resumed after: MainDB gave the slot up/)],
  ]);
  await eventually("it runs", () => relay.state().type === "running");
  const after = await add();
  await eventually("it is in the trail", () => inTrail(after));
  expect(await inTrail(lost)).toBe(false);
  const [gap] = await installation.entries("kind = 'gap'");
  expect(gap).toMatchObject({
    data: {
      statement: {
        ...{ reason: "slot_lost", keptSlot: false, unknownFrom: expect.any(String) },
        from: { lsn: expect.any(String) },
        to: { lsn: expect.any(String) },
      },
    },
  });
  const verified = await runAuditCommand(installation, ["audit:verify"]);
  expect([verified.code, verified.lines.join()]).toEqual([
    2,
    expect.stringContaining("1 epochs, 1 gaps"),
  ]);
  expect(await metrics.exposition()).toContain(
    'fintrack_audit_relay_stopped{reason="slot_lost"} 0',
  );
  await relay.close();
}, 60_000);
