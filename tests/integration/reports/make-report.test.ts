import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "#modules/reports/contract";
import { maxRows } from "#platform/documents/formats";
import { eventually } from "../../support/eventually.ts";
import { createFaultyStorage } from "../../support/faulty-storage.ts";
import { openReportsApp, type Reporter, reporter, runReportJobs } from "../../support/reports.ts";
import { runJobs } from "../../support/run-jobs.ts";
import { storeBook, storeTransactions } from "../../support/stored-ledger.ts";
import type { TestApp } from "../../support/test-app.ts";

const storage = createFaultyStorage();
let api: TestApp;
beforeAll(async () => {
  api = await openReportsApp({ storage: storage.open });
});
afterAll(() => api.close());
afterEach(() => {
  storage.fail(null);
  storage.beforePut(() => {});
});

const subjects = async ({ user }: Reporter) =>
  (await api.mails.to(user.address)).map(({ subject }) => subject);
const keysOf = async ({ id }: Pick<Report, "id">) =>
  (await storage.keys()).filter((key) => key.includes(id));
const scratch = () => readdirSync(join(api.dataDir, "scratch"));
/** More than a Word file holds, fewer than a PDF. */
const manyRows = maxRows.docx + 500;
async function withManyRows(
  user: Reporter,
  length = manyRows,
): Promise<{ bookId: string; from: string; to: string }> {
  const book = await storeBook(api.db, { userId: user.user.id });
  await storeTransactions(
    api.db,
    book,
    Array.from({ length }, (_, row) => ({
      date: `2026-01-${String(1 + (row % 28)).padStart(2, "0")}`,
      payee: `Shop ${row}`,
    })),
  );
  return { bookId: book.bookId, from: "2026-01-01", to: "2026-01-31" };
}

describe("a store that is full or away", () => {
  test.each([
    ["ENOSPC", "There is no room left"],
    ["EIO", "could not be stored"],
  ] as const)(
    "%s: after a few tries the report says so, nothing is kept, and its owner is told once",
    async (code, said) => {
      const user = await reporter(api);
      const { body } = await user.request({ formats: ["csv", "md"] });
      storage.fail(code);
      const failures = await runReportJobs(api, { delayed: true });
      expect(failures).toHaveLength(2);
      const failed = await user.reportOf(body.id);
      expect(failed).toMatchObject({
        state: "failed",
        files: [],
        fingerprint: null,
        expiresAt: null,
      });
      expect(failed.failure?.code).toBe("reports.storage_failed");
      expect(failed.failure?.detail).toContain(said);
      expect(await keysOf(body)).toEqual([]);
      expect(scratch()).toEqual([]);
      expect(await subjects(user)).toEqual(["Your report 2026-09_Kaya_EUR could not be made"]);
    },
  );

  test("that works again in time is nobody's news", async () => {
    const user = await reporter(api);
    const { body } = await user.request();
    let puts = 0;
    storage.beforePut(() => {
      storage.fail(puts++ === 0 ? "EIO" : null);
    });
    expect(await runReportJobs(api, { delayed: true })).toHaveLength(1);
    expect(await user.reportOf(body.id)).toMatchObject({ state: "ready", failure: null });
    expect(await keysOf(body)).toHaveLength(3);
    expect(await subjects(user)).toEqual(["Your report 2026-09_Kaya_EUR is ready"]);
  });
});

test("how far a report is, is told while it is made, and never goes back", async () => {
  const user = await reporter(api);
  const { body } = await user.request({ formats: ["csv", "md", "xml"] });
  // Longer than it takes until the next word about it.
  storage.beforePut(() => Bun.sleep(1_500));
  let isOver = false;
  const running = runReportJobs(api).finally(() => {
    isOver = true;
  });
  const told: number[] = [];
  while (!isOver) {
    told.push((await user.reportOf(body.id)).progress);
    await Bun.sleep(100);
  }
  expect(await running).toEqual([]);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.some((percent) => percent > 0 && percent < 100)).toBe(true);
  expect(await user.reportOf(body.id)).toMatchObject({ state: "ready", progress: 100 });
});

describe("a report that is cancelled or deleted while it is made", () => {
  /** In the middle of a file that takes seconds. Should it be made sooner, it is stored after `endMeanwhile` has ended it. */
  async function inTheMiddle(user: Reporter, endMeanwhile: (seen: Report) => Promise<number>) {
    const rows = maxRows.pdf - 100;
    const { body } = await user.request({ ...(await withManyRows(user, rows)), formats: ["pdf"] });
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    let isEnded = false;
    const madeInVain: string[] = [];
    storage.beforePut(async (key) => {
      if (!key.endsWith("/pdf")) return;
      if (isEnded) madeInVain.push(key);
      await ended;
    });
    const running = runReportJobs(api);
    await eventually("a file is being made", () =>
      readdirSync(join(api.dataDir, "scratch"), { recursive: true }).some((name) =>
        String(name).endsWith("/pdf"),
      ),
    );
    const seen = await user.reportOf(body.id);
    expect(seen.state).toBe("running");
    const status = await endMeanwhile(seen);
    isEnded = true;
    end();
    expect(await running).toEqual([]);
    // Looked at twice a second; the thread is ended at once.
    expect(madeInVain).toEqual([]);
    expect(scratch()).toEqual([]);
    return { seen, status };
  }

  test("is given up in its middle, with all that was made of it", async () => {
    const user = await reporter(api);
    const { seen, status } = await inTheMiddle(user, async (report) => {
      return (await user.cancel(report)).status;
    });
    expect(status).toBe(200);
    expect(await user.reportOf(seen.id)).toMatchObject({ state: "cancelled", files: [] });
    expect(await keysOf(seen)).toEqual([]);
    expect(await subjects(user)).toEqual([]);
  });

  test("also when it is gone altogether", async () => {
    const user = await reporter(api);
    const { seen, status } = await inTheMiddle(user, async (report) => {
      return (await user.remove(report)).status;
    });
    expect(status).toBe(204);
    expect(await keysOf(seen)).toEqual([]);
    expect(await subjects(user)).toEqual([]);
  });
});

describe("two runs of one report", () => {
  test("end in one result and one message: the later one's", async () => {
    const user = await reporter(api);
    const { body } = await user.request({ formats: ["csv", "md"] });
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    let held = "";
    storage.beforePut(async (key) => {
      if (held !== "") return;
      held = key;
      begin();
      await released;
    });
    const payload = { reportId: body.id };
    const first = api.runJob("reports.make", payload);
    await begun;
    await api.runJob("reports.make", payload);
    const ready = await user.reportOf(body.id);
    expect(ready.state).toBe("ready");
    release();
    await first;
    expect(await user.reportOf(body.id)).toEqual(ready);
    const keys = await keysOf(body);
    expect(keys).toHaveLength(4);
    expect(keys.some((key) => key.startsWith(held.split("/").slice(0, 3).join("/")))).toBe(false);
    for (const { format, sizeBytes } of ready.files)
      expect((await user.file(ready, `files/${format}`)).bytes.byteLength).toBe(sizeBytes ?? -1);
    expect(await subjects(user)).toEqual(["Your report 2026-09_Kaya_EUR is ready"]);
  });

  test("of which the second comes when the first is done make nothing twice", async () => {
    const user = await reporter(api);
    const made = await user.make();
    const keys = await keysOf(made);
    await api.runJob("reports.make", { reportId: made.id });
    expect(await user.reportOf(made.id)).toEqual(made);
    expect(await keysOf(made)).toEqual(keys);
    expect(await subjects(user)).toHaveLength(1);
  });
});

describe("a report that fails on our side again and again", () => {
  test("is given up after its runs, and its owner told", async () => {
    const user = await reporter(api);
    const { body } = await user.request();
    await api.sql`update reports.reports set tries = 5, state = 'running' where id = ${body.id}`;
    expect(await runReportJobs(api)).toEqual([]);
    const { state, failure } = await user.reportOf(body.id);
    expect([state, failure?.code]).toEqual(["failed", "reports.given_up"]);
    expect(await subjects(user)).toEqual(["Your report 2026-09_Kaya_EUR could not be made"]);
  });

  test("is given up when no job works on it any more; what waits behind it has its turn", async () => {
    const user = await reporter(api);
    const asked: Report[] = [];
    for (let count = 0; count < 3; count += 1) asked.push((await user.request()).body);
    await api.sql`delete from pgboss.job where name = 'reports.make'`;
    await api.runJob("reports.expire");
    const states = () => Promise.all(asked.map(async ({ id }) => (await user.reportOf(id)).state));
    expect(await states()).toEqual(["queued", "queued", "queued"]);
    const longAgo = new Date(Date.parse(api.clock.now()) - 7 * 3_600_000);
    await api.sql`update reports.reports set updated_at = ${longAgo} where created_by = ${user.user.id} and sent_at is not null`;
    await api.runJob("reports.expire");
    await runReportJobs(api);
    expect(await states()).toEqual(["failed", "failed", "ready"]);
  });
});

describe("a book that its user may no longer read", () => {
  test("makes a report that says so", async () => {
    const [owner, member] = [await reporter(api), await reporter(api)];
    await owner.share(member, "viewer");
    const { body } = await member.request({ bookId: owner.bookId });
    await api.sql`delete from ledger.book_members where user_id = ${member.user.id} and book_id = ${owner.bookId}`;
    expect(await runReportJobs(api)).toEqual([]);
    const [row] = await api.sql`select state, failure from reports.reports where id = ${body.id}`;
    expect(row).toMatchObject({ state: "failed", failure: { code: "ledger.book_not_found" } });
  });
});

describe("more rows than a format holds", () => {
  test("are a failure of that file, which names what to take instead; the others are made", async () => {
    const user = await reporter(api);
    const many = await withManyRows(user);
    const made = await user.make({ ...many, formats: ["docx", "csv"] });
    expect(made).toMatchObject({ state: "ready", failure: null });
    const [docx, csv] = made.files;
    expect(docx).toMatchObject({
      ...{ format: "docx", state: "failed", sizeBytes: null, sha256: null },
      failure: { code: "reports.too_many_rows" },
    });
    expect(docx?.failure?.detail).toContain(
      `at most ${maxRows.docx}. Choose fewer days or accounts, or take pdf, xlsx, xml, md, csv.`,
    );
    expect(csv).toMatchObject({ format: "csv", state: "ready", failure: null });
    const { response } = await user.file(made, "files/docx");
    expect(response.status).toBe(404);

    const none = await user.make({ ...many, formats: ["docx"] });
    expect(none).toMatchObject({ state: "failed", failure: { code: "reports.too_many_rows" } });
    expect(none.files).toMatchObject([{ format: "docx", state: "failed" }]);
    expect(await keysOf(none)).toEqual([]);
  }, 180_000);
});

describe("somebody who asks for many reports", () => {
  test("has two in the queue at a time: others have their turn in between", async () => {
    const [busy, other] = [await reporter(api), await reporter(api)];
    const asked: string[] = [];
    for (let count = 0; count < 5; count += 1) asked.push((await busy.request()).body.id);
    const { id: between } = (await other.request()).body;
    const { connection } = api.mails;
    const ran = await runJobs({ connection, registry: api.registry });
    const order = ran
      .filter(({ name }) => name === "reports.make")
      .map(({ payload }) => (payload as { reportId: string }).reportId);
    expect(order).toEqual([...asked.slice(0, 2), between, ...asked.slice(2)]);
  });
});
