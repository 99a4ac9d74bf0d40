import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Report } from "#modules/reports/contract";
import { openReportsApp, type Reporter, reporter, runReportJobs } from "../../support/reports.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let user: Reporter;
beforeAll(async () => {
  api = await openReportsApp();
  user = await reporter(api);
});
afterAll(() => api.close());

describe("POST /v1/reports/{id}/cancellation", () => {
  test("200: what is queued is never made, and nobody is told", async () => {
    const { body: queued } = await user.request();
    const { status, headers, body } = await user.cancel(queued);
    expect([status, headers.get("etag")]).toEqual([200, '"2"']);
    expect(body).toMatchObject({ state: "cancelled", files: [], failure: null, standing: null });
    expect(body.finishedAt).toBe(api.clock.now());
    expect(await runReportJobs(api)).toEqual([]);
    expect((await user.reportOf(queued.id)).state).toBe("cancelled");
    expect(await api.mails.to(user.user.address)).toEqual([]);
  });

  test("200: the next one that waits has its turn", async () => {
    const asked = [];
    for (let count = 0; count < 3; count += 1) asked.push((await user.request()).body);
    const [first] = asked;
    if (!first) throw new Error("nothing was asked for");
    const sent = async () =>
      (
        await api.sql`select id from reports.reports where created_by = ${user.user.id}
        and sent_at is not null and state = 'queued'`
      ).length;
    expect(await sent()).toBe(2);
    await user.cancel(first);
    expect(await sent()).toBe(2);
    await runReportJobs(api);
    const states = await Promise.all(asked.map(async ({ id }) => (await user.reportOf(id)).state));
    expect(states).toEqual(["cancelled", "ready", "ready"]);
  });

  test("200: once for one Idempotency-Key", async () => {
    const { body: queued } = await user.request();
    const headers = { "if-match": '"1"', "idempotency-key": "cancel" };
    const path = `/v1/reports/${queued.id}/cancellation`;
    const [first, again] = [
      await user.post<Report>(path, undefined, headers),
      await user.post<Report>(path, undefined, headers),
    ];
    expect([first.status, again.status, again.body]).toEqual([200, 200, first.body]);
  });

  test("404: another user's report", async () => {
    const { body: queued } = await user.request();
    const other = await reporter(api);
    expect((await other.cancel(queued)).body.code).toBe("reports.report_not_found");
    expect((await user.reportOf(queued.id)).state).toBe("queued");
  });

  test("409: what is over", async () => {
    const made = await user.make();
    const { status, body } = await user.cancel(made);
    expect([status, body.code, body.meta]).toEqual([
      ...[409, "reports.already_over"],
      { state: "ready" },
    ]);
  });

  test("412: another version; 428: none", async () => {
    const { body: queued } = await user.request();
    expect((await user.cancel({ ...queued, version: 7 })).body.code).toBe(
      "reports.version_changed",
    );
    expect((await user.post(`/v1/reports/${queued.id}/cancellation`)).status).toBe(428);
  });
});
