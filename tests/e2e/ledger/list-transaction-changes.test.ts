import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Transaction } from "#modules/ledger/contract";
import type { TransactionChange } from "#modules/ledger/deps";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { ifMatch, type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

type Changes = { readonly items: readonly TransactionChange[]; readonly nextCursor: string | null };
let api: TestApp;
let user: LedgerUser;
beforeAll(async () => {
  api = await openTestApp();
  user = await ledgerUser(api);
});
afterAll(() => api.close());

const record = async () =>
  user.record({
    ...{ kind: "expense", date: "2026-09-01", accountId: await user.addAccount("EUR") },
    amount: { amount: "12.50", currency: "EUR" },
  });
const history = (id: string, query = "") =>
  user.get<Changes>(`/v1/transactions/${id}/history${query}`);

describe("200", () => {
  test("nothing happened since it was recorded", async () => {
    const { id } = await record();
    const answer = await history(id);
    expect([answer.status, answer.body]).toEqual([200, { items: [], nextCursor: null }]);
  });

  test("who, when, before and after, the newest first", async () => {
    const first = await record();
    const editor = await ledgerUser(api);
    await user.share(editor, "editor");
    const path = `/v1/transactions/${first.id}`;
    api.clock.advance(60);
    const changedAt = api.clock.now();
    const second = await editor.patch<Transaction>(
      path,
      { amount: { amount: "13.00", currency: "EUR" } },
      ifMatch(1),
    );
    api.clock.advance(60);
    await user.post(`${path}/void`, { reason: "Never happened" }, ifMatch(2));
    const { body } = await history(first.id);
    expect<unknown>(body.items).toEqual([
      {
        ...{ id: expect.any(String), action: "voided", changedBy: user.user.id },
        ...{ changedAt: api.clock.now(), reason: "Never happened" },
        ...{ before: second.body, after: null },
      },
      {
        ...{ id: expect.any(String), action: "changed", changedBy: editor.user.id },
        ...{ changedAt, reason: null, before: first, after: second.body },
      },
    ]);
  });

  test("page by page, every change once", async () => {
    const { id } = await record();
    for (let version = 1; version <= 5; version += 1)
      await user.patch(`/v1/transactions/${id}`, { note: `${version}` }, ifMatch(version));
    const notes: (string | null | undefined)[] = [];
    let query = "?limit=2";
    for (let pages = 0; pages < 3; pages += 1) {
      const { body } = await history(id, query);
      notes.push(...body.items.map(({ after }) => after?.note));
      query = `?limit=2&cursor=${body.nextCursor}`;
    }
    expect(notes).toEqual(["5", "4", "3", "2", "1"]);
    expect(query).toEndWith("cursor=null");
  });

  test("viewers may look", async () => {
    const { id } = await record();
    const viewer = await ledgerUser(api);
    await user.share(viewer, "viewer");
    expect((await viewer.get(`/v1/transactions/${id}/history`)).status).toBe(200);
  });
});

test("404: somebody else's transaction", async () => {
  const stranger = await ledgerUser(api);
  const { id } = await record();
  expectProblem(
    await stranger.get(`/v1/transactions/${id}/history`),
    404,
    "ledger.transaction_not_found",
  );
});

test("422: what is no id, no cursor or no limit", async () => {
  const { id } = await record();
  expectFaults(await history("7"), ["id"]);
  expectFaults(await history(id, "?cursor=abc"), ["cursor"]);
  expectFaults(await history(id, "?limit=201"), ["limit"]);
});

test("405: other methods", async () => {
  const { id } = await record();
  await expectOnlyMethods(api, `/v1/transactions/${id}/history`, ["GET", "HEAD"]);
});
