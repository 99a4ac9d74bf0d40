import { afterAll, beforeAll, expect, test } from "bun:test";
import postgres from "postgres";
import { postgresJsOptions } from "#platform/db/connection";
import { type AuditInstallation, openAuditInstallation } from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { beginWriting, expectComplete, seeded, writeWildly } from "../../support/wild-writes.ts";

/** Of the relay that is cut off: a machine that stands still for a moment breaks its sessions, too. */
const timeouts = { statementMs: 2_000, silenceMs: 1_500 };
/**
 * Two seconds for the relay's last batch and one for each of its connections; as much again for a busy machine. By its
 * limits of statements it would be a minute.
 */
const stopMs = 10_000;

let installation: AuditInstallation;
beforeAll(async () => {
  installation = await openAuditInstallation();
  const relay = installation.startRelay();
  await relay.settled(10_000); // the trail begins
  await relay.close();
}, 60_000);
afterAll(() => installation.close(), 60_000);

/** `begin`: what is written when the network splits. The second relay has another way to LogDB than the proxy. */
async function split(begin: () => ReturnType<typeof beginWriting> | null): Promise<void> {
  const { proxy, database } = installation;
  const first = installation.startRelay({ timeouts });
  await eventually("the first relays", () => first.state().type === "running");
  const before = (await installation.entries()).length;
  const writing = begin();
  await writing?.inTheMiddle;
  proxy.stall();
  const second = installation.startRelay({ log: installation.at("relay", "log") });
  await eventually("the second takes over", () => second.state().type === "running", 30_000);
  await eventually("the first knows", () => first.state().type !== "running");
  await writing?.written;
  await writeWildly(database, seeded(32));
  await expectComplete(installation);
  expect((await installation.entries()).length).toBeGreaterThan(before);
  proxy.flow();
  await eventually("the first stands by", () => first.state().type === "standby", 30_000);
  await writeWildly(database, seeded(33));
  await expectComplete(installation);
  expect(second.state().type).toBe("running");
  await first.close();
  await second.close();
}

test("a relay that is cut off from LogDB in silence, in the middle of writing, gives way to another; nothing is lost, doubled or out of order", async () => {
  await split(() => beginWriting(installation.database, seeded(31)));
}, 120_000);

test("a relay that has nothing to write is not taken for one that is gone, and notices it, too", async () => {
  const relay = installation.startRelay({ timeouts });
  // LogDB ends what says nothing for half as long.
  const oldMs = 2 * timeouts.silenceMs;
  const launcher = postgres({ ...postgresJsOptions(installation.launcher("log")), max: 1 });
  await eventually(
    "a session grows old",
    async () => {
      const old = await launcher`
        select 1 from pg_stat_activity
        where application_name = 'fintrack relay' and datname = 'log' and state = 'idle'
          and backend_start < clock_timestamp() - ${oldMs} * interval '1 millisecond'`;
      return relay.state().type === "running" && old.length > 0;
    },
    30_000,
  );
  await launcher.end();
  await relay.close();
  await split(() => null);
}, 120_000);

test("a relay whose LogDB does not answer ends in time when it is told to", async () => {
  const relay = installation.startRelay();
  await eventually("it relays", () => relay.state().type === "running");
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
