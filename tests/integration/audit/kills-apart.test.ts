import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { findPostmaster } from "#platform/db/embedded-postmaster";
import { type AuditInstallation, openAuditInstallation } from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { expectComplete, seeded, writeWildly } from "../../support/wild-writes.ts";

const outageMs = 30_000;

let installation: AuditInstallation;
beforeAll(async () => {
  installation = await openAuditInstallation({}, { logApart: true });
  const relay = installation.startRelay();
  await relay.settled(10_000); // the trail begins
  await relay.close();
}, 60_000);
afterAll(() => installation.close(), 30_000);

function killPostgres(dataDir: string): void {
  const postmaster = findPostmaster(join(dataDir, "postgres"));
  if (!postmaster) throw new Error("it does not run");
  process.kill(postmaster.pid, "SIGKILL");
}

const isBack = () =>
  eventually(
    "MainDB is back",
    () =>
      installation.database.ping().then(
        () => true,
        () => false,
      ),
    40_000,
  );

describe("where each database has a server of its own", () => {
  test("LogDB may be killed and stay away for half a minute: MainDB goes on, and nothing is lost", async () => {
    const relay = installation.startRelay();
    await relay.settled(10_000);
    const before = writeWildly(installation.database, seeded(21));
    await Bun.sleep(300);
    killPostgres(installation.logDataDir);
    installation.proxy.takeAway(); // the embedded server would be back within a second
    const goneAt = performance.now();
    expect(await before).toBeGreaterThan(0);
    await eventually("the relay waits", () => relay.state().type === "connecting", 10_000);
    expect(await writeWildly(installation.database, seeded(22))).toBeGreaterThan(0);
    await Bun.sleep(outageMs - (performance.now() - goneAt));
    installation.proxy.restore();
    expect(await expectComplete(installation)).toBeGreaterThan(2_000);
    await relay.close();
  }, 120_000);

  test("MainDB may be killed alone, in the middle of transactions", async () => {
    const relay = installation.startRelay();
    await relay.settled(10_000);
    const writing = writeWildly(installation.database, seeded(23)).catch(() => "interrupted");
    await Bun.sleep(400);
    killPostgres(installation.dataDir);
    expect(await writing).toBe("interrupted");
    await isBack();
    await writeWildly(installation.database, seeded(24));
    await expectComplete(installation);
    await relay.close();
  }, 120_000);

  test("LogDB may be killed again and again while MainDB writes", async () => {
    const relay = installation.startRelay();
    let isOver = false;
    const killing = (async () => {
      for (let kills = 0; !isOver && kills < 3; kills += 1) {
        await Bun.sleep(500);
        const { pid } = await eventually(
          "LogDB is back",
          () => findPostmaster(join(installation.logDataDir, "postgres")),
          20_000,
        );
        process.kill(pid, "SIGKILL");
      }
    })();
    await writeWildly(installation.database, seeded(25));
    isOver = true;
    await killing;
    await eventually(
      "LogDB answers",
      () =>
        installation.log`select 1 as one`.then(
          () => true,
          () => false,
        ),
      40_000,
    );
    await expectComplete(installation);
    await relay.close();
  }, 120_000);
});
