import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Report } from "#modules/reports/contract";
import { openReportsApp, type Reporter, reporter, runReportJobs } from "../../support/reports.ts";
import type { TestApp } from "../../support/test-app.ts";

type List = { items: Report[]; nextCursor: string | null };

let api: TestApp;
let user: Reporter;
let made: Report;
beforeAll(async () => {
  api = await openReportsApp();
  user = await reporter(api);
  made = await user.make();
  api.clock.advance(60);
  await user.request({ type: "cash_flow" });
  api.clock.advance(60);
  await user.request({ type: "net_worth" });
});
afterAll(() => api.close());
const list = async (query = "") => (await user.get<List>(`/v1/reports${query}`)).body;

describe("GET /v1/reports", () => {
  test("200: the newest first, page by page", async () => {
    const first = await list("?limit=2");
    expect(first.items.map(({ type }) => type)).toEqual(["net_worth", "cash_flow"]);
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect(second).toEqual({ items: [await user.reportOf(made.id)], nextCursor: null });
  });

  test("200: of one type, state or book", async () => {
    expect((await list("?type=cash_flow")).items).toHaveLength(1);
    expect((await list("?state=ready")).items.map(({ id }) => id)).toEqual([made.id]);
    expect((await list("?state=failed")).items).toEqual([]);
    expect((await list(`?bookId=${user.bookId}`)).items).toHaveLength(3);
    expect((await list(`?bookId=${user.user.id}`)).items).toEqual([]);
    expect((await list(`?scheduleId=${user.user.id}`)).items).toEqual([]);
  });

  test("200: says of none that it stands when the book was changed since that was looked at", async () => {
    const owner = await reporter(api);
    const { id } = await owner.make();
    const standing = async () =>
      (await owner.get<List>("/v1/reports")).body.items.map((report) => report.standing);
    expect(await standing()).toEqual(["stands"]);
    await owner.record({
      ...{ kind: "expense", date: "2026-08-03", accountId: await owner.addAccount("EUR") },
      amount: { amount: "1.00", currency: "EUR" },
    });
    expect(await standing()).toEqual(["unchecked"]);
    expect((await owner.reportOf(id)).standing).toBe("stands");
    expect(await standing()).toEqual(["stands"]);
  });

  test("200: nothing of others, also not of a shared book", async () => {
    const other = await reporter(api);
    await user.share(other, "owner");
    expect((await other.get<List>("/v1/reports")).body.items).toEqual([]);
  });

  test("200: no longer what is of a book that one may not read any more", async () => {
    const [owner, member] = [await reporter(api), await reporter(api)];
    await owner.share(member, "viewer");
    const { body } = await member.request({ bookId: owner.bookId });
    await runReportJobs(api);
    expect((await member.get<List>("/v1/reports")).body.items).toHaveLength(1);
    await api.sql`delete from ledger.book_members where book_id = ${owner.bookId} and user_id = ${member.user.id}`;
    expect((await member.get<List>("/v1/reports")).body.items).toEqual([]);
    expect((await member.get(`/v1/reports/${body.id}`)).status).toBe(404);
    expect((await member.file(body, "files/csv")).response.status).toBe(404);
  });

  test("422: a cursor of another list, a limit beyond the bound, a state that there is not", async () => {
    for (const query of ["?cursor=x", "?limit=201", "?state=done", "?bookId=1", "?owner=me"])
      expect((await user.get(`/v1/reports${query}`)).status).toBe(422);
  });
});
