import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Book } from "#modules/ledger/contract";
import { faultsOf, ifMatch, type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { inThisOrder, openPatientDatabase } from "../../support/waiting-for-a-book.ts";

const day = "2026-08-31";
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp({ openMain: openPatientDatabase });
});
afterAll(() => api.close());

const create = (user: LedgerUser, accountId: string, date = day) =>
  user.post("/v1/transactions", {
    ...{ kind: "expense", date, accountId, amount: { amount: "1.00", currency: "EUR" } },
  });
const close = (user: LedgerUser, version: number) =>
  user.put<Book>(`/v1/books/${user.bookId}/closing`, { closedThrough: day }, ifMatch(version));
const reopen = (user: LedgerUser, version: number) =>
  user.post<Book>(
    `/v1/books/${user.bookId}/reopening`,
    { closedThrough: null, reason: "test" },
    ifMatch(version),
  );

const inClosedPeriod = async ({ bookId }: LedgerUser) => {
  const [row] = await api.sql`select count(*)::int as n from ledger.transactions
    where book_id = ${bookId} and date <= ${day}`;
  return row?.["n"] as number;
};

describe("whoever waits for a book", () => {
  test("that is being closed is refused once it is", async () => {
    const user = await ledgerUser(api);
    const accountId = await user.addAccount("EUR");
    const statuses = await inThisOrder(api, user.bookId, [
      () => create(user, accountId),
      () => close(user, 1),
      () => create(user, accountId),
      () => create(user, accountId, "2026-09-01"),
    ]);
    expect(statuses).toEqual([201, 200, 409, 201]);
    expect(await inClosedPeriod(user)).toBe(1);
  });

  test("that is being reopened is let in once it is", async () => {
    const user = await ledgerUser(api);
    const accountId = await user.addAccount("EUR");
    expect((await close(user, 1)).status).toBe(200);
    expect(
      await inThisOrder(api, user.bookId, [() => reopen(user, 2), () => close(user, 3)]),
    ).toEqual([200, 200]);
    expect((await create(user, accountId)).status).toBe(409);
  });
});

describe("a book that is closed meanwhile refuses", () => {
  async function withTransactions() {
    const user = await ledgerUser(api);
    const accountId = await user.addAccount("EUR");
    const amount = { amount: "1.00", currency: "EUR" };
    const old = await user.record({ kind: "expense", date: day, accountId, amount });
    const fresh = await user.record({ kind: "expense", date: "2026-09-01", accountId, amount });
    const change = (id: string, body: object) => () =>
      user.patch(`/v1/transactions/${id}`, body, ifMatch(1));
    return { user, accountId, amount, old, fresh, change };
  }

  test("changes of what is closed, out of it and into it", async () => {
    const { user, old, fresh, change } = await withTransactions();
    const statuses = await inThisOrder(api, user.bookId, [
      () => close(user, 1),
      change(old.id, { note: "x" }),
      change(old.id, { date: "2026-09-01" }),
      change(fresh.id, { date: day }),
    ]);
    expect(statuses).toEqual([200, 409, 409, 409]);
    expect((await user.get<object>(`/v1/transactions/${old.id}`)).body).toEqual(old);
  });

  test("voids and transfers between currencies, and takes what is open", async () => {
    const { user, accountId, amount, old, fresh, change } = await withTransactions();
    const toAccountId = await user.addAccount("TRY");
    const toAmount = { amount: "48.10", currency: "TRY" };
    const transfer = { kind: "transfer", date: day, accountId, amount, toAccountId, toAmount };
    const statuses = await inThisOrder(api, user.bookId, [
      () => close(user, 1),
      () => user.post(`/v1/transactions/${old.id}/void`, {}, ifMatch(1)),
      () => user.post("/v1/transactions", transfer),
      change(fresh.id, { note: "y" }),
    ]);
    expect(statuses).toEqual([200, 409, 409, 200]);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });
});

test("nothing comes into a closed period, however closing and writing meet", async () => {
  const user = await ledgerUser(api);
  const accountId = await user.addAccount("EUR");
  let recorded = 0;
  for (let round = 0, version = 1; round < 6; round += 1) {
    const writing = Array.from({ length: 12 }, async (_, index) => {
      await Bun.sleep(index);
      return (await create(user, accountId)).status;
    });
    await Bun.sleep(round);
    const closed = await close(user, version);
    expect(closed.status).toBe(200);
    const atClosing = await inClosedPeriod(user);
    const statuses = await Promise.all(writing);
    expect([...new Set(statuses)].filter((status) => status !== 201 && status !== 409)).toEqual([]);
    recorded += statuses.filter((status) => status === 201).length;
    expect(await inClosedPeriod(user)).toBe(atClosing);
    expect(atClosing).toBe(recorded);
    version = (await reopen(user, closed.body.version)).body.version;
  }
  expect(await faultsOf(api, user.bookId)).toEqual([]);
});
