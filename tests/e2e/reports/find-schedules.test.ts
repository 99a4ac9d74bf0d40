import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ReportSchedule } from "#modules/reports/contract";
import { openReportsApp, type Reporter, reporter } from "../../support/reports.ts";
import type { TestApp } from "../../support/test-app.ts";

type List = { items: ReportSchedule[]; nextCursor: string | null };

const path = "/v1/report-schedules";
let api: TestApp;
let user: Reporter;
let first: ReportSchedule;
let second: ReportSchedule;
beforeAll(async () => {
  api = await openReportsApp();
  user = await reporter(api);
  first = await user.schedule({ name: "First" });
  api.clock.advance(1);
  second = await user.schedule({ name: "Second", rhythm: "weekly" });
});
afterAll(() => api.close());
const list = async (query = "", by = user) => (await by.get<List>(`${path}${query}`)).body;

describe("GET /v1/report-schedules", () => {
  test("200: the oldest first, page by page", async () => {
    expect(await list()).toEqual({ items: [first, second], nextCursor: null });
    const page = await list("?limit=1");
    expect(page.items).toEqual([first]);
    expect((await list(`?limit=1&cursor=${page.nextCursor}`)).items).toEqual([second]);
  });
  test("200: of one book; nothing of others", async () => {
    expect((await list(`?bookId=${user.bookId}`)).items).toHaveLength(2);
    const other = await reporter(api);
    expect((await list(`?bookId=${other.bookId}`)).items).toEqual([]);
    await user.share(other, "editor");
    expect((await list("", other)).items).toEqual([]);
  });
  test("422: a cursor of another list", async () => {
    expect((await user.get(`${path}?cursor=x`)).status).toBe(422);
  });
});

describe("GET /v1/report-schedules/{id}", () => {
  test("200 with its version as ETag", async () => {
    const { headers, body } = await user.get<ReportSchedule>(`${path}/${first.id}`);
    expect([headers.get("etag"), body]).toEqual(['"1"', first]);
  });
  test("404: another user's, one that is not there, and one of a book that is no longer readable", async () => {
    const other = await reporter(api);
    expect((await other.get(`${path}/${first.id}`)).status).toBe(404);
    expect((await user.get(`${path}/${user.bookId}`)).status).toBe(404);
    await user.share(other, "viewer");
    const { id } = await other.schedule({ bookId: user.bookId });
    expect((await other.get(`${path}/${id}`)).status).toBe(200);
    await api.sql`delete from ledger.book_members where user_id = ${other.user.id} and book_id = ${user.bookId}`;
    expect((await other.get(`${path}/${id}`)).status).toBe(404);
    expect((await list("", other)).items).toEqual([]);
  });
});
