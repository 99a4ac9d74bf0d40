import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseConnection, socketFile } from "#platform/db/connection";
import { eventually } from "../../support/eventually.ts";
import { attachCluster } from "../../support/shared-cluster.ts";
import { type ClusterAddresses, testClusterVariable } from "../../support/test-cluster.ts";
import { cloneDatabase, openTestDatabase } from "../../support/test-database.ts";
import { accounts, openTill } from "../../support/till.ts";

describe("a test database", () => {
  test("is nobody else's: what one test writes, another does not see", async () => {
    const [one, two] = await Promise.all([openTill(), openTill()]);
    await one.addAccount();
    expect(await one.database.read.$count(accounts)).toBe(1);
    expect(await two.database.read.$count(accounts)).toBe(0);
    await Promise.all([one.close(), two.close()]);
  });

  test("is gone after its close, also with somebody still connected", async () => {
    const { launcher } = await attachCluster();
    const left = await openTestDatabase();
    const clone = await cloneDatabase("log");
    await left.database.ping();
    await Promise.all([left.close(), clone.close()]);
    const found = await launcher`
      select datname from pg_database where datname in ${launcher([left.name, clone.name])}`;
    expect(found).toHaveLength(0);
  });
});

describe("a run's cluster", () => {
  test("ends with the process that started it, however that died", async () => {
    const script = `
      import { startTestCluster } from ${JSON.stringify(join(import.meta.dir, "../../support/test-cluster.ts"))};
      console.log(JSON.stringify((await startTestCluster()).addresses));
      setInterval(() => {}, 1000);`;
    const env = { ...process.env };
    delete env[testClusterVariable];
    const owner = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", env });
    const { value } = await owner.stdout.getReader().read();
    const addresses: ClusterAddresses = JSON.parse(new TextDecoder().decode(value));
    const { host, port } = parseConnection(addresses.owner);
    expect(existsSync(socketFile(host, port))).toBe(true);
    owner.kill("SIGKILL");
    await eventually("its server is gone", () => !existsSync(socketFile(host, port)), 40_000);
  }, 60_000);
});
