import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { addSeconds } from "#platform/kernel/time";
import { type DebtPair, debtPair, loggedOf, openDebtsApp } from "../../support/gbs.ts";
import { authorized, signIn } from "../../support/identity.ts";
import { refusalsOf } from "../../support/offer-answers.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  api = await openDebtsApp({ clock: createTestClock() });
  pair = await debtPair(api);
});
afterAll(() => api.close());

describe("200", () => {
  test("makes the debt bind both, and shows each who the other is", async () => {
    const { id } = await pair.offered();
    expect(await pair.borrower.debt(id)).toMatchObject({
      ...{ role: "borrower", state: "offered", possible: ["decline", "accept"] },
      counterparty: { displayName: "Leyla Aydın", address: pair.lender.user.address },
    });
    const accepted = await pair.borrower.done(id, "acceptance");
    expect(accepted).toMatchObject({ state: "active", acceptedAt: api.clock.now(), version: 3 });
    expect(accepted.possible).toContain("claim_payment");
    expect(await pair.lender.debt(id)).toMatchObject({
      state: "active",
      counterparty: { displayName: "Mehmet Demir" },
    });
    expect(await loggedOf(api, { id })).toEqual(["offered", "delivered", "accepted", "activated"]);
  });

  test("tells the lender once, with the log's end after it was accepted", async () => {
    const { lender, borrower, offered } = await debtPair(api);
    const { id } = await offered();
    await borrower.done(id, "acceptance");
    const mails = await api.mails.to(lender.user.address);
    expect(mails.map(({ subject }) => subject)).toEqual([
      "Mehmet Demir has accepted your offer",
      "Agreement with Mehmet Demir: the document is ready",
    ]);
    const [entry] = await api.sql<{ hash: string }[]>`
      select hash from gbs.custody_entries where debt_id = ${id} and kind = 'accepted'`;
    expect(mails[0]?.text).toContain(`3:${entry?.hash}`);
  });

  test("logs the client's address as a salted hash alone, which the borrower can open", async () => {
    const { borrower, offered } = await debtPair(api);
    const { id } = await offered();
    const headers = { "x-forwarded-for": "198.51.100.7" };
    const answer = await borrower.post(`/v1/debts/${id}/acceptance`, undefined, headers);
    expect(answer.status).toBe(200);
    const [entry] = await api.sql<{ entry: string }[]>`
      select entry from gbs.custody_entries where debt_id = ${id} and kind = 'accepted'`;
    expect(entry?.entry).not.toContain("198.51.100.7");
    const [value] = await api.sql<{ value: string; salt: string; owner: string }[]>`
      select value, salt, owner from gbs.custody_values where debt_id = ${id} and name = 'client'`;
    expect(value).toMatchObject({ value: "198.51.100.7", owner: "borrower" });
    const salted = Buffer.concat([
      Buffer.from(value?.salt ?? "", "hex"),
      Buffer.from("198.51.100.7"),
    ]);
    expect(JSON.parse(entry?.entry ?? "").data.client).toEqual({
      sha256: createHash("sha256").update(salted).digest("hex"),
    });
  });

  test("once, for repeats with the same Idempotency-Key", async () => {
    const { id } = await pair.offered();
    const key = { "idempotency-key": "accept-1" };
    const accept = () => pair.borrower.post(`/v1/debts/${id}/acceptance`, undefined, key);
    const [first, second] = [await accept(), await accept()];
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
  });
});

test("401 with what it takes, when the borrower has not proved himself for five minutes", async () => {
  const { id } = await pair.offered();
  const authenticatedAt = addSeconds(api.clock.now(), -301);
  const { accessToken } = await signIn(api, pair.borrower.user, { authenticatedAt });
  const answer = await authorized(api, accessToken).post(`/v1/debts/${id}/acceptance`);
  expect(answer.status).toBe(401);
  expect(answer.headers.get("www-authenticate")).toContain("insufficient_user_authentication");
  expect((await pair.lender.debt(id)).state).toBe("offered");
});

describe("409", () => {
  test("when the first due day is over, though the offer has not expired", async () => {
    const { id, offeredAt } = await pair.offered({ plan: undefined, dueOn: "2026-09-20" });
    api.clock.set("2026-09-20T20:59:59.000Z");
    expect((await pair.borrower.debt(id)).possible).toEqual(["decline", "accept"]);
    api.clock.set("2026-09-20T21:00:00.000Z");
    const answer = await pair.borrower.act(id, "acceptance");
    expect(answer.body).toMatchObject({ code: "gbs.not_possible_now" });
    expect(answer.body.detail).toContain("due day has passed");
    expect(answer.body.meta).toEqual({ state: "offered", possible: "decline" });
    api.clock.set(offeredAt);
  });

  test("to one of two who answer at once, accepting and declining or withdrawing", async () => {
    const { lender, borrower, offered } = await debtPair(api);
    for (const other of ["decline", "withdrawal"] as const) {
      const { id } = await offered();
      const party = other === "decline" ? borrower : lender;
      const answers = await Promise.all([borrower.act(id, "acceptance"), party.act(id, other)]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
      const kinds = await loggedOf(api, { id });
      expect(kinds.includes("accepted")).toBe((await lender.debt(id)).state === "active");
    }
  });
});

refusalsOf(() => ({ api, pair }), { path: "acceptance", action: "accept", by: "borrower" });
