import { afterAll, beforeAll, expect, test } from "bun:test";
import type { LedgerApi } from "#modules/ledger/contract";
import { systemContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { accountHolder } from "../../support/accounts.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const ctx = systemContext("test:transactions", "test");
let api: TestApp;
let ledger: LedgerApi;
beforeAll(async () => {
  api = await openTestApp();
  ledger = api.app.ports.ledger;
});
afterAll(() => api.close());

test("transactions are told of by id to whoever may read their book, and to nobody else", async () => {
  const [user, other] = [await accountHolder(api), await accountHolder(api)];
  const { id } = await user.move(await user.open(), "2026-01-02", "-5.00");
  const asked = (userId: Id, transactionIds: readonly Id[]) =>
    ledger.transactionsById(ctx, { userId, transactionIds });
  expect((await asked(user.user.id, [user.bookId, id])).items.map((one) => one.id)).toEqual([id]);
  expect(await asked(other.user.id, [id])).toEqual({ items: [] });
  const many = Array.from({ length: 201 }, () => id);
  await expect(asked(user.user.id, many)).rejects.toThrow("200");
});
