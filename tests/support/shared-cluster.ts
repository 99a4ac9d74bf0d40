import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import {
  type ClusterAddresses,
  clustersDirectory,
  spawnSharedHost,
  testClusterVariable,
} from "./test-cluster.ts";
import { ensureTemplates } from "./test-templates.ts";

const startTimeoutMs = 180_000;
const pollMs = 50;
const askAgainMs = 3_000;

/** Where the host of the shared cluster says how to reach it. */
export const sharedClusterFile = (): string => join(clustersDirectory(), "shared.json");

export type AttachedCluster = {
  readonly addresses: ClusterAddresses;
  /** A superuser's connection, on the database `postgres`; while it is open, the cluster stays. */
  readonly launcher: postgres.Sql;
};

let attached: Promise<AttachedCluster> | undefined;

/** The cluster of this test run; without a run (`bun test one.test.ts`) one that all such processes share. */
export function attachCluster(): Promise<AttachedCluster> {
  attached ??= attach().then(async (cluster) => {
    await ensureTemplates(cluster);
    return cluster;
  });
  return attached;
}

async function attach(): Promise<AttachedCluster> {
  const announced = process.env[testClusterVariable];
  if (announced) {
    const addresses: ClusterAddresses = JSON.parse(announced);
    return { addresses, launcher: connectLauncher(addresses) };
  }
  const deadline = performance.now() + startTimeoutMs;
  let askedAt = Number.NEGATIVE_INFINITY;
  while (performance.now() < deadline) {
    const found = await tryShared();
    if (found) return found;
    // A host that finds another one leaves; that one may just be stopping.
    if (performance.now() - askedAt > askAgainMs) {
      spawnSharedHost();
      askedAt = performance.now();
    }
    await Bun.sleep(pollMs);
  }
  throw new Error(`no test cluster became ready: see ${clustersDirectory()}/shared.log`);
}

async function tryShared(): Promise<AttachedCluster | undefined> {
  if (!existsSync(sharedClusterFile())) return undefined;
  let launcher: postgres.Sql | undefined;
  try {
    const addresses: ClusterAddresses = JSON.parse(readFileSync(sharedClusterFile(), "utf8"));
    launcher = connectLauncher(addresses);
    await launcher`select 1`;
    // Its host may have decided to stop before we connected; then the file is gone.
    if (existsSync(sharedClusterFile())) return { addresses, launcher };
  } catch {
    // not there yet, or of a host that was killed
  }
  await launcher?.end({ timeout: 1 });
  return undefined;
}

export const connectLauncher = (addresses: ClusterAddresses): postgres.Sql =>
  postgres({
    ...postgresJsOptions({ ...parseConnection(addresses.launcher), database: "postgres" }),
    max: 1,
    max_lifetime: null,
    onnotice: () => {},
  });
