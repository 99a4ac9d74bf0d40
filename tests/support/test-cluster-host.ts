/** The process that a test cluster lives in: `bun test-cluster-host.ts owned|shared`. See test-cluster.ts. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryLock } from "#platform/db/embedded-lock";
import { connectLauncher, sharedClusterFile } from "./shared-cluster.ts";
import { clustersDirectory, openCluster } from "./test-cluster.ts";
import { ensureTemplates } from "./test-templates.ts";

const pollMs = 1000;
/** A shared cluster outlives the pause between two runs of a person at work. */
const idleMs = 60_000;

if (Bun.argv[2] === "owned") await serveOwner();
else await serveEverybody();
process.exit(0);

async function serveOwner(): Promise<void> {
  const cluster = await openCluster();
  try {
    const launcher = connectLauncher(cluster.addresses);
    await ensureTemplates({ addresses: cluster.addresses, launcher });
    await launcher.end();
    console.log(JSON.stringify(cluster.addresses));
    for await (const _ of Bun.stdin.stream());
  } finally {
    await cluster.stop();
  }
}

async function serveEverybody(): Promise<void> {
  const lock = tryLock(join(clustersDirectory(), "shared.lock"));
  if (lock === null) return; // another process was asked at the same time and serves
  rmSync(sharedClusterFile(), { force: true });
  const cluster = await openCluster();
  const launcher = connectLauncher(cluster.addresses);
  const publish = () =>
    writeFileSync(sharedClusterFile(), JSON.stringify(cluster.addresses), { mode: 0o600 });
  const isUsed = async () => {
    const [row] = await launcher<{ used: boolean }[]>`
      select count(*) > 0 as used from pg_stat_activity
      where backend_type in ('client backend', 'walsender') and pid <> pg_backend_pid()`;
    return row?.used ?? false;
  };

  publish();
  let lastUsed = performance.now();
  for (;;) {
    await Bun.sleep(pollMs);
    if (await isUsed()) lastUsed = performance.now();
    if (performance.now() - lastUsed < idleMs) continue;
    // Whoever connects after this looks at the file again and finds it gone.
    rmSync(sharedClusterFile());
    if (!(await isUsed())) break;
    publish();
  }
  await launcher.end();
  await cluster.stop();
  lock.release();
}
