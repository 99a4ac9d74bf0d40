import { afterAll, beforeAll, expect, test } from "bun:test";
import postgres from "postgres";
import { openLogWriter, TrailMovedError } from "#platform/audit/log-writer";
import { formatLsn, parseLsn } from "#platform/audit/lsn";
import { postgresJsOptions } from "#platform/db/connection";
import { systemClock } from "#platform/kernel/clock";
import { systemContext } from "#platform/kernel/context";
import { systemIds } from "#platform/system";
import { type AuditInstallation, openAuditInstallation } from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { accounts } from "../../support/till.ts";
import { expectComplete } from "../../support/wild-writes.ts";

/** Several of the relay's ticks, with each of which it tells MainDB how far it is. */
const ticksMs = 2_500;

let installation: AuditInstallation;
beforeAll(async () => {
  installation = await openAuditInstallation();
  const relay = installation.startRelay();
  await relay.settled(10_000); // the trail begins
  await relay.close();
}, 60_000);
afterAll(() => installation.close(), 60_000);

async function addAccount(): Promise<void> {
  const id = systemIds.next();
  await installation.database.transact(
    systemContext("job:test", systemIds.next()),
    async (tx) =>
      void (await tx.insert(accounts).values({ id, bookId: id, balance: "1" as never })),
  );
}

const openWriter = () =>
  openLogWriter({
    ...{ connection: installation.at("relay", "log"), now: systemClock.now },
    onLost: () => {},
  });

async function storedLsn() {
  const [row] = await installation.log`select lsn from audit.position`;
  return parseLsn(row?.["lsn"]);
}

async function acknowledgedLsn() {
  const [row] = await installation.main`
    select confirmed_flush_lsn::text as lsn from pg_replication_slots`;
  return parseLsn(row?.["lsn"]);
}

test("MainDB is not told of what LogDB has not committed", async () => {
  const relay = installation.startRelay();
  await relay.settled(10_000);
  const superuser = postgres({ ...postgresJsOptions(installation.launcher("log")), max: 1 });
  const before = await storedLsn();
  await installation.log.begin(async (holding) => {
    await holding`select 1 from audit.position for update`;
    await addAccount();
    const relaying = await eventually(
      "the relay waits in the middle of its transaction",
      async () =>
        (
          await installation.log<{ pid: number }[]>`
            select pid from pg_locks where not granted`
        )[0],
    );
    await Bun.sleep(ticksMs);
    expect(await acknowledgedLsn()).toBeLessThanOrEqual(before);
    await superuser`select pg_terminate_backend(${relaying.pid})`;
  });
  await expectComplete(installation);
  await relay.close();
  await superuser.end();
}, 60_000);

test("one writer at a time has the trail, and adds nothing once somebody else has moved its end", async () => {
  const writer = await openWriter();
  if (!writer) throw new Error("nobody else writes");
  expect(await openWriter()).toBeNull();
  const position = await writer.readPosition();
  if (!position) throw new Error("the trail has begun");
  const entries = (await installation.entries()).length;

  const add = async () => {
    await writer.begin();
    await writer.add([{ kind: "ddl", at: systemClock.now(), data: { tag: "test" } }]);
    const batch = { counters: [], nowWaiting: [], noLongerWaiting: [] };
    await writer.commit({ ...batch, position });
  };
  const original = position.lsn === null ? null : formatLsn(position.lsn);
  const moves = [
    "lsn = '7/0'",
    "seq = seq - 1",
    `hash = '${"0".repeat(64)}'`,
    "timeline = 9",
    "system_id = '9'",
    "slot = 'other'",
  ];
  for (const move of moves) {
    await installation.log.unsafe(`update audit.position set ${move}`);
    await expect(add()).rejects.toBeInstanceOf(TrailMovedError);
    await writer.rollback();
    await installation.log`
      update audit.position set lsn = ${original}, seq = ${position.head.seq}, hash = ${position.head.hash},
        timeline = ${position.timeline}, system_id = ${position.systemId}, slot = ${position.slot}`;
  }
  expect((await installation.entries()).length).toBe(entries);
  await add();
  expect((await installation.entries()).length).toBe(entries + 1);
  await writer.close();
}, 60_000);
