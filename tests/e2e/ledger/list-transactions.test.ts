import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Transaction } from "#modules/ledger/contract";
import { type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

type Page = { readonly items: readonly Transaction[]; readonly nextCursor: string | null };
type Problem = { readonly code: string; readonly errors?: readonly { readonly path: string }[] };

const strangersId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
let api: TestApp;
let user: LedgerUser;
let other: LedgerUser;
const ids: Record<"euro" | "savings" | "lira" | "food" | "restaurants", string> = {
  ...{ euro: "", savings: "", lira: "", food: "", restaurants: "" },
};

beforeAll(async () => {
  api = await openTestApp();
  [user, other] = [await ledgerUser(api), await ledgerUser(api)];
  ids.euro = await user.addAccount("EUR");
  ids.savings = await user.addAccount("EUR");
  ids.lira = await user.addAccount("TRY");
  const food = await user.addCategory("expense", "Food");
  ids.food = food;
  ids.restaurants = await user.addCategory("expense", "Restaurants", { parentId: food });
  const euro = (amount: string) => ({ amount, currency: "EUR" });
  const expense = { kind: "expense", accountId: ids.euro } as const;
  await user.record({
    ...expense,
    date: "2026-01-01",
    amount: euro("10.00"),
    categoryId: ids.food,
    payee: "Migros",
  });
  await user.record({
    ...expense,
    date: "2026-01-02",
    amount: euro("25.50"),
    categoryId: ids.restaurants,
    payee: "Şişli Köftecisi",
    tags: ["holiday"],
  });
  await user.record({
    ...expense,
    date: "2026-01-03",
    amount: euro("30.00"),
    note: "Straße nach Müllheim",
    cleared: true,
  });
  await user.record({
    kind: "transfer",
    accountId: ids.euro,
    toAccountId: ids.savings,
    date: "2026-01-04",
    amount: euro("100.00"),
    note: "aside",
  });
  await user.record({
    kind: "income",
    accountId: ids.lira,
    date: "2026-01-05",
    amount: { amount: "5000.00", currency: "TRY" },
    payee: "IŞIK A.Ş.",
  });
});
afterAll(() => api.close());

const list = <T = Page>(query: Record<string, string> = {}, client = user) =>
  client.get<T>(`/v1/transactions?${new URLSearchParams(query)}`);
/** Days of January that the found ones are of, as they are listed. */
async function found(query: Record<string, string>): Promise<number[]> {
  const { status, body } = await list(query);
  expect(status).toBe(200);
  return body.items.map(({ date }) => Number(date.slice(-2)));
}

describe("200", () => {
  test("lists the default book, the newest first, each as it is shown by itself", async () => {
    const { body } = await list();
    expect(body.items.map(({ date }) => String(date))).toEqual([
      "2026-01-05",
      "2026-01-04",
      "2026-01-03",
      "2026-01-02",
      "2026-01-01",
    ]);
    expect(body.nextCursor).toBeNull();
    for (const item of body.items)
      expect(item).toEqual((await user.get<Transaction>(`/v1/transactions/${item.id}`)).body);
  });

  test("is empty for whoever has recorded nothing", async () => {
    expect((await list({}, other)).body).toEqual({ items: [], nextCursor: null });
  });

  test("filters by everything there is", async () => {
    expect(await found({ from: "2026-01-02", to: "2026-01-03" })).toEqual([3, 2]);
    expect(await found({ minAmount: "25.5", maxAmount: "30" })).toEqual([3, 2]);
    expect(await found({ currency: "TRY" })).toEqual([5]);
    expect(await found({ accountId: ids.savings })).toEqual([4]);
    expect(await found({ accountId: ids.euro })).toEqual([4, 3, 2, 1]);
    expect(await found({ categoryId: ids.food })).toEqual([2, 1]);
    expect(await found({ categoryId: ids.restaurants })).toEqual([2]);
    expect(await found({ uncategorised: "true" })).toEqual([5, 3]);
    expect(await found({ uncategorised: "false" })).toHaveLength(5);
    expect(await found({ tag: "holiday" })).toEqual([2]);
    expect(await found({ payee: "Migros" })).toEqual([1]);
    expect(await found({ kind: "transfer" })).toEqual([4]);
    expect(await found({ cleared: "true" })).toEqual([3]);
    expect(await found({ cleared: "false", kind: "income" })).toEqual([5]);
    expect(await found({ bookId: user.bookId, search: "aside" })).toEqual([4]);
  });

  test("finds words by their beginning, however they are typed", async () => {
    for (const search of ["sisli", "ŞİŞLİ", "şişli", "kofte", "KÖFTE", "koefte", "holi kof"])
      expect([search, await found({ search })]).toEqual([search, [2]]);
    for (const search of ["strasse", "STRASSE", "straße", "mullh", "muellheim", "Müll str"])
      expect([search, await found({ search })]).toEqual([search, [3]]);
    for (const search of ["ışık", "isik", "IŞIK", "Işık"])
      expect([search, await found({ search })]).toEqual([search, [5]]);
    for (const search of ["migros holiday", "igros", "strasse2"])
      expect([search, await found({ search })]).toEqual([search, []]);
  });

  test("takes signs of a query language for nothing but signs", async () => {
    for (const search of [
      "migros & !holiday",
      "migros:*",
      "'migros'",
      "(migros)",
      "migros \\",
      "migros | aside",
    ])
      expect((await list({ search })).status).toBe(200);
    expect(await found({ search: "mig:*" })).toEqual([1]);
    expect(await found({ search: "!migros" })).toEqual([1]);
  });

  test("pages without a gap or a repeat, and while others are recorded", async () => {
    const reader = await ledgerUser(api);
    const account = await reader.addAccount("EUR");
    const record = (date: string) =>
      reader.record({
        ...{ kind: "expense", accountId: account, date },
        amount: { amount: "1.00", currency: "EUR" },
      });
    const made = [];
    for (let day = 10; day < 17; day += 1) made.push(await record(`2026-02-${day}`));
    const seen: string[] = [];
    let cursor = "";
    for (let pages = 0; pages < 4; pages += 1) {
      const { body } = await list({ limit: "2", ...(cursor && { cursor }) }, reader);
      seen.push(...body.items.map(({ id }) => id));
      await record("2026-03-01");
      cursor = body.nextCursor ?? "";
    }
    expect(cursor).toBe("");
    expect(seen).toEqual(made.map(({ id }) => id).toReversed());
  });

  test("shows what is void when it is asked for", async () => {
    const reader = await ledgerUser(api);
    const account = await reader.addAccount("EUR");
    const amount = { amount: "1.00", currency: "EUR" };
    const voided = await reader.record({
      kind: "expense",
      accountId: account,
      date: "2026-02-01",
      amount,
      payee: "Shop",
    });
    const kept = await reader.record({
      kind: "expense",
      accountId: account,
      date: "2026-02-01",
      amount,
    });
    const path = `/v1/transactions/${voided.id}/void`;
    expect((await reader.post(path, {}, { "if-match": '"1"' })).status).toBe(200);
    const idsOf = async (query: Record<string, string>) =>
      (await list(query, reader)).body.items.map(({ id }) => id);
    expect(await idsOf({})).toEqual([kept.id]);
    expect(await idsOf({ state: "void" })).toEqual([voided.id]);
    expect(await idsOf({ state: "void", search: "shop" })).toEqual([voided.id]);
    expect(await idsOf({ state: "all" })).toEqual([kept.id, voided.id]);
  });

  test("lets viewers of a book read it", async () => {
    const viewer = await ledgerUser(api);
    await user.share(viewer, "viewer");
    expect((await list({ bookId: user.bookId }, viewer)).body.items).toHaveLength(5);
  });
});

describe("401", () => {
  test("without a token", async () => {
    expect((await api.get("/v1/transactions")).status).toBe(401);
  });
});

describe("404", () => {
  test("for a book, account, category or import of somebody else, as for one that is not there", async () => {
    const foreign = {
      bookId: [other.bookId, "ledger.book_not_found"],
      accountId: [await other.addAccount("EUR"), "ledger.account_not_found"],
      categoryId: [await other.addCategory("expense"), "ledger.category_not_found"],
      importId: [strangersId, "ledger.import_not_found"],
    } as const;
    for (const [name, [id, code]] of Object.entries(foreign))
      for (const asked of [id, strangersId]) {
        const { status, body } = await list<Problem>({ [name]: asked });
        expect([name, status, body.code]).toEqual([name, 404, code]);
      }
  });

  test("for an account that the book keeps for itself", async () => {
    const [hidden] = await api.sql<{ id: string }[]>`
      insert into ledger.accounts (id, book_id, kind, system, name, currency, opening_date, version, created_by,
        created_at, updated_at)
      select gen_random_uuid(), book_id, kind, 'exchange', name, currency, opening_date, 1, created_by, created_at,
        updated_at from ledger.accounts where id = ${ids.euro} returning id`;
    expect((await list({ accountId: hidden?.id ?? "" })).status).toBe(404);
  });
});

describe("422", () => {
  const faulty: Record<string, [Record<string, string>, string]> = {
    "days in the wrong order": [{ from: "2026-02-01", to: "2026-01-01" }, "to"],
    "amounts in the wrong order": [{ minAmount: "10", maxAmount: "9.99" }, "maxAmount"],
    "a day that is not in the calendar": [{ from: "2026-02-30" }, "from"],
    "an amount in another notation": [{ minAmount: "1e3" }, "minAmount"],
    "a search without a letter": [{ search: "--- !" }, "search"],
    "more words than anybody looks for": [{ search: "a b c d e f g h i j k" }, "search"],
    "a category, and none": [{ categoryId: strangersId, uncategorised: "true" }, "uncategorised"],
    "what is void, by category": [{ categoryId: strangersId, state: "void" }, "state"],
    "an unknown state": [{ state: "deleted" }, "state"],
    "an empty tag": [{ tag: " " }, "tag"],
    "a limit beyond the highest": [{ limit: "201" }, "limit"],
    "a cursor that is none": [{ cursor: "abc" }, "cursor"],
    "a filter that there is not": [{ account: strangersId }, "(a parameter)"],
  };
  for (const [name, [query, path]] of Object.entries(faulty))
    test(`for ${name}`, async () => {
      const { status, body } = await list<Problem>(query);
      expect(status).toBe(422);
      expect(body.errors?.map((error) => error.path)).toContain(path);
    });

  test("for the cursor of another filter or book", async () => {
    const { body } = await list({ limit: "2" });
    const cursor = body.nextCursor ?? "";
    expect((await list({ limit: "3", cursor, bookId: user.bookId })).status).toBe(200);
    expect((await list({ limit: "2", cursor, kind: "expense" })).status).toBe(422);
    expect((await list({ limit: "2", cursor }, other)).status).toBe(422);
  });
});
