import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { maxAbuseReportsPerDay } from "#modules/gbs/bounds";
import { type DebtPair, debtPair, loggedOf, openDebtsApp } from "../../support/gbs.ts";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
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
const said = { reason: "Insults me in the description." };
const what = "abuse-reports";

describe("201", () => {
  test("keeps what the borrower says; the lender sees nothing of it", async () => {
    const fresh = await debtPair(api);
    const { id } = await fresh.offered();
    const before = await fresh.lender.debt(id);
    const answer = await fresh.borrower.post(`/v1/debts/${id}/${what}`, said);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      ...{ id: expect.any(String), debtId: id, ...said, reportedAt: clock.now() },
    } as never);
    await api.mails.run();
    expect(await fresh.lender.debt(id)).toEqual(before);
    expect(await loggedOf(api, { id })).toEqual(["offered", "delivered"]);
    expect(await api.mails.to(fresh.lender.user.address)).toHaveLength(0);
  });

  test("once, for repeats with the same Idempotency-Key", async () => {
    const fresh = await debtPair(api);
    const { id } = await fresh.offered();
    const key = { "idempotency-key": "report-1" };
    const report = () => fresh.borrower.post(`/v1/debts/${id}/${what}`, said, key);
    const [first, again] = [await report(), await report()];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
  });

  test("of an offer that has ended, and of one that vanished with a block", async () => {
    const fresh = await debtPair(api);
    const declined = await fresh.offered();
    await fresh.borrower.done(declined.id, "decline");
    await fresh.borrower.done(declined.id, what, said);
    const hidden = await fresh.offered();
    await fresh.borrower.done(hidden.id, "block");
    await fresh.borrower.done(hidden.id, what, said);
  });
});

describe("401", () => {
  test("without a token", async () => {
    const answer = await api.request(`/v1/debts/${nobodysId}/${what}`, { method: "POST" });
    expectProblem(answer, 401, "auth.required");
  });
});

describe("404", () => {
  test("for a stranger, and for what is not there", async () => {
    const { id } = await pair.offered();
    for (const answer of [
      await pair.stranger.act(id, what, said),
      await pair.borrower.act(nobodysId, what, said),
    ])
      expectProblem(answer, 404, "gbs.debt_not_found");
  });
});

describe("405", () => {
  test("for everything but POST", () =>
    expectOnlyMethods(api, `/v1/debts/${nobodysId}/${what}`, ["POST"]));
});

describe("409", () => {
  test("for the lender", async () => {
    const { id } = await pair.offered();
    expectProblem(await pair.lender.act(id, what, said), 409, "gbs.not_possible_now");
  });

  test("for all but the first while it is open, also at the same time", async () => {
    const { id } = await pair.offered();
    const answers = await Promise.all([1, 2, 3].map(() => pair.borrower.act(id, what, said)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    expectProblem(await pair.borrower.act(id, what, said), 409, "gbs.already_reported");
  });
});

describe("422", () => {
  test.each([
    ["no reason", {}],
    ["an empty one", { reason: "" }],
    ["one of spaces", { reason: "  " }],
    ["one of several lines", { reason: "a\nb" }],
    ["one that is too long", { reason: "x".repeat(501) }],
  ])("names %s", async (_what, body) => {
    const { id } = await pair.offered();
    expectFaults(await pair.borrower.act(id, what, body), ["/reason"]);
  });
});

describe("429", () => {
  test("after the reports of a day", async () => {
    const fresh = await debtPair(api);
    for (let count = 0; count < maxAbuseReportsPerDay; count++)
      await fresh.borrower.done((await fresh.offered()).id, what, said);
    const { id } = await fresh.offered();
    const answer = await fresh.borrower.act(id, what, said);
    const { detail } = expectProblem(answer, 429, "limit.exceeded");
    expect(detail).toBe("You may report 10 offers a day.");
  });
});
