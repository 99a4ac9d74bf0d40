import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import { createSlotGuard } from "#platform/audit/slot-guard";
import { openDatabase } from "#platform/db/client";
import { postgresJsOptions } from "#platform/db/connection";
import { systemClock } from "#platform/kernel/clock";
import { systemContext } from "#platform/kernel/context";
import { systemIds } from "#platform/system";
import { type AuditInstallation, openAuditInstallation } from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { recordLog } from "../../support/log-lines.ts";
import { accounts } from "../../support/till.ts";

let installation: AuditInstallation;
beforeAll(async () => {
  installation = await openAuditInstallation({ max_slot_wal_keep_size: "64MB" });
}, 60_000);
afterAll(() => installation.close(), 60_000);

describe("when MainDB has hardly room for what the trail has not read", () => {
  test("writes are refused until the trail has caught up, unless a gap is preferred", async () => {
    const relay = installation.startRelay();
    await relay.settled(10_000);
    await relay.close();
    const { logger } = recordLog();
    const guards = (["refuse", "gap"] as const).map((onFull) =>
      createSlotGuard({ onFull, logger, pollMs: 50 }),
    );
    const databases = guards.map(({ isWritable }) =>
      openDatabase({
        ...{ connection: installation.at("app", "main"), poolSize: 2, processId: systemIds.next() },
        ...{ keyring: installation.keyring, clock: systemClock, isWritable },
      }),
    );
    const write = (database: (typeof databases)[number] | undefined) => {
      const row = { id: systemIds.next(), bookId: systemIds.next(), balance: "1" as never };
      return database?.transact(systemContext("job:test", "r"), async (tx) => {
        await tx.insert(accounts).values(row);
      });
    };
    const [refusing, going] = databases;
    for (const [index, guard] of guards.entries()) {
      const database = databases[index];
      if (database) guard.watch(database.read);
    }
    await write(refusing);
    const launcher = postgres({ ...postgresJsOptions(installation.launcher("main")), max: 1 });
    for (let filled = 0; filled < 62; filled += 2)
      await launcher`select pg_logical_emit_message(false, 'fill', repeat('x', 2097152))`;
    await eventually("it is full", () => guards[0]?.isWritable() === false);
    const failure: unknown = await write(refusing)?.catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "database.audit_full", kind: "unavailable" });
    await write(going);

    const again = installation.startRelay();
    // What the slot keeps shrinks only behind such a note, which PostgreSQL writes by itself some four times a minute.
    const hasCaughtUp = async () => {
      await launcher`select pg_log_standby_snapshot()`;
      return guards[0]?.isWritable() === true;
    };
    await eventually("it has caught up", hasCaughtUp, 60_000);
    await launcher.end();
    await write(refusing);
    await again.close();
    for (const guard of guards) guard.stop();
    await Promise.all(databases.map((database) => database.close()));
  }, 90_000);
});
