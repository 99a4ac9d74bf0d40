import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Debt } from "#modules/gbs/contract";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openDebtsApp({ clock: createTestClock() });
});
afterAll(() => api.close());

const nobodysId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
const listed = async ({ borrower }: DebtPair) =>
  (await borrower.get<{ items: Debt[] }>("/v1/debts")).body.items.map(({ id }) => id);
async function blocked() {
  const pair = await debtPair(api);
  const hidden = await pair.offered();
  const { body } = await pair.borrower.post<{ id: string }>(`/v1/debts/${hidden.id}/block`);
  return { pair, block: `/v1/debt-blocks/${body.id}` };
}

describe("204", () => {
  test("offers of that lender arrive again; those of meanwhile stay hidden", async () => {
    const { pair, block } = await blocked();
    await pair.offered();
    expect((await pair.borrower.delete(block)).status).toBe(204);
    expect(await listed(pair)).toEqual([]);
    const { id } = await pair.offered();
    expect(await listed(pair)).toEqual([id]);
    const { body } = await pair.borrower.get<{ items: unknown[] }>("/v1/debt-blocks");
    expect(body.items).toEqual([]);
  });
});

describe("401", () => {
  test("without a token", async () => {
    const answer = await api.request(`/v1/debt-blocks/${nobodysId}`, { method: "DELETE" });
    expectProblem(answer, 401, "auth.required");
  });
});

describe("404", () => {
  test("for one that is not there, that somebody else has, or that was lifted", async () => {
    const { pair, block } = await blocked();
    const answers = [
      await pair.borrower.delete(`/v1/debt-blocks/${nobodysId}`),
      await pair.lender.delete(block),
      await pair.stranger.delete(block),
    ];
    for (const answer of answers) expectProblem(answer, 404, "gbs.block_not_found");
    const both = await Promise.all([pair.borrower.delete(block), pair.borrower.delete(block)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([204, 404]);
  });
});

describe("405", () => {
  test("for everything but DELETE", () =>
    expectOnlyMethods(api, `/v1/debt-blocks/${nobodysId}`, ["DELETE"]));
});
