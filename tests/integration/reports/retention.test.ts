import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Report } from "#modules/reports/contract";
import { piecesOf } from "../../support/disk-store.ts";
import { createFaultyStorage } from "../../support/faulty-storage.ts";
import { openReportsApp, type Problem, type Reporter, reporter } from "../../support/reports.ts";
import type { TestApp } from "../../support/test-app.ts";

const start = "2026-09-18T12:00:00.000Z";
const daySeconds = 86_400;
const storage = createFaultyStorage();
let api: TestApp;
let user: Reporter;
beforeAll(async () => {
  api = await openReportsApp({ storage: storage.open });
});
afterAll(() => api.close());
beforeEach(async () => {
  api.clock.set(start);
  await api.sql`delete from reports.reports`;
  await api.runJob("reports.sweep_objects");
  user = await reporter(api);
});
const listed = async () => (await user.get<{ items: Report[] }>("/v1/reports")).body.items;

describe("after 30 days", () => {
  test("the files of a report are deleted; what it was stays in the list", async () => {
    const made = await user.make({ formats: ["csv", "md"] });
    expect(await storage.keys()).toHaveLength(4);
    api.clock.advance(30 * daySeconds - 1);
    await api.runJob("reports.expire");
    expect(await storage.keys()).toHaveLength(4);
    api.clock.advance(1);
    await api.runJob("reports.expire");
    expect(await storage.keys()).toEqual([]);
    user = await user.again();
    expect(await listed()).toEqual([
      { ...made, state: "expired", files: [], version: made.version + 1 },
    ]);
    const { response, bytes } = await user.file(made, "files/csv");
    const { code } = JSON.parse(Buffer.from(bytes).toString()) as Problem;
    expect([response.status, code]).toEqual([404, "reports.file_not_found"]);
    expect((await user.file(made, "model")).response.status).toBe(404);
    expect((await user.cancel({ ...made, version: 3 })).body.code).toBe("reports.already_over");
  });

  test("an expired report still tells whether its figures stand", async () => {
    const made = await user.make();
    api.clock.advance(31 * daySeconds);
    await api.runJob("reports.expire");
    user = await user.again();
    expect((await user.reportOf(made.id)).standing).toBe("stands");
    const spent = await user.post("/v1/transactions", {
      ...{ kind: "expense", date: "2026-09-03", accountId: await user.addAccount("EUR") },
      amount: { amount: "1.00", currency: "EUR" },
    });
    expect(spent.status).toBe(201);
    expect(await user.reportOf(made.id)).toMatchObject({
      standing: "superseded",
      supersession: { transactions: null, differences: null },
    });
  });

  test("a store that is away keeps nothing for good: what is left is swept", async () => {
    await user.make();
    const kept = await storage.keys();
    await api.sql`delete from reports.reports`;
    expect(await storage.keys()).toEqual(kept);
    await api.runJob("reports.sweep_objects");
    expect(await storage.keys()).toEqual([]);
  });
});

describe("the sweep of the store", () => {
  test("deletes what no report refers to, and nothing that one does or that is being made", async () => {
    const made = await user.make();
    const { body: queued } = await user.request();
    const kept = await storage.keys();
    const attempt = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
    const put = (key: string) => storage.objects().put(key, piecesOf("x"));
    const running = `reports/${queued.id}/${attempt}/csv`;
    await put(running);
    await put(`reports/${made.id}/${attempt}/csv`);
    await put(`reports/${attempt}/${attempt}/csv`);
    await put("reports/odd");
    await put("others/are-not-ours");
    await api.runJob("reports.sweep_objects");
    expect([...(await storage.keys())].toSorted()).toEqual(
      [...kept, running, "others/are-not-ours"].toSorted(),
    );
    expect((await user.file(made, "files/csv")).response.status).toBe(200);
    await storage.objects().delete(["others/are-not-ours"]);
  });
});

describe("rows", () => {
  const count = async () => {
    const [row] = await api.sql<
      { count: number }[]
    >`select count(*)::int as count from reports.reports`;
    return row?.count;
  };
  test("of expired reports are forgotten after a year", async () => {
    await user.make();
    api.clock.advance(364 * daySeconds);
    await api.runJob("reports.expire");
    await api.runJob("reports.purge");
    expect(await count()).toBe(1);
    api.clock.advance(2 * daySeconds);
    await api.runJob("reports.purge");
    expect(await count()).toBe(0);
  });

  test("of cancelled and failed ones after a month, of what is ready or queued never", async () => {
    await user.make();
    const { body } = await user.request();
    await user.cancel((await user.request()).body);
    const { body: failed } = await user.request();
    await api.sql`update reports.reports set state = 'failed', finished_at = ${start} where id = ${failed.id}`;
    await api.runJob("reports.purge");
    expect(await count()).toBe(4);
    api.clock.advance(31 * daySeconds);
    await api.runJob("reports.purge");
    const rows = await api.sql<{ id: string }[]>`select id from reports.reports order by state`;
    expect(rows).toHaveLength(2);
    expect(rows.map(({ id }) => id)).toContain(body.id);
  });

  test("of what was asked for in a day are forgotten when the day is over", async () => {
    await user.request();
    await api.runJob("reports.purge");
    const counts = () => api.sql`select requested from reports.request_counts`;
    expect(await counts()).toHaveLength(1);
    api.clock.advance(daySeconds);
    await api.runJob("reports.purge");
    expect(await counts()).toHaveLength(0);
  });
});
