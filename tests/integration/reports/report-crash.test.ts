import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readdirSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "#modules/reports/contract";
import { eventually } from "../../support/eventually.ts";
import { databaseVariables } from "../../support/main-process.ts";
import { openReportsApp, type Reporter, reporter } from "../../support/reports.ts";
import {
  endServerProcesses,
  type ServerProcess,
  startServerProcess,
} from "../../support/server-process.ts";
import { storeBook, storeTransactions } from "../../support/stored-ledger.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const timeoutMs = 180_000;
/** Enough for the last file to take seconds: not many more fit into it. */
const rows = 9_900;

let api: TestApp;
let user: Reporter;
let scope: object;
beforeAll(async () => {
  // The time of the other processes, whose jobs would take what is of another year for expired.
  api = await openReportsApp({ clock: createTestClock(new Date().toISOString()) });
  user = await reporter(api);
  const book = await storeBook(api.db, { userId: user.user.id });
  await storeTransactions(
    api.db,
    book,
    Array.from({ length: rows }, (_, row) => ({
      date: `2026-01-${String(1 + (row % 28)).padStart(2, "0")}`,
      amount: `${1 + (row % 900)}.00`,
      payee: `Shop ${row}`,
    })),
  );
  scope = { bookId: book.bookId, from: "2026-01-01", to: "2026-01-31" };
  // A worker that is silent for six seconds counts as dead; a minute is the rule.
  await api.sql`update pgboss.queue set heartbeat_seconds = 6 where name = 'reports.make'`;
});
afterEach(endServerProcesses);
afterAll(() => api.close());

/** The test's own process takes the requests; this one does the jobs, with the same keys and the same disk. */
const startWorker = (): Promise<ServerProcess> =>
  startServerProcess({
    ...databaseVariables(api.databases),
    ...{ DATA_DIR: api.dataDir, DEFAULT_PLAN: "pro", PUBLIC_URL: api.url },
    SMTP_URL: api.mails.server.url,
  });
async function kill(worker: ServerProcess): Promise<void> {
  worker.kill("SIGKILL");
  await worker.ended;
}
const files = (directory: string): readonly string[] =>
  readdirSync(join(api.dataDir, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Moments of a run in which it holds something half-done. */
const moments: readonly [string, (report: Report) => boolean][] = [
  [
    "while a file is made, with the model stored",
    ({ id }) => files("").some((path) => path.includes(id) && path.endsWith("model.jsonl")),
  ],
  [
    "with one file stored, and another being made",
    ({ id }) => files("").some((path) => path.includes(id) && path.endsWith("/xlsx")),
  ],
];

describe("kill -9 of the process that makes a report", () => {
  test("at two moments of it: another makes it, with one result and one message", async () => {
    const { body: asked } = await user.request({ ...scope, formats: ["xlsx", "pdf"] });
    for (const [what, isThere] of moments) {
      const worker = await startWorker();
      await eventually(what, () => isThere(asked), timeoutMs);
      await kill(worker);
      expect(await user.reportOf(asked.id)).toMatchObject({ state: "running", files: [] });
      // What the dead has begun must not be taken for what the next one begins.
      rmSync(join(api.dataDir, "scratch"), { recursive: true, force: true });
      if (what !== moments.at(-1)?.[0])
        rmSync(join(api.dataDir, "objects", "reports", asked.id), { recursive: true, force: true });
    }
    const left = files("objects");
    expect(left.length).toBeGreaterThan(0);

    const worker = await startWorker();
    const ready = await eventually(
      "the report is ready",
      async () => {
        const report = await user.reportOf(asked.id);
        return report.state === "running" || report.state === "queued" ? undefined : report;
      },
      timeoutMs,
    );
    expect(ready).toMatchObject({ state: "ready", failure: null, version: 2 });
    for (const { format, sizeBytes, sha256 } of ready.files) {
      const { bytes } = await user.file(ready, `files/${format}`);
      expect(bytes.byteLength).toBe(sizeBytes ?? -1);
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256 ?? "");
    }
    const model = await user.file(ready, "model");
    expect(createHash("sha256").update(model.bytes).digest("hex")).toBe(ready.fingerprint ?? "");
    await eventually(
      "its owner is told",
      () => api.mails.server.to(user.user.address).length > 0,
      timeoutMs,
    );
    await kill(worker);

    // Nothing is left to be done twice, here or by whoever starts next.
    await api.mails.run();
    expect(api.mails.server.to(user.user.address).map(({ subject }) => subject)).toEqual([
      "Your report 2026-01_Home_EUR is ready",
    ]);
    expect(await user.reportOf(asked.id)).toEqual(ready);

    await api.runJob("reports.sweep_objects");
    const kept = files("objects").filter((path) => path.includes(asked.id));
    expect(kept).toHaveLength(4);
    expect(left.filter((path) => kept.includes(path))).toEqual([]);
    const longAgo = new Date(Date.now() - 7 * 3_600_000);
    for (const name of readdirSync(join(api.dataDir, "scratch")))
      utimesSync(join(api.dataDir, "scratch", name), longAgo, longAgo);
    await user.make();
    expect(readdirSync(join(api.dataDir, "scratch"))).toEqual([]);
  }, 600_000);
});
