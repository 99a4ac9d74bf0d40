import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ReportSchedule } from "#modules/reports/contract";
import { openReportsApp, type Problem, type Reporter, reporter } from "../../support/reports.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = "/v1/report-schedules";
let api: TestApp;
let free: TestApp;
let user: Reporter;
beforeAll(async () => {
  [api, free] = await Promise.all([openReportsApp(), openTestApp()]);
  user = await reporter(api);
});
afterAll(async () => {
  await Promise.all([api.close(), free.close()]);
});

describe("PATCH /v1/report-schedules/{id} answers 200", () => {
  test("and changes what is given, nothing else", async () => {
    const before = await user.schedule();
    const { status, headers, body } = await user.changeSchedule(before, {
      name: " Öğle ",
      formats: ["md"],
    });
    expect([status, headers.get("etag")]).toEqual([200, '"2"']);
    expect<ReportSchedule>(body).toEqual({ ...before, name: "Öğle", formats: ["md"], version: 2 });
  });

  test("when it is paused, and goes on with what is still to come", async () => {
    const before = await user.schedule({ rhythm: "weekly" });
    const { body: paused } = await user.changeSchedule(before, { paused: true });
    expect(paused).toMatchObject({
      ...{ state: "paused", nextOn: null, nextPeriod: null, pausedFor: null },
    });
    const { body: renamed } = await user.changeSchedule(paused, { name: "Later" });
    expect(renamed.state).toBe("paused");
    api.clock.advance(20 * 86_400);
    user = await user.again();
    const { body: resumed } = await user.changeSchedule(renamed, { paused: false });
    // 8 October 2026 is a Thursday: what lies between is not made up for.
    expect(resumed).toMatchObject({ state: "active", nextOn: "2026-10-12" });
  });

  test("with another day when its rhythm or zone changes", async () => {
    api.clock.set("2026-10-08T12:00:00.000Z");
    user = await user.again();
    const before = await user.schedule();
    const { body: weekly } = await user.changeSchedule(before, { rhythm: "weekly" });
    expect<(string | null)[]>([before.nextOn, weekly.nextOn]).toEqual(["2026-11-01", "2026-10-12"]);
    const { body: moved } = await user.changeSchedule(weekly, { timeZone: "Asia/Tokyo" });
    expect(moved).toMatchObject({ timeZone: "Asia/Tokyo", nextOn: "2026-10-12" });
    const [row] = await api.sql<{ at: Date }[]>`
      select next_at as at from reports.schedules where id = ${moved.id}`;
    expect(row?.at.toISOString()).toBe("2026-10-11T15:00:00.000Z");
  });
});

describe("PATCH /v1/report-schedules/{id} answers", () => {
  test("402: what the plan does not include", async () => {
    const plain = await reporter(free);
    const schedule = await plain.schedule();
    const { status, body } = await plain.changeSchedule(schedule, { formats: ["pdf"] });
    expect([status, body.code]).toEqual([402, "reports.plan_limit_reached"]);
  });

  test("404: another user's", async () => {
    const schedule = await user.schedule();
    const other = await reporter(api);
    const { body } = await other.changeSchedule(schedule, { name: "Mine" });
    expect(body.code).toBe("reports.schedule_not_found");
  });

  test("412: another version; 428: none", async () => {
    const schedule = await user.schedule();
    expect((await user.changeSchedule({ ...schedule, version: 9 }, { name: "x" })).status).toBe(
      412,
    );
    expect((await user.patch(`${path}/${schedule.id}`, { name: "x" })).status).toBe(428);
  });

  test.each<[string, object, readonly string[]]>([
    ["nothing", {}, ["/"]],
    ["a type that comes once", { type: "year" }, ["/type"]],
    ["a type that what was asked for does not fit", { type: "account_statement" }, ["/accountIds"]],
    ["another book", { bookId: "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21" }, ["/"]],
  ])("422: %s", async (_what, changes, paths) => {
    const { status, body } = await user.changeSchedule(await user.schedule(), changes);
    expect([status, ((body as Problem).errors ?? []).map((fault) => fault.path)]).toEqual([
      422,
      [...paths],
    ]);
  });
});

describe("DELETE /v1/report-schedules/{id} answers", () => {
  const remove = (by: Reporter, { id, version }: { id: string; version: number }) =>
    by.delete<Problem>(`${path}/${id}`, undefined, { "if-match": `"${version}"` });

  test("204, and the reports that it has made stay", async () => {
    const schedule = await user.schedule({ rhythm: "weekly" });
    api.clock.advance(7 * 86_400);
    await api.runJob("reports.run_schedules");
    user = await user.again();
    const made = async () =>
      (await user.get<{ items: object[] }>(`/v1/reports?scheduleId=${schedule.id}`)).body.items;
    expect(await made()).toHaveLength(1);
    expect((await remove(user, schedule)).status).toBe(204);
    expect((await user.get(`${path}/${schedule.id}`)).status).toBe(404);
    expect(await made()).toHaveLength(1);
  });

  test("404: another user's; 412: another version; 428: none", async () => {
    const schedule = await user.schedule();
    expect((await remove(await reporter(api), schedule)).status).toBe(404);
    expect((await remove(user, { ...schedule, version: 5 })).status).toBe(412);
    expect((await user.delete(`${path}/${schedule.id}`)).status).toBe(428);
  });
});
