import { afterAll, beforeAll, expect, test } from "bun:test";
import { type AuditInstallation, openAuditInstallation } from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { expectComplete, seeded, writeWildly } from "../../support/wild-writes.ts";

const timeouts = { statementMs: 2_000, silenceMs: 1_500 };
/** The relay's last batch, and a second for each of its connections. */
const stopMs = 5_500;

let installation: AuditInstallation;
beforeAll(async () => {
  installation = await openAuditInstallation();
  const relay = installation.startRelay();
  await relay.settled(10_000); // the trail begins
  await relay.close();
}, 60_000);
afterAll(() => installation.close(), 30_000);

/** Not through the proxy. */
const anotherWay = () => ({ timeouts, log: installation.at("relay", "log") });

async function split(during: () => Promise<unknown>): Promise<void> {
  const { proxy, database } = installation;
  const first = installation.startRelay({ timeouts });
  await first.settled(10_000);
  const second = installation.startRelay(anotherWay());
  await second.settled(10_000);
  expect([first.state().type, second.state().type]).toEqual(["running", "standby"]);
  const before = (await installation.entries()).length;
  const writing = during();
  await Bun.sleep(200);
  proxy.stall();
  await eventually("the second takes over", () => second.state().type === "running", 15_000);
  expect(first.state().type).not.toBe("running");
  await writing;
  await writeWildly(database, seeded(32));
  await expectComplete(installation);
  expect((await installation.entries()).length).toBeGreaterThan(before);
  proxy.flow();
  await eventually("the first stands by", () => first.state().type === "standby", 10_000);
  await writeWildly(database, seeded(33));
  await expectComplete(installation);
  expect(second.state().type).toBe("running");
  await first.close();
  await second.close();
}

test("a relay that is cut off from LogDB in silence, in the middle of writing, gives way to another; nothing is lost, doubled or out of order", async () => {
  await split(() => writeWildly(installation.database, seeded(31)));
}, 60_000);

test("a relay that has nothing to write is not taken for one that is gone, and notices it, too", async () => {
  const relay = installation.startRelay({ timeouts });
  await relay.settled(10_000);
  const waits = () =>
    installation.logLines().filter(({ msg }) => /waits for its/.test(String(msg)));
  const before = waits().length;
  await Bun.sleep(2 * timeouts.silenceMs);
  expect([relay.state().type, waits().length]).toEqual(["running", before]);
  await relay.close();
  await split(async () => {});
}, 60_000);

test("a relay whose LogDB does not answer ends in time when it is told to", async () => {
  const relay = installation.startRelay();
  await relay.settled(10_000);
  const writing = writeWildly(installation.database, seeded(34));
  installation.proxy.stall();
  await writing;
  const began = performance.now();
  await relay.close();
  expect(performance.now() - began).toBeLessThan(stopMs);
  expect(relay.state().type).toBe("closed");
  // One that has not even connected.
  const late = installation.startRelay();
  await Bun.sleep(300);
  const beganLate = performance.now();
  await late.close();
  expect(performance.now() - beganLate).toBeLessThan(stopMs);
  installation.proxy.flow();
  const next = installation.startRelay();
  await expectComplete(installation);
  await next.close();
}, 60_000);
