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
const scheduled = (asked: object = {}) => ({
  ...{ name: "For the accountant", rhythm: "monthly", type: "transactions", formats: ["csv"] },
  ...asked,
});
const create = (by: Reporter, asked: object = {}, headers?: Record<string, string>) =>
  by.post<ReportSchedule & Problem>(path, scheduled(asked), headers);

describe("POST /v1/report-schedules answers 201", () => {
  test("with what its next report covers, and when it is made", async () => {
    // 18 September 2026 is a Friday.
    const monthly = await create(user, { formats: ["xlsx", "pdf"] });
    expect(monthly.status).toBe(201);
    expect(monthly.headers.get("location")).toBe(`${path}/${monthly.body.id}`);
    expect(monthly.headers.get("etag")).toBe('"1"');
    expect(monthly.body).toMatchObject({
      ...{ name: "For the accountant", rhythm: "monthly", state: "active", pausedFor: null },
      ...{ bookId: user.bookId, formats: ["xlsx", "pdf"], timeZone: "Europe/Istanbul" },
      nextOn: "2026-10-01",
      nextPeriod: { from: "2026-09-01", to: "2026-09-30" },
      version: 1,
    });
    expect((await create(user, { rhythm: "weekly" })).body).toMatchObject({
      nextOn: "2026-09-21",
      nextPeriod: { from: "2026-09-14", to: "2026-09-20" },
    });
  });

  test("once for one Idempotency-Key", async () => {
    const key = { "idempotency-key": "schedule" };
    const [first, again] = [await create(user, {}, key), await create(user, {}, key)];
    expect([again.status, again.body]).toEqual([201, first.body]);
  });
});

describe("POST /v1/report-schedules answers 402", () => {
  test("for formats that the plan does not include, and for one schedule more than it has", async () => {
    const plain = await reporter(free);
    const pdf = await create(plain, { formats: ["pdf"] });
    expect([pdf.status, pdf.body.code]).toEqual([402, "reports.plan_limit_reached"]);
    expect((await create(plain)).status).toBe(201);
    const second = await create(plain);
    expect([second.status, second.body.meta]).toEqual([
      402,
      {
        ...{ plan: "free", limit: 1, used: 1 },
        wayOut: "DELETE /v1/report-schedules/{id}; GET /v1/billing/plans",
      },
    ]);
  });
});

describe("POST /v1/report-schedules answers 404", () => {
  test("for another user's book", async () => {
    const { bookId } = await reporter(api);
    expect((await create(user, { bookId })).body.code).toBe("reports.book_not_found");
  });
});

describe("POST /v1/report-schedules answers 409", () => {
  test("for more than any plan has room for", async () => {
    const busy = await reporter(api);
    const { id } = (await create(busy)).body;
    await api.sql`
      insert into reports.schedules select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid()))).*
      from reports.schedules s, generate_series(1, 19) where s.id = ${id}`;
    const { status, body } = await create(busy);
    expect([status, body.code]).toEqual([409, "reports.too_many_schedules"]);
  });
});

describe("POST /v1/report-schedules answers 422", () => {
  test.each<[string, object, readonly string[]]>([
    ["a blank name", { name: "  " }, ["/name"]],
    ["another rhythm", { rhythm: "daily" }, ["/rhythm"]],
    ["days, which the rhythm gives", { from: "2026-09-01" }, ["/"]],
    ["a year every month", { type: "year" }, ["/type"]],
    ["a blank name and a zone that is none", { name: " ", timeZone: "x" }, ["/name", "/timeZone"]],
    ["a statement without an account", { type: "account_statement" }, ["/accountIds"]],
    [
      "an account of nobody",
      { accountIds: ["01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21"] },
      ["/accountIds"],
    ],
    ["DATEV without settings", { formats: ["datev"] }, ["/datev"]],
  ])("for %s, and names it", async (_what, asked, paths) => {
    const { status, body } = await create(user, asked);
    expect([status, (body.errors ?? []).map((fault) => fault.path)]).toEqual([422, [...paths]]);
  });
});
