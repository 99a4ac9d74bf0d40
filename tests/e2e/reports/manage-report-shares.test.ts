import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ReportShare, ShareOpening } from "#modules/reports/contract";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { fetchShared, openShared, sharer } from "../../support/report-shares.ts";
import { openReportsApp } from "../../support/reports.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

type Paged<T> = { readonly items: readonly T[]; readonly nextCursor: string | null };

const clock = createTestClock();
let api: TestApp;
beforeAll(async () => {
  api = await openReportsApp({ clock });
});
afterAll(() => api.close());

describe("GET /v1/reports/{id}/shares", () => {
  test("200 with how often each was opened, the newest first, a page at a time", async () => {
    const owner = await sharer(api);
    const path = `/v1/reports/${owner.report.id}/shares`;
    expect((await owner.get<Paged<ReportShare>>(path)).body).toEqual({
      ...{ items: [], nextCursor: null },
    });
    const password = "quiet harbour 1923";
    const made = [];
    for (let number = 0; number < 3; number += 1) {
      made.push(await owner.share(number === 0 ? { password } : {}));
      clock.advance(1);
    }
    const [first] = made;
    if (!first) throw new Error("there is no link");
    await openShared(api, { token: first.token, password: "a wrong one" });
    await openShared(api, { token: first.token, password });
    await fetchShared(api, { token: first.token, password, format: "csv" });
    const page = (await owner.get<Paged<ReportShare>>(`${path}?limit=2`)).body;
    const rest = (await owner.get<Paged<ReportShare>>(`${path}?cursor=${page.nextCursor}`)).body;
    const ids = [...page.items, ...rest.items].map(({ id }) => id);
    expect(ids).toEqual(made.map(({ id }) => id).toReversed());
    expect(rest.items[0]).toMatchObject({
      ...{ openings: 2, hasPassword: true, state: "open", lastOpenedAt: clock.now() },
    });
  });

  test("200 tells what is over", async () => {
    const owner = await sharer(api);
    await owner.revoke(await owner.share());
    const { body } = await owner.get<Paged<ReportShare>>(`/v1/reports/${owner.report.id}/shares`);
    expect(body.items[0]).toMatchObject({ state: "revoked", revokedAt: clock.now() });
  });

  test("401, 404 to others, 422 for a cursor of nothing", async () => {
    const [owner, other] = [await sharer(api), await sharer(api)];
    const path = `/v1/reports/${owner.report.id}/shares`;
    expectProblem(await api.get(path), 401, "auth.required");
    expectProblem(await other.get(path), 404, "reports.report_not_found");
    expectFaults(await owner.get(`${path}?cursor=WzFd`), ["cursor"]);
  });
});

describe("GET /v1/report-shares/{id}/openings", () => {
  test("200, the newest first, a page at a time", async () => {
    const owner = await sharer(api);
    const share = await owner.share();
    for (const format of ["csv", "md"]) {
      await fetchShared(api, { ...share, format });
      clock.advance(1);
    }
    await openShared(api, share);
    const path = `/v1/report-shares/${share.id}/openings`;
    const page = (await owner.get<Paged<ShareOpening>>(`${path}?limit=1`)).body;
    const rest = (await owner.get<Paged<ShareOpening>>(`${path}?cursor=${page.nextCursor}`)).body;
    const seen = [...page.items, ...rest.items];
    expect(seen.map(({ what }) => what)).toEqual(["page", "file:md", "file:csv"]);
    expect(seen[0]?.openedAt).toBe(clock.now());
    expect(rest.nextCursor).toBeNull();
  });

  test("401, and 404 to others", async () => {
    const [owner, other] = [await sharer(api), await sharer(api)];
    const path = `/v1/report-shares/${(await owner.share()).id}/openings`;
    expectProblem(await api.get(path), 401, "auth.required");
    expectProblem(await other.get(path), 404, "reports.share_not_found");
  });
});

describe("DELETE /v1/report-shares/{id}", () => {
  test("204, and once more; other links go on working", async () => {
    const owner = await sharer(api);
    const [revoked, other] = [await owner.share(), await owner.share()];
    expect((await owner.revoke(revoked)).status).toBe(204);
    clock.advance(5);
    expect((await owner.revoke(revoked)).status).toBe(204);
    expect((await openShared(api, revoked)).status).toBe(404);
    expect((await openShared(api, other)).status).toBe(200);
  });

  test("401, and 404 to others, for whom the link stays", async () => {
    const [owner, other] = [await sharer(api), await sharer(api)];
    const share = await owner.share();
    const path = `/v1/report-shares/${share.id}`;
    expectProblem(await api.request(path, { method: "DELETE" }), 401, "auth.required");
    expectProblem(await other.revoke(share), 404, "reports.share_not_found");
    expect((await openShared(api, share)).status).toBe(200);
  });
});
