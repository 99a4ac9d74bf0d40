import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { type AuditInstallation, openAuditInstallation } from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { killPostgresIn } from "../../support/killed-postgres.ts";
import type { RelayChildOptions } from "../../support/relay-child.ts";
import { beginWriting, expectComplete, seeded, writeWildly } from "../../support/wild-writes.ts";

let installation: AuditInstallation;
beforeAll(async () => {
  installation = await openAuditInstallation();
  const relay = installation.startRelay();
  await relay.settled(10_000); // the trail begins
  await relay.close();
}, 60_000);
afterAll(() => installation.close(), 60_000);

const children = new Set<Bun.Subprocess>();
beforeEach(() => children.clear());
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
});

function spawnChild(options: Partial<RelayChildOptions>) {
  const all: RelayChildOptions = {
    keyringFile: join(installation.dataDir, "keys", "keyring.json"),
    ...{ writes: null, relay: null, dieAfterBatches: null, ...options },
  };
  const child = Bun.spawn(
    [
      ...[process.execPath, "--no-env-file"],
      ...[join(import.meta.dir, "../../support/relay-child.ts"), JSON.stringify(all)],
    ],
    { stdout: "pipe", stderr: "inherit" },
  );
  children.add(child);
  return child;
}

/** Resolves when the child has said that it committed so many. */
async function committed(child: ReturnType<typeof spawnChild>, count: number): Promise<void> {
  let text = "";
  for await (const chunk of child.stdout) {
    text += new TextDecoder().decode(chunk);
    if (text.split("\n").some((line) => Number(line) >= count)) return;
  }
  throw new Error("it ended before");
}

const writes = (seed: number) => ({ app: installation.at("app", "main"), seed });

async function writingSessions(): Promise<number[]> {
  const rows = await installation.main<{ pid: number }[]>`
    select pid from pg_stat_activity where application_name = 'fintrack write'`;
  return rows.map(({ pid }) => pid);
}

/** Kills a writer, and waits until MainDB has carried out the last that it heard from it. `others`: sessions of before. */
async function killWriter(child: ReturnType<typeof spawnChild>, others: readonly number[]) {
  child.kill("SIGKILL");
  await child.exited;
  await eventually("its sessions are over", async () =>
    (await writingSessions()).every((pid) => others.includes(pid)),
  );
}

describe("kill -9", () => {
  test("of the API between its commits and the relay loses none of them", async () => {
    const others = await writingSessions();
    const child = spawnChild({ writes: writes(11) });
    await committed(child, 150);
    await killWriter(child, others);
    const relay = installation.startRelay();
    expect(await expectComplete(installation)).toBeGreaterThan(200);
    await relay.close();
  }, 60_000);

  test("of the one process that writes and relays loses none", async () => {
    const others = await writingSessions();
    const child = spawnChild({ writes: writes(12), relay: installation.relayConnections });
    await committed(child, 200);
    await killWriter(child, others);
    const relay = installation.startRelay();
    await expectComplete(installation);
    await relay.close();
  }, 60_000);

  test("of the relay between LogDB's commit and the acknowledgement doubles nothing", async () => {
    const writing = writeWildly(installation.database, seeded(13));
    for (const dieAfterBatches of [1, 2, 1, 3, 1]) {
      const before = (await installation.entries()).length;
      const child = spawnChild({ relay: installation.relayConnections, dieAfterBatches });
      // Something to relay, also when the wild writing is over.
      await eventually(
        "its end",
        async () => {
          await installation.database.transact(
            { actor: { type: "system", name: "t" }, operation: "job:t", requestId: "r" },
            async (tx) => {
              await tx.execute(
                "insert into till.accounts values (gen_random_uuid(), gen_random_uuid(), 1)",
              );
            },
          );
          return child.exitCode !== null || child.signalCode !== null;
        },
        60_000,
      );
      expect(child.signalCode).toBe("SIGKILL");
      expect((await installation.entries()).length).toBeGreaterThan(before);
    }
    await writing;
    const relay = installation.startRelay();
    await expectComplete(installation);
    await relay.close();
  }, 240_000);

  test("of PostgreSQL, both databases at once, loses and doubles nothing", async () => {
    const relay = installation.startRelay();
    await relay.settled(10_000);
    const { inTheMiddle, written } = beginWriting(installation.database, seeded(14));
    const writing = written.catch(() => "interrupted");
    await inTheMiddle;
    const isBack = killPostgresIn(installation.dataDir);
    expect(await writing).toBe("interrupted");
    await isBack();
    await eventually(
      "both databases are back",
      async () => {
        const relays = relay.state().type === "running";
        return (
          relays &&
          (await installation.database.ping().then(
            () => true,
            () => false,
          ))
        );
      },
      40_000,
    );
    await expectComplete(installation);
    await relay.close();
  }, 90_000);
});
