import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type AuditInstallation, openAuditInstallation } from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { killPostgresIn } from "../../support/killed-postgres.ts";
import { beginWriting, expectComplete, seeded, writeWildly } from "../../support/wild-writes.ts";

const outageMs = 30_000;

let installation: AuditInstallation;
beforeAll(async () => {
  installation = await openAuditInstallation({}, { logApart: true });
  const relay = installation.startRelay();
  await relay.settled(10_000); // the trail begins
  await relay.close();
}, 60_000);
afterAll(() => installation.close(), 60_000);

/** The pools' connections to it are new by then, too. */
const mainAnswers = () =>
  eventually(
    "MainDB answers",
    () =>
      installation.database.ping().then(
        () => true,
        () => false,
      ),
    40_000,
  );

/** Whether a relay has a session in LogDB; false as well while that does not answer. */
const isAtLog = () =>
  installation.log`
    select 1 from pg_stat_activity where datname = 'log' and application_name = 'fintrack relay'`.then(
    (sessions) => sessions.length > 0,
    () => false,
  );

describe("where each database has a server of its own", () => {
  test("LogDB may be killed and stay away for half a minute: MainDB goes on, and nothing is lost", async () => {
    const relay = installation.startRelay();
    await relay.settled(10_000);
    const { inTheMiddle, written } = beginWriting(installation.database, seeded(21));
    await inTheMiddle;
    killPostgresIn(installation.logDataDir);
    installation.proxy.takeAway(); // the embedded server would be back within a second
    const goneAt = performance.now();
    expect(await written).toBeGreaterThan(0);
    await eventually("the relay waits", () => relay.state().type === "connecting");
    expect(await writeWildly(installation.database, seeded(22))).toBeGreaterThan(0);
    await Bun.sleep(outageMs - (performance.now() - goneAt));
    installation.proxy.restore();
    expect(await expectComplete(installation)).toBeGreaterThan(2_000);
    await relay.close();
  }, 120_000);

  test("MainDB may be killed alone, in the middle of transactions", async () => {
    const relay = installation.startRelay();
    await relay.settled(10_000);
    const { inTheMiddle, written } = beginWriting(installation.database, seeded(23));
    const writing = written.catch(() => "interrupted");
    await inTheMiddle;
    const isBack = killPostgresIn(installation.dataDir);
    expect(await writing).toBe("interrupted");
    await isBack();
    await mainAnswers();
    await writeWildly(installation.database, seeded(24));
    await expectComplete(installation);
    await relay.close();
  }, 120_000);

  test("LogDB may be killed again and again while MainDB writes", async () => {
    let batches = 0;
    const relay = installation.startRelay({
      observer: {
        stored() {
          batches += 1;
        },
        drift() {},
        checkpointAt() {},
      },
    });
    const relayRuns = () =>
      eventually(
        "the relay runs",
        async () => relay.state().type === "running" && (await isAtLog()),
        40_000,
      );
    await relayRuns();
    for (const seed of [25, 26, 27]) {
      const before = batches;
      const writing = writeWildly(installation.database, seeded(seed));
      await eventually("LogDB takes some of it", () => batches > before);
      const isBack = killPostgresIn(installation.logDataDir);
      await writing;
      await isBack();
      await relayRuns();
    }
    await expectComplete(installation);
    await relay.close();
  }, 120_000);
});
