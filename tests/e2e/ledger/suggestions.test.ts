import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

type Suggestions = { readonly items: readonly { name: string; lastUsedOn: string }[] };

const strangersId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
let api: TestApp;
let user: LedgerUser;
beforeAll(async () => {
  api = await openTestApp();
  user = await ledgerUser(api);
  const accountId = await user.addAccount("EUR");
  const amount = { amount: "1.00", currency: "EUR" };
  const record = (day: number, more: object) =>
    user.record({ kind: "expense", accountId, date: `2026-01-${day}`, amount, ...more });
  await record(10, { payee: "Migros", tags: ["food", "weekly"] });
  await record(12, { payee: "Şişli Köftecisi", tags: ["food"] });
  await record(11, { payee: "Migros", note: "for the trip to Bern", tags: ["trip"] });
  await record(13, { tags: ["Müll"] });
});
afterAll(() => api.close());

const suggested = async (path: string, query: Record<string, string> = {}, client = user) => {
  const answer = await client.get<Suggestions>(`/v1/${path}?${new URLSearchParams(query)}`);
  expect(answer.status).toBe(200);
  return answer.body.items.map(({ name, lastUsedOn }) => `${name} ${lastUsedOn.slice(-2)}`);
};

for (const path of ["payees", "tags"])
  describe(`GET /v1/${path}`, () => {
    test("is 401 without a token, 404 for somebody else's book, 422 for no word", async () => {
      const other = await ledgerUser(api);
      expect((await api.get(`/v1/${path}`)).status).toBe(401);
      for (const bookId of [other.bookId, strangersId])
        expect((await user.get(`/v1/${path}?bookId=${bookId}`)).status).toBe(404);
      expect((await user.get(`/v1/${path}?search=!`)).status).toBe(422);
      expect(await suggested(path, {}, other)).toEqual([]);
    });
  });

describe("suggested", () => {
  test("are payees, each once, the last used first", async () => {
    expect(await suggested("payees")).toEqual(["Şişli Köftecisi 12", "Migros 11"]);
  });

  test("are only those that have the words themselves, however they are typed", async () => {
    expect(await suggested("payees", { search: "kofte SIS" })).toEqual(["Şişli Köftecisi 12"]);
    expect(await suggested("payees", { search: "trip" })).toEqual([]);
    expect(await suggested("tags", { search: "trip" })).toEqual(["trip 11"]);
    expect(await suggested("tags", { search: "muell" })).toEqual(["Müll 13"]);
  });

  test("are tags of all transactions", async () => {
    expect(await suggested("tags")).toEqual(["Müll 13", "food 12", "trip 11", "weekly 10"]);
  });
});
