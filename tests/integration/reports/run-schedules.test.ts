import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Report, ReportSchedule } from "#modules/reports/contract";
import { openReportsApp, type Reporter, reporter, runReportJobs } from "../../support/reports.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const start = "2026-09-18T12:00:00.000Z";
let api: TestApp;
let node: TestApp;
beforeAll(async () => {
  api = await openReportsApp();
  // Another node of the same installation.
  node = await openReportsApp({ clock: api.clock, databases: api.databases });
});
afterAll(async () => {
  await node.close();
  await api.close();
});
/** Each test begins on this Friday with schedules of its own. */
beforeEach(async () => {
  api.clock.set(start);
  await api.sql`delete from reports.schedules`;
});

const madeBy = async ({ user }: Reporter, { id }: ReportSchedule, of = api) =>
  of.sql<{ from: string; to: string; due: string }[]>`
    select scope->>'from' as from, scope->>'to' as to, scheduled_for::text as due
    from reports.reports where created_by = ${user.id} and schedule_id = ${id} order by scheduled_for`;
const run = () => api.runJob("reports.run_schedules");
const days = (reports: readonly { from: string; to: string }[]) =>
  reports.map(({ from, to }) => `${from} to ${to}`);

describe("a schedule", () => {
  test("makes its report when the week begins where its owner is, and not a second before", async () => {
    const user = await reporter(api);
    const schedule = await user.schedule({ rhythm: "weekly", timeZone: "America/New_York" });
    api.clock.set("2026-09-21T03:59:59.000Z");
    await run();
    expect(await madeBy(user, schedule)).toHaveLength(0);
    api.clock.set("2026-09-21T04:00:00.000Z");
    await run();
    await run();
    expect(days(await madeBy(user, schedule))).toEqual(["2026-09-14 to 2026-09-20"]);
    await runReportJobs(api);
    const again = await user.again();
    const { items } = (await again.get<{ items: Report[] }>("/v1/reports")).body;
    expect(items).toMatchObject([
      { state: "ready", scheduleId: schedule.id, timeZone: "America/New_York" },
    ]);
    const mail = await api.mails.newest(user.user.address);
    expect(mail.subject).toBe("Your report 2026-09-14--2026-09-20_Kaya_EUR is ready");
    const { body } = await again.get<ReportSchedule>(`/v1/report-schedules/${schedule.id}`);
    expect(body).toMatchObject({ nextOn: "2026-09-28", version: 1 });
  });

  test("keeps to local midnight when the clocks change", async () => {
    const user = await reporter(api);
    const schedule = await user.schedule({ rhythm: "weekly", timeZone: "Europe/Berlin" });
    const due = async () => {
      const [row] = await api.sql<{ at: Date }[]>`
        select next_at as at from reports.schedules where id = ${schedule.id}`;
      return row?.at.toISOString();
    };
    api.clock.set("2026-10-18T22:00:00.000Z");
    for (let week = 0; week < 5; week += 1) await run();
    // Summer time ends on Sunday, 25 October.
    expect(await due()).toBe("2026-10-25T23:00:00.000Z");
    api.clock.set("2026-10-25T22:59:59.000Z");
    await run();
    expect(await madeBy(user, schedule)).toHaveLength(5);
    api.clock.set("2026-10-25T23:00:00.000Z");
    await run();
    expect(days(await madeBy(user, schedule)).at(-1)).toBe("2026-10-19 to 2026-10-25");
  });

  test("makes each report once, however many nodes look at the same time", async () => {
    const users: [Reporter, ReportSchedule][] = [];
    for (let count = 0; count < 4; count += 1) {
      const user = await reporter(api);
      users.push([user, await user.schedule({ rhythm: "weekly" })]);
    }
    api.clock.set("2026-09-21T12:00:00.000Z");
    await Promise.all([run(), node.runJob("reports.run_schedules"), run()]);
    for (const [user, schedule] of users) expect(await madeBy(user, schedule)).toHaveLength(1);
  });

  test("leaves out no period after a downtime: each is made in its turn, the oldest first", async () => {
    const user = await reporter(api);
    const schedule = await user.schedule({ rhythm: "monthly" });
    api.clock.set("2026-12-05T09:00:00.000Z");
    await run();
    expect(days(await madeBy(user, schedule))).toEqual(["2026-09-01 to 2026-09-30"]);
    for (let minute = 0; minute < 4; minute += 1) await run();
    expect(await madeBy(user, schedule)).toMatchObject([
      { from: "2026-09-01", to: "2026-09-30", due: "2026-10-01" },
      { from: "2026-10-01", to: "2026-10-31", due: "2026-11-01" },
      { from: "2026-11-01", to: "2026-11-30", due: "2026-12-01" },
    ]);
  });

  test("of DATEV files goes with the fiscal years", async () => {
    const user = await reporter(api);
    const datev = {
      ...{ consultantNumber: "29098", clientNumber: "55003" },
      ...{ fiscalYearStart: "2025-10-01", accountLength: 4 },
    };
    const { id } = await user.schedule({ formats: ["csv", "datev"], datev });
    api.clock.set("2026-11-01T12:00:00.000Z");
    await run();
    await run();
    const rows = await api.sql<{ start: string }[]>`
      select scope->'datev'->>'fiscalYearStart' as start from reports.reports
      where schedule_id = ${id} order by scheduled_for`;
    expect(rows.map((row) => row.start)).toEqual(["2025-10-01", "2026-10-01"]);
  });
});

describe("a schedule that cannot make its report is paused, and its owner told why:", () => {
  async function pausedOf(user: Reporter, { id }: ReportSchedule): Promise<ReportSchedule> {
    const { body } = await (await user.again()).get<ReportSchedule>(`/v1/report-schedules/${id}`);
    expect(body).toMatchObject({ state: "paused", nextOn: null, nextPeriod: null });
    return body;
  }
  const nextMonth = async () => {
    api.clock.set("2026-10-01T12:00:00.000Z");
    await run();
    await run();
  };

  test("an account that is no more", async () => {
    const user = await reporter(api);
    const account = await user.addAccount("EUR");
    const schedule = await user.schedule({ accountIds: [account] });
    await api.sql`delete from ledger.accounts where id = ${account}`;
    await nextMonth();
    const { pausedFor } = await pausedOf(user, schedule);
    expect(pausedFor?.code).toBe("input.invalid");
    expect(pausedFor?.detail).toContain("/accountIds");
    expect(await madeBy(user, schedule)).toHaveLength(0);
    const mail = await api.mails.newest(user.user.address);
    expect(mail.subject).toBe("Your scheduled reports are paused");
    expect(mail.text).toContain(`/v1/report-schedules/${schedule.id}`);
  });

  test("a book that may no longer be read", async () => {
    const [owner, member] = [await reporter(api), await reporter(api)];
    await owner.share(member, "viewer");
    const { id } = await member.schedule({ bookId: owner.bookId });
    await api.sql`delete from ledger.book_members where user_id = ${member.user.id} and book_id = ${owner.bookId}`;
    await nextMonth();
    const [row] = await api.sql`select paused_for from reports.schedules where id = ${id}`;
    expect(row).toMatchObject({ paused_for: { code: "reports.book_not_found" } });
  });

  test("an owner who was suspended", async () => {
    const user = await reporter(api);
    const { id } = await user.schedule();
    await api.sql`update identity.users set status = 'suspended' where id = ${user.user.id}`;
    await nextMonth();
    const [row] = await api.sql`select paused_for, next_at from reports.schedules where id = ${id}`;
    expect(row).toMatchObject({ paused_for: { code: "reports.owner_inactive" }, next_at: null });
  });

  test("no room for one more report", async () => {
    const user = await reporter(api);
    const schedule = await user.schedule();
    const { id } = (await user.request()).body;
    await api.sql`
      insert into reports.reports select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()))).*
      from reports.reports r, generate_series(1, 499) where r.id = ${id}`;
    await nextMonth();
    expect((await pausedOf(user, schedule)).pausedFor?.code).toBe("reports.too_many_kept");
    await api.sql`delete from reports.reports where created_by = ${user.user.id}`;
    const { body } = await (await user.again()).changeSchedule(
      { ...schedule, version: 2 },
      { paused: false },
    );
    expect(body).toMatchObject({ state: "active", pausedFor: null, nextOn: "2026-11-01" });
  });
});

describe("a plan that has lapsed", () => {
  test("pauses what it no longer includes, says so once, and leaves the rest going", async () => {
    const free = await openTestApp();
    try {
      const user = await reporter(free);
      await free.sql`
        insert into billing.grants (id, user_id, plan, reason, granted_by, granted_at, expires_at)
        values (gen_random_uuid(), ${user.user.id}, 'pro', 'test', 'test', ${start}, '2026-09-30T00:00:00Z')`;
      const [pdf, csv] = [
        await user.schedule({ name: "As PDF", formats: ["pdf"] }),
        await user.schedule({ name: "As CSV", formats: ["csv"] }),
      ];
      free.clock.set("2026-10-01T12:00:00.000Z");
      await free.runJob("reports.run_schedules");
      await free.runJob("reports.run_schedules");
      expect(await madeBy(user, csv, free)).toHaveLength(1);
      expect(await madeBy(user, pdf, free)).toHaveLength(0);
      const again = await user.again();
      const { body } = await again.get<ReportSchedule>(`/v1/report-schedules/${pdf.id}`);
      expect(body).toMatchObject({
        state: "paused",
        pausedFor: { code: "reports.plan_limit_reached" },
      });
      const mails = await free.mails.to(user.user.address);
      const about = mails.filter(({ subject }) => subject === "Your scheduled reports are paused");
      expect(about).toHaveLength(1);
      expect(about[0]?.text).toContain("Your plan no longer includes what the schedule “As PDF”");
      const resumed = await again.changeSchedule(body, { paused: false });
      expect(resumed.body.code).toBe("reports.plan_limit_reached");
      const other = await again.changeSchedule(body, { paused: false, formats: ["md"] });
      expect(other.body).toMatchObject({ state: "active", nextOn: "2026-11-01", pausedFor: null });
    } finally {
      await free.close();
    }
  });
});
