/**
 * `bun tests/support/job-at-risk.ts <options as JSON>`: runs a job once, as a process of an installation whose files are on
 * a disk. Made to be killed, or to kill itself before what it would do next to the stores.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { openDiskStorage } from "#platform/storage/disk-storage";
import { overwrite } from "#platform/storage/durable-file";
import type { ObjectStore } from "#platform/storage/object-store";
import type { Storage } from "#platform/storage/storage";
import { systemIds } from "#platform/system";
import { createTestClock, openTestApp, type TestApp } from "./test-app.ts";
import type { ClonedDatabase } from "./test-database.ts";

type Urls = Pick<ClonedDatabase, "name" | "appUrl" | "ownerUrl">;
type Options = {
  readonly name: string;
  readonly payload: object;
  readonly changes: number | null;
  readonly now: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly dataDir: string;
  readonly main: Urls;
  readonly log: Urls;
};

export type JobAtRisk = {
  kill(): void;
  readonly ended: Promise<"done" | "killed">;
};

/**
 * Starts a job of an application in another process, at the same time. `changes`: it kills itself once it has changed so
 * many objects, before the next one; an object that is written over before it is unlinked is changed twice.
 */
export function startJobAtRisk(
  api: TestApp,
  name: string,
  { payload = {}, changes = null }: { payload?: object; changes?: number | null } = {},
): JobAtRisk {
  const urlsOf = ({ name, appUrl, ownerUrl }: ClonedDatabase): Urls => ({ name, appUrl, ownerUrl });
  const options: Options = {
    ...{ name, payload, changes, now: api.clock.now(), dataDir: api.dataDir },
    environment: { DEFAULT_PLAN: "pro", GBS_EVIDENCE: "video", PUBLIC_URL: api.url },
    ...{ main: urlsOf(api.databases.main), log: urlsOf(api.databases.log) },
  };
  const child = Bun.spawn([process.execPath, import.meta.path, JSON.stringify(options)], {
    ...{ cwd: join(import.meta.dir, "../.."), stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  });
  const ended = Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]).then(([output, complaint]) => {
    if (child.signalCode === "SIGKILL") return "killed" as const;
    if (output.includes(doneLine)) return "done" as const;
    throw new Error(`the job failed: ${complaint}${output}`);
  });
  return { kill: () => child.kill("SIGKILL"), ended };
}

/** As {@link startJobAtRisk}, to its end. */
export const runJobAtRisk = (
  ...asked: Parameters<typeof startJobAtRisk>
): Promise<"done" | "killed"> => startJobAtRisk(...asked).ended;

const doneLine = "the job is done";

async function run(options: Options): Promise<void> {
  const { name, payload, changes, now, environment, dataDir } = options;
  const databaseOf = (urls: Urls): ClonedDatabase => ({
    ...{ ...urls, url: () => urls.ownerUrl, close: async () => {} },
  });
  const app = await openTestApp({
    ...{ clock: createTestClock(now), started: false },
    databases: { main: databaseOf(options.main), log: databaseOf(options.log) },
    environment: { ...environment, DATA_DIR: dataDir },
    storage: () => mortal(dataDir, changes ?? Number.POSITIVE_INFINITY),
  });
  await app.runJob(name, payload);
  console.log(doneLine);
  await app.close();
}

function mortal(dataDir: string, changes: number): Storage {
  const volatileDir = join(dataDir, "volatile");
  const real = openDiskStorage({ dataDir, volatileDir, ids: systemIds });
  let left = changes;
  function change(): void {
    if (left === 0) process.kill(process.pid, "SIGKILL");
    left -= 1;
  }
  const mortalStore = (
    store: ObjectStore,
    directory: string,
    overwrites: boolean,
  ): ObjectStore => ({
    ...store,
    put: (async (...asked: Parameters<ObjectStore["put"]>) => {
      change();
      return store.put(...asked);
    }) as ObjectStore["put"],
    async delete(keys: readonly string[]) {
      for (const key of keys) {
        const path = join(directory, key);
        const file = await stat(path).catch(() => undefined);
        if (file && overwrites) {
          change();
          await overwrite(path);
        }
        if (file) change();
        await store.delete([key]);
      }
    },
  });
  return {
    ...real,
    objects: mortalStore(real.objects, join(dataDir, "objects"), false),
    volatile: mortalStore(real.volatile, volatileDir, true),
  };
}

if (import.meta.main) await run(JSON.parse(Bun.argv[2] ?? ""));
