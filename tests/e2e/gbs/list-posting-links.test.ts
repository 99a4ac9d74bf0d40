import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { linksOf, recordedBy } from "../../support/debt-postings.ts";
import { noId } from "../../support/debt-refusals.ts";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let pair: DebtPair;
let debtId: string;
beforeAll(async () => {
  api = await openDebtsApp({ clock: createTestClock() });
  pair = await debtPair(api);
  debtId = (await pair.active()).id;
});
afterAll(() => api.close());

describe("200", () => {
  test("shows one's own, the oldest first, in pages", async () => {
    const ids = await recordedBy(pair.borrower, 3);
    for (const transactionId of ids) {
      await pair.borrower.post(`/v1/debts/${debtId}/posting-links`, { transactionId });
      api.clock.advance(1);
    }
    type Page = { items: { transactionId: string }[]; nextCursor: string | null };
    const path = `/v1/debts/${debtId}/posting-links?limit=2`;
    const { body: first } = await pair.borrower.get<Page>(path);
    const { body: second } = await pair.borrower.get<Page>(`${path}&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ transactionId }) => transactionId)).toEqual(
      ids,
    );
    expect([first.items.length, second.nextCursor]).toEqual([2, null]);
    expect(await linksOf(pair.lender, debtId)).toEqual([]);
  });
});

describe("404", () => {
  test("for a stranger, and for a debt that is not there", async () => {
    for (const [user, id] of [
      [pair.stranger, debtId],
      [pair.lender, noId],
    ] as const) {
      const { status, body } = await user.get(`/v1/debts/${id}/posting-links`);
      expect([status, body.code]).toEqual([404, "gbs.debt_not_found"]);
    }
  });
});
