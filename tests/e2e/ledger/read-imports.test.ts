import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { csvOf, type Imported, type Importer, importer } from "../../support/imports.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let user: Importer;
let account: string;
let read: Imported;
beforeAll(async () => {
  api = await openTestApp();
  user = await importer(api);
  account = await user.addAccount("EUR");
  await user.commit(await user.upload(csvOf([["2026-03-01", "-1.00"]]), account));
  api.clock.advance(60);
  read = await user.upload(
    csvOf([
      ["2026-03-01", "-1.00"],
      ["2026-03-02", "-2.00"],
      ["2026-02-30", "-3.00"],
      ["2026-03-04", "-4.00"],
    ]),
    account,
  );
});
afterAll(() => api.close());
type List = { items: Imported[]; nextCursor: string | null };

describe("GET /v1/imports", () => {
  test("200: the newest first, page by page, of one account or of all", async () => {
    const first = await user.get<List>("/v1/imports?limit=1");
    expect(first.body.items.map(({ id }) => id)).toEqual([read.id]);
    const next = await user.get<List>(`/v1/imports?limit=1&cursor=${first.body.nextCursor}`);
    expect(next.body.items.map(({ state }) => state)).toEqual(["committed"]);
    expect(next.body.nextCursor).toBeNull();
    expect((await user.get<List>(`/v1/imports?accountId=${account}`)).body.items).toHaveLength(2);
    const other = await user.addAccount("EUR");
    expect((await user.get<List>(`/v1/imports?accountId=${other}`)).body.items).toEqual([]);
  });
  test("200: nothing of anybody else, and what a viewer shares", async () => {
    const stranger = await importer(api);
    expect((await stranger.get<List>("/v1/imports")).body.items).toEqual([]);
    expect((await stranger.get<List>(`/v1/imports?accountId=${account}`)).body.items).toEqual([]);
    await user.share(stranger, "viewer");
    const shared = await stranger.get<List>(`/v1/imports?bookId=${user.bookId}`);
    expect(shared.body.items).toHaveLength(2);
  });
  test("404: another user's book", async () => {
    const stranger = await importer(api);
    expect((await stranger.get(`/v1/imports?bookId=${user.bookId}`)).status).toBe(404);
  });
  test("422: a cursor of another list, a limit beyond the bound", async () => {
    const { nextCursor } = (await user.get<List>(`/v1/imports/${read.id}/rows?limit=1`)).body;
    for (const query of [`cursor=${nextCursor}`, "cursor=x", "limit=201", "limit=0"])
      expect((await user.get(`/v1/imports?${query}`)).status).toBe(422);
  });
});

describe("GET /v1/imports/{id}", () => {
  test("200 with its version as ETag", async () => {
    const { status, headers, body } = await user.get<Imported>(`/v1/imports/${read.id}`);
    expect([status, headers.get("etag")]).toEqual([200, `"${read.version}"`]);
    expect(body.counts).toEqual({ new: 2, duplicate: 1, faulty: 1 });
    expect(body.format).toMatchObject({ dateOrder: "ymd", separator: ";", decimal: "point" });
  });
  test("404: one that is not there", async () => {
    expect((await user.get("/v1/imports/01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21")).status).toBe(404);
  });
});

describe("GET /v1/imports/{id}/rows", () => {
  type Rows = { items: { number: number; verdict: string }[]; nextCursor: string | null };
  const rows = async (query: string) =>
    (await user.get<Rows>(`/v1/imports/${read.id}/rows?${query}`)).body;

  test("200: in the order of the file, each with what it says or why it is faulty", async () => {
    expect(await user.rows(read.id)).toMatchObject([
      {
        ...{ number: 2, verdict: "duplicate", date: "2026-03-01", payee: "Shop" },
        amount: { amount: "-1.00", currency: "EUR" },
      },
      {
        ...{ number: 3, verdict: "new", date: "2026-03-02" },
        amount: { amount: "-2.00", currency: "EUR" },
      },
      { number: 4, verdict: "faulty", date: null, amount: null, fault: expect.any(String) },
      { number: 5, verdict: "new", cells: ["2026-03-04", "-4.00", "Shop", ""] },
    ]);
  });
  test("200: of one verdict, page by page", async () => {
    const first = await rows("verdict=new&limit=1");
    expect(first.items.map(({ number }) => number)).toEqual([3]);
    const second = await rows(`verdict=new&limit=1&cursor=${first.nextCursor}`);
    expect(second.items.map(({ number }) => number)).toEqual([5]);
    expect(second.nextCursor).toBeNull();
    expect((await rows("verdict=faulty")).items).toHaveLength(1);
  });
  test("422: another verdict, a cursor of another list", async () => {
    const list = await user.get<List>("/v1/imports?limit=1");
    for (const query of ["verdict=maybe", `cursor=${list.body.nextCursor}`])
      expect((await user.get(`/v1/imports/${read.id}/rows?${query}`)).status).toBe(422);
  });
});
