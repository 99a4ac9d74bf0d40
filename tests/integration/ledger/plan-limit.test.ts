import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Account } from "#modules/ledger/contract";
import { accountBody, accountHolder } from "../../support/accounts.ts";
import { ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

const count = (answers: readonly { status: number }[]) => {
  const statuses = answers.map(({ status }) => status);
  return Object.fromEntries(
    [...Map.groupBy(statuses, (s) => s)].map(([s, all]) => [s, all.length]),
  );
};

test("20 accounts opened at once, in several books of one owner, are never more than the plan allows", async () => {
  for (let round = 0; round < 5; round += 1) {
    const user = await accountHolder(api);
    const { body } = await user.post<{ id: string }>("/v1/books", { name: "Business" });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        user.post("/v1/accounts", accountBody(index % 2 === 0 ? {} : { bookId: body.id })),
      ),
    );
    expect(count(answers)).toEqual({ 201: 3, 402: 17 });
    const [row] = await api.sql`select count(*)::int as active from ledger.accounts
      where created_by = ${user.user.id} and system is null and archived_at is null`;
    expect(row?.["active"]).toBe(3);
  }
});

test("accounts opened and reopened at once share what room there is", async () => {
  const user = await accountHolder(api);
  const archived: Account[] = [];
  for (let made = 0; made < 6; made += 1) {
    const account = await user.open();
    await user.post(`/v1/accounts/${account.id}/archival`, undefined, ifMatch(1));
    archived.push(account);
  }
  const answers = await Promise.all([
    ...archived.map(({ id }) => user.delete(`/v1/accounts/${id}/archival`, undefined, ifMatch(2))),
    ...archived.map(() => user.post("/v1/accounts", accountBody())),
  ]);
  const { 402: refused } = count(answers);
  expect(refused).toBe(9);
  const active = await user.get<{ items: Account[] }>("/v1/accounts?archived=false");
  expect(active.body.items).toHaveLength(3);
});
