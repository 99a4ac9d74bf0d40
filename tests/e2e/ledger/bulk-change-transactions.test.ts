import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Transaction } from "#modules/ledger/contract";
import { faultsOf, type LedgerUser, ledgerUser, type RecordedBody } from "../../support/ledger.ts";
import { storeTransactions } from "../../support/stored-ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

type Result = {
  readonly matched: number;
  readonly changed: number;
  readonly skippedSplits: number;
  readonly skippedTransfers: number;
  readonly skippedOpenings: number;
};
type Problem = {
  readonly code: string;
  readonly meta?: object;
  readonly errors?: readonly { readonly path: string }[];
};
type Asked = {
  readonly bookId?: string;
  readonly filter?: object;
  readonly expectedCount?: number;
  readonly change?: object;
  readonly void?: boolean;
  readonly reason?: string;
};

const path = "/v1/transactions/bulk-changes";
const strangersId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
const skippedNothing = { skippedSplits: 0, skippedTransfers: 0, skippedOpenings: 0 };
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

/** A user with three expenses, one of them split, and a transfer: 10, 20, 30 and 40 euros. */
async function household() {
  const user = await ledgerUser(api);
  const [euro, savings] = [await user.addAccount("EUR"), await user.addAccount("EUR")];
  const [food, home] = [await user.addCategory("expense"), await user.addCategory("expense")];
  const expense = (day: number, amount: string, more: Partial<RecordedBody> = {}) =>
    user.record({
      ...{ kind: "expense", accountId: euro, date: `2026-01-${day}`, payee: "Shop" },
      amount: { amount, currency: "EUR" },
      ...more,
    });
  const first = await expense(11, "10.00", { categoryId: food, tags: ["old"] });
  const second = await expense(12, "20.00");
  const split = await expense(13, "30.00", {
    splits: [
      { categoryId: food, amount: { amount: "10.00", currency: "EUR" } },
      { categoryId: home, amount: { amount: "20.00", currency: "EUR" } },
    ],
  });
  const transfer = await expense(14, "40.00", { kind: "transfer", toAccountId: savings });
  return { user, euro, savings, food, home, first, second, split, transfer };
}

const ask = <T = Result>(user: LedgerUser, asked: Asked, headers?: Record<string, string>) =>
  user.post<T>(path, { filter: {}, expectedCount: 4, ...asked }, headers);
const all = async (user: LedgerUser, query = "") =>
  (await user.get<{ items: Transaction[] }>(`/v1/transactions?state=all${query}`)).body.items;
const historyOf = async (user: LedgerUser, id: string) =>
  (
    await user.get<{ items: { action: string; before: Transaction; after: Transaction | null }[] }>(
      `/v1/transactions/${id}/history`,
    )
  ).body.items;

describe("200", () => {
  test("changes what all of them may have, and says which could not have the category", async () => {
    const { user, euro, home, first, second, split, transfer } = await household();
    const change = {
      categoryId: home,
      payee: "Market",
      addTags: ["new"],
      removeTags: ["old"],
      cleared: true,
    };
    const { status, body } = await ask(user, { change });
    expect([status, body]).toEqual([
      200,
      { ...skippedNothing, matched: 4, changed: 4, skippedSplits: 1, skippedTransfers: 1 },
    ]);
    const after = new Map((await all(user)).map((one) => [one.id, one]));
    for (const before of [first, second, split, transfer])
      expect(after.get(before.id)).toMatchObject({
        ...{ payee: "Market", tags: ["new"], cleared: true, version: 2 },
        ...{ amount: before.amount, date: before.date },
      });
    const categoriesOf = ({ id }: Transaction) =>
      after.get(id)?.splits.map(({ categoryId }) => categoryId as string);
    expect([first, second].map(categoriesOf)).toEqual([[home], [home]]);
    expect(after.get(split.id)?.splits).toEqual(split.splits);
    expect(after.get(transfer.id)?.splits).toEqual([]);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
    expect(Number(await user.balance(euro))).toBe(-100);
  });

  test("keeps in the history of each what it was, and lets it be found by what it is", async () => {
    const { user, first } = await household();
    await ask(user, { filter: { search: "shop" }, change: { note: "Café Müller" } });
    const [entry, ...others] = await historyOf(user, first.id);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      action: "changed",
      before: first,
      after: { note: "Café Müller", version: 2 },
    });
    expect(await all(user, "&search=cafe+mull")).toHaveLength(4);
  });

  test("leaves alone what is so already: no version, no history", async () => {
    const { user, first, second } = await household();
    const { body } = await ask(user, { change: { addTags: ["old"] } });
    expect(body).toEqual({ ...skippedNothing, matched: 4, changed: 3 });
    const after = await all(user);
    expect(after.find(({ id }) => id === first.id)?.version).toBe(1);
    expect(after.find(({ id }) => id === second.id)?.version).toBe(2);
    expect(await historyOf(user, first.id)).toEqual([]);
  });

  test("empties what is null", async () => {
    const { user } = await household();
    await ask(user, { change: { payee: null } });
    expect((await all(user)).map(({ payee }) => payee)).toEqual([null, null, null, null]);
  });

  test("voids all of them: balances as if they had never been, and a history with the reason", async () => {
    const { user, euro, savings, first } = await household();
    const { body } = await ask(user, { void: true, reason: "Recorded twice" });
    expect(body).toEqual({ ...skippedNothing, matched: 4, changed: 4 });
    expect([await user.balance(euro), await user.balance(savings)].map(Number)).toEqual([0, 0]);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
    expect((await all(user)).every(({ voidedAt }) => voidedAt !== null)).toBe(true);
    expect(await historyOf(user, first.id)).toMatchObject([
      { action: "voided", reason: "Recorded twice", before: first, after: null },
    ]);
  });

  test("changes only what the filter names", async () => {
    const { user, food, transfer } = await household();
    const { body } = await ask(user, {
      filter: { categoryId: food },
      expectedCount: 2,
      void: true,
    });
    expect(body.matched).toBe(2);
    const { body: totals } = await user.get<{ count: number }>("/v1/transactions/totals");
    expect(totals.count).toBe(2);
    const { body: transfers } = await ask(user, {
      ...{ filter: { kind: "transfer" }, expectedCount: 1, change: { cleared: true } },
    });
    expect(transfers.changed).toBe(1);
    expect((await all(user)).find(({ id }) => id === transfer.id)?.cleared).toBe(true);
  });

  test("leaves opening balances to their accounts, and says so", async () => {
    const { user } = await household();
    const account = await user.post<{ id: string }>("/v1/accounts", {
      ...{ kind: "savings", name: "With a past" },
      ...{
        currency: "EUR",
        openingBalance: { amount: "70.00", currency: "EUR" },
        openingDate: "2026-01-01",
      },
    });
    expect(account.status).toBe(201);
    const { body } = await ask(user, { expectedCount: 5, void: true });
    expect(body).toEqual({ ...skippedNothing, matched: 5, changed: 4, skippedOpenings: 1 });
    expect(Number(await user.balance(account.body.id as never))).toBe(70);
  });

  test("happens once for one Idempotency-Key", async () => {
    const { user, first } = await household();
    const headers = { "idempotency-key": "bulk-1" };
    const asked = { filter: { tag: "old" }, expectedCount: 1, change: { removeTags: ["old"] } };
    const [once, again] = [await ask(user, asked, headers), await ask(user, asked, headers)];
    expect([once.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(once.body);
    expect(await historyOf(user, first.id)).toHaveLength(1);
    expect((await ask(user, asked)).status).toBe(409);
  });
});

describe("401", () => {
  test("without a token", async () => {
    expect((await api.post(path, {})).status).toBe(401);
  });
});

describe("403", () => {
  test("for who may only read the book", async () => {
    const { user } = await household();
    const viewer = await ledgerUser(api);
    await user.share(viewer, "viewer");
    const asked = { bookId: user.bookId, change: { cleared: true } };
    expect((await ask(viewer, asked)).status).toBe(403);
    const editor = await ledgerUser(api);
    await user.share(editor, "editor");
    expect((await ask(editor, asked)).status).toBe(200);
  });
});

describe("404", () => {
  test("for a book, account or category of somebody else, in the filter and in the change", async () => {
    const { user } = await household();
    const other = await ledgerUser(api);
    const change = { cleared: true };
    const [account, category] = [await other.addAccount(), await other.addCategory("expense")];
    const asked: [Asked, string][] = [
      [{ bookId: other.bookId, change }, "ledger.book_not_found"],
      [{ bookId: strangersId, change }, "ledger.book_not_found"],
      [{ filter: { accountId: account }, change }, "ledger.account_not_found"],
      [{ filter: { categoryId: category }, change }, "ledger.category_not_found"],
      [{ filter: { importId: strangersId }, change }, "ledger.import_not_found"],
      [{ change: { categoryId: category } }, "ledger.category_not_found"],
      [{ change: { categoryId: strangersId } }, "ledger.category_not_found"],
    ];
    for (const [one, code] of asked) {
      const { status, body } = await ask<Problem>(user, one);
      expect([status, body.code]).toEqual([404, code]);
    }
    expect((await all(user)).every(({ version }) => version === 1)).toBe(true);
  });
});

describe("409", () => {
  test("when others match than were counted, and nothing is changed", async () => {
    const { user } = await household();
    for (const expectedCount of [3, 5]) {
      const { status, body } = await ask<Problem>(user, { expectedCount, void: true });
      expect([status, body.code, body.meta]).toEqual([409, "ledger.matches_changed", { count: 4 }]);
    }
    expect((await all(user)).every(({ voidedAt }) => voidedAt === null)).toBe(true);
  });

  test("when the book is closed on the day of one of them", async () => {
    const { user } = await household();
    await user.closeThrough("2026-01-11");
    const { status, body } = await ask<Problem>(user, { change: { cleared: true } });
    expect([status, body.code]).toEqual([409, "ledger.period_closed"]);
    expect((await all(user)).every(({ version }) => version === 1)).toBe(true);
    const open = { filter: { from: "2026-01-12" }, expectedCount: 3, change: { cleared: true } };
    expect((await ask(user, open)).status).toBe(200);
  });

  test("when the category is archived, or the account of one that would be voided", async () => {
    const { user, home, savings } = await household();
    await user.archiveCategory(home as never);
    const archived = await ask<Problem>(user, { change: { categoryId: home } });
    expect([archived.status, archived.body.code]).toEqual([409, "ledger.category_archived"]);
    await user.archiveAccount(savings);
    const voided = await ask<Problem>(user, { void: true });
    expect([voided.status, voided.body.code]).toEqual([409, "ledger.account_archived"]);
    expect((await all(user)).every(({ version }) => version === 1)).toBe(true);
  });

  test("for all but one of those who do the same at once", async () => {
    const { user } = await household();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ask<Problem>(user, { void: true })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(409)]);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });
});

describe("422", () => {
  test("for more than may be changed at once", async () => {
    const { user, euro, food } = await household();
    const book = {
      ...{ bookId: user.bookId, userId: user.user.id, income: food },
      accounts: [{ id: euro, currency: "EUR" }],
      categories: [food],
    };
    const many = Array.from({ length: 5_000 }, () => ({ payee: "Many", to: 0 }));
    await storeTransactions(api.db, book as never, [...many, { payee: "Too many", to: 0 }]);
    const change = { categoryId: food, cleared: true };
    const tooMany = { filter: { search: "many" }, expectedCount: 5_001, change };
    const { status, body } = await ask<Problem>(user, tooMany);
    expect([status, body.code, body.meta]).toEqual([
      422,
      "ledger.too_many_matches",
      { limit: 5_000 },
    ]);
    const most = { filter: { payee: "Many" }, expectedCount: 5_000, change };
    expect((await ask(user, most)).body).toMatchObject({ matched: 5_000, changed: 5_000 });
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  }, 180_000);

  const change = { cleared: true };
  const faulty: Record<string, [Asked, string]> = {
    "neither a change nor voiding": [{}, "/change"],
    "both a change and voiding": [{ change, void: true }, "/change"],
    "a change of nothing": [{ change: {} }, "/change"],
    "a blank reason": [{ void: true, reason: " " }, "/reason"],
    "a reason of a change": [{ change, reason: "because" }, "/reason"],
    "nothing expected": [{ change, expectedCount: 0 }, "/expectedCount"],
    "void ones, which cannot be changed": [{ change, filter: { state: "void" } }, "/filter"],
    "a faulty filter": [{ change, filter: { from: "2026-02-01", to: "2026-01-01" } }, "/filter/to"],
    "a field that there is not": [{ change: { amount: "1.00" } }, "/change"],
    "a control character": [{ change: { payee: "a\u0000b" } }, "/change/payee"],
  };
  for (const [name, [asked, where]] of Object.entries(faulty))
    test(`for ${name}`, async () => {
      const user = await ledgerUser(api);
      const { status, body } = await ask<Problem>(user, asked);
      expect([status, body.errors?.map((error) => error.path)]).toEqual([422, [where]]);
    });

  test("for more tags than one may have, and none has more", async () => {
    const { user } = await household();
    const addTags = Array.from({ length: 20 }, (_, number) => `tag ${number}`);
    const { status, body } = await ask<Problem>(user, { change: { addTags } });
    expect([status, body.errors?.[0]?.path]).toEqual([422, "/change/addTags"]);
    expect((await all(user)).every(({ version }) => version === 1)).toBe(true);
  });
});
