import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Debt } from "#modules/gbs/contract";
import {
  type DebtPair,
  debtPair,
  expected,
  offerTo,
  openDebtsApp,
  wake,
} from "../../support/gbs.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const clock = createTestClock();
let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  api = await openDebtsApp({ clock });
  pair = await debtPair(api);
});
afterAll(() => api.close());

const nobodysId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
type Block = { readonly id: string; readonly displayName: string; readonly blockedAt: string };
const listed = async ({ borrower }: DebtPair) =>
  (await borrower.get<{ items: Debt[] }>("/v1/debts")).body.items.map(({ id }) => id);

/** All that a lender can see of a debt, without what is every debt's own. */
async function seenBy({ lender }: DebtPair, id: string): Promise<string> {
  const seen = await lender.get<Debt>(`/v1/debts/${id}`);
  const log = await lender.get<{ items: { at: string; kind: string }[] }>(
    `/v1/debts/${id}/custody`,
  );
  const { custody, id: _, counterparty, offeredAt: __, offerExpiresAt: ___, ...debt } = seen.body;
  return JSON.stringify({
    ...{ debt, name: counterparty.displayName, length: custody.length },
    headers: [...seen.headers.keys()].toSorted(),
    log: log.body.items.map(({ kind }) => kind),
  });
}

describe("201", () => {
  test("tells whom it is about, and hides what waits for an answer", async () => {
    const fresh = await debtPair(api);
    const [first, second] = [await fresh.offered(), await fresh.offered()];
    const answer = await fresh.borrower.post<Block>(`/v1/debts/${first.id}/block`);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      ...{ id: expect.any(String), displayName: "Leyla Aydın", blockedAt: clock.now() },
    } as never);
    expect(await listed(fresh)).toEqual([]);
    for (const { id } of [first, second])
      for (const path of ["", "/custody", "/payments", "/documents"])
        expect((await fresh.borrower.get(`/v1/debts/${id}${path}`)).status).toBe(404);
    for (const what of ["acceptance", "decline"])
      expect((await fresh.borrower.act(second.id, what)).status).toBe(404);
  });

  test("a blocked lender sees of an offer what he sees of one that waits, and of one that lapses", async () => {
    const [blocked, ignored] = [await debtPair(api), await debtPair(api)];
    const [one, other] = [await blocked.offered(), await ignored.offered()];
    await blocked.borrower.done(one.id, "block");
    expect(await seenBy(blocked, one.id)).toBe(await seenBy(ignored, other.id));

    // And of those that he makes afterwards.
    const [later, alike] = [await blocked.offered(), await ignored.offered()];
    expect(await seenBy(blocked, later.id)).toBe(await seenBy(ignored, alike.id));
    expect(await listed(blocked)).toEqual([]);
    expect(await api.mails.to(blocked.borrower.user.address)).toHaveLength(1);
    expect(await api.mails.to(ignored.borrower.user.address)).toHaveLength(2);

    const now = clock.now();
    clock.set(alike.offerExpiresAt);
    await wake(api);
    for (const [mine, his] of [
      [one.id, other.id],
      [later.id, alike.id],
    ] as const)
      expect(await seenBy(blocked, mine)).toBe(await seenBy(ignored, his));
    const told = async ({ lender }: DebtPair) =>
      (await api.mails.to(lender.user.address)).map(({ subject }) => subject);
    expect(await told(blocked)).toEqual(await told(ignored));
    clock.set(now);
  });

  test("a lender who withdraws a hidden offer can, and nobody is told", async () => {
    const fresh = await debtPair(api);
    const { id } = await fresh.offered();
    await fresh.borrower.done(id, "block");
    expect((await fresh.lender.done(id, "withdrawal")).state).toBe("withdrawn");
    expect(await api.mails.to(fresh.borrower.user.address)).toHaveLength(1);
  });

  test("what binds both goes on", async () => {
    const fresh = await debtPair(api);
    const { id } = await fresh.active();
    await fresh.borrower.done(id, "block");
    expect((await fresh.borrower.debt(id)).possible).toContain("claim_payment");
    const amount = { amount: "1.00", currency: "EUR" };
    const claim = { amount, reference: "cash" };
    await fresh.borrower.done(id, "payments", { ...claim, paidOn: clock.now().slice(0, 10) });
    expect((await fresh.lender.debt(id)).claimed).toEqual(amount as never);
  });

  test("also keeps offers away that the blocker makes himself", async () => {
    const fresh = await debtPair(api);
    const { id } = await fresh.active();
    await fresh.borrower.done(id, "block");
    expected(201, await fresh.borrower.offer(offerTo(fresh.lender)));
    await api.mails.run();
    const { items } = (await fresh.lender.get<{ items: Debt[] }>("/v1/debts?role=borrower")).body;
    expect(items).toEqual([]);
  });

  test("an offer that is brought to somebody while he blocks is not seen by him", async () => {
    for (let round = 0; round < 3; round++) {
      const fresh = await debtPair(api);
      const { id } = await fresh.active();
      expected(201, await fresh.lender.offer(offerTo(fresh.borrower)));
      const [, blocked] = await Promise.all([
        api.mails.run(),
        fresh.borrower.post(`/v1/debts/${id}/block`),
      ]);
      expect(blocked.status).toBe(201);
      await api.mails.run();
      expect(await listed(fresh)).toEqual([id]);
    }
  });
});

describe("401", () => {
  test("without a token", async () => {
    const answer = await api.request(`/v1/debts/${nobodysId}/block`, { method: "POST" });
    expectProblem(answer, 401, "auth.required");
  });
});

describe("404", () => {
  test("for a stranger, for what is not there, and for what was hidden by it", async () => {
    const { id } = await pair.offered();
    expect((await pair.stranger.act(id, "block")).body.code).toBe("gbs.debt_not_found");
    expect((await pair.borrower.act(nobodysId, "block")).body.code).toBe("gbs.debt_not_found");
    const fresh = await debtPair(api);
    const hidden = await fresh.offered();
    await fresh.borrower.done(hidden.id, "block");
    expect((await fresh.borrower.act(hidden.id, "block")).status).toBe(404);
  });
});

describe("405", () => {
  test("for everything but POST", () =>
    expectOnlyMethods(api, `/v1/debts/${nobodysId}/block`, ["POST"]));
});

describe("409", () => {
  test("for the lender, told what he can do", async () => {
    const { id } = await pair.offered();
    const { status, body } = await pair.lender.act(id, "block");
    expect([status, body.code, body.meta]).toEqual([
      ...[409, "gbs.not_possible_now"],
      { state: "offered", possible: "withdraw" },
    ]);
  });

  test("for a lender who is blocked already", async () => {
    const fresh = await debtPair(api);
    const { id } = await fresh.active();
    await fresh.borrower.done(id, "block");
    expect((await fresh.borrower.act(id, "block")).body.code).toBe("gbs.already_blocked");
  });

  test("for all but one of those at the same time", async () => {
    const fresh = await debtPair(api);
    const { id } = await fresh.active();
    const answers = await Promise.all([1, 2, 3].map(() => fresh.borrower.act(id, "block")));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    const { items } = (await fresh.borrower.get<{ items: Block[] }>("/v1/debt-blocks")).body;
    expect(items).toHaveLength(1);
  });
});
