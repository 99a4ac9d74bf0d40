import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Account } from "#modules/ledger/contract";
import { accountHolder } from "../../support/accounts.ts";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

type Page = { readonly items: readonly Account[]; readonly nextCursor: string | null };

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

const path = "/v1/accounts";

describe("200", () => {
  test("is an empty list for whoever has none, and never shows what the book itself keeps", async () => {
    const user = await accountHolder(api);
    const empty = await user.get<Page>(path);
    expect([empty.status, empty.body]).toEqual([200, { items: [], nextCursor: null }]);
    const account = await user.open({ openingBalance: { amount: "5", currency: "EUR" } });
    expect((await user.get<Page>(path)).body.items).toEqual([account]);
  });

  test("tells active accounts from archived ones", async () => {
    const user = await accountHolder(api);
    const [first, second] = [await user.open(), await user.open()];
    await user.post(`${path}/${first.id}/archival`, undefined, ifMatch(1));
    const idsOf = async (query: string) =>
      (await user.get<Page>(path + query)).body.items.map(({ id }) => id);
    expect(await idsOf("")).toEqual([first.id, second.id]);
    expect(await idsOf("?archived=true")).toEqual([first.id]);
    expect(await idsOf("?archived=false")).toEqual([second.id]);
  });

  test("comes page by page, each account once, also those of one moment", async () => {
    const user = await accountHolder(api);
    const ids: string[] = [];
    for (let count = 0; count < 7; count += 1) ids.push(await user.addAccount());
    const seen: string[] = [];
    let query = "?limit=3";
    for (;;) {
      const { items, nextCursor } = (await user.get<Page>(path + query)).body;
      seen.push(...items.map(({ id }) => id));
      if (nextCursor === null) break;
      query = `?limit=3&cursor=${nextCursor}`;
    }
    expect(seen).toEqual(ids);
  });

  test("is of one book", async () => {
    const user = await accountHolder(api);
    const { body } = await user.post<{ id: string }>("/v1/books", { name: "Business" });
    const [own, business] = [await user.open(), await user.open({ bookId: body.id })];
    expect((await user.get<Page>(path)).body.items).toEqual([own]);
    expect((await user.get<Page>(`${path}?bookId=${body.id}`)).body.items).toEqual([business]);
  });

  test("lets viewers look", async () => {
    const user = await accountHolder(api);
    const account = await user.open();
    const viewer = await signedInUser(api);
    await user.share(viewer, "viewer");
    const { body } = await viewer.get<Page>(`${path}?bookId=${user.bookId}`);
    expect(body.items).toEqual([account]);
    expect((await viewer.get<Account>(`${path}/${account.id}`)).body).toEqual(account);
  });
});

test("401 for strangers, 404 for a book of others, 422 for what is no cursor", async () => {
  const user = await accountHolder(api);
  expectProblem(await api.get(path), 401, "auth.required");
  const other = await signedInUser(api);
  const foreign = await other.get(`${path}?bookId=${user.bookId}`);
  expectProblem(foreign, 404, "ledger.book_not_found");
  for (const query of ["cursor=AAAA", "limit=0", "limit=201", "archived=maybe", "bookId=1"])
    expectFaults(await user.get(`${path}?${query}`), [query.split("=")[0] ?? ""]);
});
