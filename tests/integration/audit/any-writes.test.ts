import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import postgres from "postgres";
import { postgresJsOptions } from "#platform/db/connection";
import { type AuditInstallation, openAuditInstallation } from "../../support/audit-installation.ts";
import {
  type Changed,
  type Disturbance,
  type Scenario,
  scenarios,
  writeScenario,
} from "../../support/audit-scenarios.ts";
import { expectComplete } from "../../support/wild-writes.ts";

const numRuns = 10;
const awayMs = 250;
/** No transaction of a scenario is as large, in bytes. */
const maxBytes = 1_000_000;

let installation: AuditInstallation;
let superusers: Readonly<Record<"main" | "log", postgres.Sql>>;
beforeAll(async () => {
  installation = await openAuditInstallation();
  const connect = (name: "main" | "log") =>
    postgres({ ...postgresJsOptions(installation.launcher(name)), max: 1, onnotice: () => {} });
  superusers = { main: connect("main"), log: connect("log") };
  const relay = installation.startRelay();
  await relay.settled(10_000); // the trail begins
  await relay.close();
}, 60_000);
afterAll(async () => {
  await Promise.all([superusers.main.end(), superusers.log.end()]);
  await installation.close();
}, 60_000);

test("whatever is written and whatever breaks meanwhile: each committed change once, in its order, nothing else", async () => {
  let entries = 0;
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const { changed, relay } = await perform(scenario);
      entries = await expectComplete(installation);
      await relay.close();
      await expectExactly(changed);
    }),
    // A failure is told as it came: shrinking it takes minutes, and what it depends on is also when it happened.
    { numRuns, endOnFailure: true },
  );
  expect(entries).toBeGreaterThan(3_000);
}, 120_000);

async function perform({ disturbances, maxParts, ...scenario }: Scenario) {
  const bounds = { maxParts, maxBytes };
  let relay = installation.startRelay({ bounds });
  const disturbing = (async () => {
    for (const { kind, afterMs } of disturbances) {
      await Bun.sleep(afterMs);
      if (kind === "relay") {
        await relay.close();
        relay = installation.startRelay({ bounds });
      } else await disturb(kind);
    }
  })();
  const [changed] = await Promise.all([writeScenario(installation.database, scenario), disturbing]);
  return { changed, relay };
}

async function disturb(kind: Exclude<Disturbance["kind"], "relay">): Promise<void> {
  const { proxy } = installation;
  if (kind === "cut") return proxy.cut();
  if (kind === "away") {
    proxy.takeAway();
    await Bun.sleep(awayMs);
    return proxy.restore();
  }
  const [database, type] =
    kind === "walsender"
      ? ([superusers.main, "walsender"] as const)
      : ([superusers.log, "client backend"] as const);
  await database`
    select pg_terminate_backend(pid) from pg_stat_activity
    where usename = 'fintrack_relay' and datname = current_database() and backend_type = ${type}`;
}

/** Entries of each request: as many as it has changed rows. */
async function expectExactly(changed: Changed): Promise<void> {
  const rows = await installation.log<{ id: string; n: number }[]>`
    select request_id as id, count(*)::int as n from audit.entries
    where kind = 'change' and request_id = any(${[...changed.keys()]}) group by 1`;
  const found = new Map(rows.map(({ id, n }) => [id, n]));
  for (const [id, count] of changed) expect([id, found.get(id) ?? 0]).toEqual([id, count]);
}
