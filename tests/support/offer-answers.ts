import { describe, expect, test } from "bun:test";
import type { DebtAction, DebtParty } from "#modules/gbs/contract";
import { type DebtPair, debtStates, loggedOf, putInState } from "./gbs.ts";
import type { TestApp } from "./test-app.ts";

/** What every answer to an offer is refused for: strangers, the wrong party, and every state but `offered`. */
export function refusalsOf(
  open: () => { readonly api: TestApp; readonly pair: DebtPair },
  route: { readonly path: string; readonly action: DebtAction; readonly by: DebtParty },
): void {
  const { path, action, by } = route;
  describe("404", () => {
    test("for a stranger, and for a debt that is not there", async () => {
      const { pair } = open();
      const { id } = await pair.offered();
      const missing = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
      const answers = [
        await pair.stranger.act(id, path),
        await pair.stranger.act(missing, path),
        await pair.as(by).act(missing, path),
      ];
      for (const { status, body } of answers)
        expect([status, body.code]).toEqual([404, "gbs.debt_not_found"]);
    });
  });

  describe("409", () => {
    test("for the other party, told what it can do", async () => {
      const { pair } = open();
      const { id } = await pair.offered();
      const other = pair.as(by === "lender" ? "borrower" : "lender");
      const answer = await other.act(id, path);
      expect([answer.status, answer.body.code]).toEqual([409, "gbs.not_possible_now"]);
      const { possible, state } = await other.debt(id);
      expect(possible.length).toBeGreaterThan(0);
      expect(answer.body.meta).toEqual({ state, possible: possible.join(", ") });
      for (const one of possible) expect(answer.body.detail).toContain(one);
    });

    test.each(debtStates.filter((state) => state !== "offered"))(
      "for a debt that is %s, which stays as it is",
      async (state) => {
        const { api, pair } = open();
        const debt = await pair.offered();
        await api.sql`update gbs.debts set borrower_id = ${pair.borrower.user.id},
          accepted_at = ${api.clock.now()} where id = ${debt.id}`;
        await putInState(api, debt, state);
        const before = await pair.as(by).debt(debt.id);
        expect(before.possible).not.toContain(action);
        const answer = await pair.as(by).act(debt.id, path);
        expect([answer.status, answer.body.code]).toEqual([409, "gbs.not_possible_now"]);
        expect(answer.body.meta?.["possible"]).toBe(before.possible.join(", "));
        expect(await pair.as(by).debt(debt.id)).toEqual(before);
        expect(await loggedOf(api, debt)).toEqual(["offered", "delivered"]);
      },
    );

    test("the moment the offer expires, before any job has come to it", async () => {
      const { api, pair } = open();
      const debt = await pair.offered();
      api.clock.set(debt.offerExpiresAt);
      const answer = await pair.as(by).act(debt.id, path);
      expect(answer.body).toMatchObject({ code: "gbs.not_possible_now" });
      expect(answer.body.meta).toMatchObject({ state: "expired" });
      expect(await pair.lender.debt(debt.id)).toMatchObject({ state: "expired", possible: [] });
      api.clock.set(debt.offeredAt);
    });
  });

  describe("two at once", () => {
    test("have one effect", async () => {
      const { api, pair } = open();
      const { id } = await pair.offered();
      const answers = await Promise.all(Array.from({ length: 4 }, () => pair.as(by).act(id, path)));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
      const kinds = await loggedOf(api, { id });
      expect(new Set(kinds).size).toBe(kinds.length);
    });
  });
}
