import { afterAll, beforeAll, expect, test } from "bun:test";
import { anchorFileIn } from "#platform/audit/anchors";
import { createSigner } from "#platform/audit/signing";
import { verifyTrail } from "#platform/audit/verify";
import { openDatabase } from "#platform/db/client";
import { systemClock } from "#platform/kernel/clock";
import { systemContext } from "#platform/kernel/context";
import { type Instant, parseInstant } from "#platform/kernel/time";
import { systemIds } from "#platform/system";
import { type AuditInstallation, openAuditInstallation } from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { createTestClock } from "../../support/test-app.ts";
import { accounts } from "../../support/till.ts";

const dayMs = 86_400_000;

let installation: AuditInstallation;
beforeAll(async () => {
  installation = await openAuditInstallation();
}, 60_000);
afterAll(() => installation.close(), 60_000);

async function addAndWait(): Promise<void> {
  const id = systemIds.next();
  await installation.database.transact(systemContext("job:test", systemIds.next()), async (tx) => {
    await tx.insert(accounts).values({ id, bookId: id, balance: "1" as never });
  });
  await eventually(
    "it is in the trail",
    async () => (await installation.log`select 1 from audit.entries where targets @> ${[id]}`)[0],
  );
}

async function partitions(): Promise<string[]> {
  const rows = await installation.log<{ name: string }[]>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'audit.entries'::regclass order by 1`;
  return rows.map(({ name }) => name);
}

async function verify() {
  const log = openDatabase({
    ...{ connection: installation.at("reader", "log"), poolSize: 2, processId: "verify" },
    ...{ keyring: installation.keyring, clock: systemClock },
  });
  try {
    return await verifyTrail(log.read, {
      keys: [createSigner(installation.keyring).fingerprint()],
      anchors: [anchorFileIn(installation.dataDir)],
      anchorSource: "local",
    });
  } finally {
    await log.close();
  }
}

test("months that grow too old while the relay runs are destroyed, behind a signed tombstone by which the rest is proven", async () => {
  const clock = createTestClock(parseInstant("2024-01-10T12:00:00Z"));
  let passedMs = 0;
  const relay = installation.startRelay({
    ...{ clock, retentionMonths: 12, monotonicMs: () => performance.now() + passedMs },
  });
  /** A day at least has passed for whoever looks seldom. */
  const goTo = (instant: Instant) => {
    clock.advance((Date.parse(instant) - Date.parse(clock.now())) / 1_000);
    passedMs += dayMs;
  };
  await relay.settled(10_000);
  await addAndWait();
  goTo(parseInstant("2024-02-10T12:00:00Z"));
  await addAndWait();
  await addAndWait();
  goTo(parseInstant("2024-03-10T12:00:00Z"));
  await addAndWait();
  const whole = await installation.entries();
  expect(await partitions()).toEqual([
    ...["entries_2024_01", "entries_2024_02", "entries_2024_03", "entries_2024_04"],
  ]);

  // January alone is older than twelve whole months.
  goTo(parseInstant("2025-02-15T12:00:00Z"));
  await eventually(
    "January is gone",
    async () => !(await partitions()).includes("entries_2024_01"),
  );
  expect((await partitions())[0]).toBe("entries_2024_02");
  const [first] = await installation.entries("kind = 'tombstone'");
  expect(first).toMatchObject({
    data: { statement: { before: "2024-02-01T00:00:00.000Z", throughSeq: 2 }, signed: {} },
  });
  expect(await verify()).toMatchObject({ verdict: "proven", fault: null, firstSeq: 3 });
  await addAndWait();

  goTo(parseInstant("2025-04-01T00:00:00Z"));
  await eventually("March is gone", async () => !(await partitions()).includes("entries_2024_03"));
  await addAndWait();
  await relay.close();
  expect((await installation.entries("kind = 'tombstone'")).length).toBe(2);
  const left = await installation.entries();
  expect(left[0]?.seq).toBe(whole.length + 1);
  expect(await verify()).toMatchObject({
    ...{ verdict: "proven", fault: null, firstSeq: left[0]?.seq, lastSeq: left.at(-1)?.seq },
    ...{ entries: left.length, signedUpTo: left.at(-1)?.seq },
  });
}, 60_000);
