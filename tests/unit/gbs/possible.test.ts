import { describe, expect, test } from "bun:test";
import type { DebtAction, DebtParty } from "#modules/gbs/contract";
import { debtRules } from "#modules/gbs/domain/debt-machine";
import type { DebtSnapshot } from "#modules/gbs/domain/debt-snapshot";
import { actionWords, whenInState } from "#modules/gbs/domain/debt-words";
import { notPossible, possibleActions, requirePossible } from "#modules/gbs/domain/possible";
import { AppError } from "#platform/kernel/errors";
import { aDebt, anAmendment, anId, aPayment, at } from "../../support/debt-snapshots.ts";

const now = at("2026-06-20T12:00:00Z");
const can = (debt: DebtSnapshot, party: DebtParty, when = now) =>
  possibleActions(debt, party, when).join(" ");
const refusal = (
  debt: DebtSnapshot,
  party: DebtParty,
  action: DebtAction,
  when = now,
): AppError => {
  try {
    requirePossible(debt, party, action, when);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error("was possible");
};

describe("what is possible", () => {
  test("of an offer: its lender takes it back, its borrower answers it", () => {
    const offer = aDebt({ state: "offered", acceptedAt: null });
    expect(can(offer, "lender")).toBe("withdraw");
    expect(can(offer, "borrower")).toBe("decline accept");
  });

  test("of an offer whose first due day has passed: it is declined, not accepted", () => {
    const offer = aDebt({ state: "offered", acceptedAt: null });
    expect(can(offer, "borrower", at("2026-07-01T20:59:59Z"))).toBe("decline accept");
    expect(can(offer, "borrower", at("2026-07-01T21:00:00Z"))).toBe("decline");
  });

  test("of a running debt", () => {
    expect(can(aDebt(), "lender")).toBe("propose_amendment propose_cancellation");
    expect(can(aDebt(), "borrower")).toBe(
      "propose_amendment claim_payment propose_cancellation raise_dispute",
    );
  });

  test.each(["amendment", "cancellation"] as const)(
    "of an open %s: only the other one answers it, only who proposed it takes it back",
    (what) => {
      const open =
        what === "amendment"
          ? { openAmendment: anAmendment("lender") }
          : { openCancellation: anAmendment("lender") };
      const of = (party: DebtParty) =>
        possibleActions(aDebt(open), party, now).filter((action) => action.endsWith(what));
      expect(of("lender")).toEqual([`withdraw_${what}`]);
      expect(of("borrower")).toEqual([`accept_${what}`, `decline_${what}`]);
    },
  );

  test("of payments: what is claimed waits for the lender, what is contested can still be confirmed", () => {
    const claimed = aDebt({ openPayments: [aPayment(1, "100.00")] });
    expect(can(claimed, "lender")).toContain("confirm_payment contest_payment");
    expect(can(claimed, "borrower")).toContain("claim_payment withdraw_payment");
    const contested = aDebt({ openPayments: [aPayment(1, "100.00", "contested")] });
    expect(can(contested, "lender")).toContain("confirm_payment");
    expect(can(contested, "lender")).not.toContain("contest_payment");
  });

  test("of a debt that is claimed as a whole: nothing more can be claimed, also not what is contested", () => {
    const debt = aDebt({
      openPayments: [aPayment(1, "50.00", "contested"), aPayment(2, "300.00")],
    });
    expect(can(debt, "borrower")).not.toContain("claim_payment");
    expect(can(aDebt({ openPayments: [aPayment(1, "299.99")] }), "borrower")).toContain(
      "claim_payment",
    );
  });

  test("of twenty open payments: no other one is claimed", () => {
    const openPayments = Array.from({ length: 20 }, (_, index) =>
      aPayment(index, "1.00", "contested"),
    );
    expect(can(aDebt({ openPayments }), "borrower")).not.toContain("claim_payment");
    expect(can(aDebt({ openPayments: openPayments.slice(1) }), "borrower")).toContain(
      "claim_payment",
    );
  });

  test("of a dispute: it is recorded once, and taken back by the borrower alone", () => {
    const debt = aDebt({ openDispute: { id: anId(300), raisedAt: now, reason: "I never got it" } });
    expect(can(debt, "borrower")).toContain("withdraw_dispute");
    expect(can(debt, "borrower")).not.toContain("raise_dispute");
    expect(can(debt, "lender")).not.toContain("dispute");
  });

  test("of an overdue debt: a default is declared by the lender, 24 hours after the due day's end", () => {
    const debt = aDebt({ state: "overdue" });
    expect(can(debt, "lender", at("2026-07-02T20:59:59.999Z"))).not.toContain("declare_default");
    expect(can(debt, "lender", at("2026-07-02T21:00:00Z"))).toContain("declare_default");
    expect(can(debt, "borrower", at("2026-07-09T21:00:00Z"))).not.toContain("declare_default");
  });

  test("of a debt in default: it can still be paid, and ended by both, not changed", () => {
    const debt = aDebt({ state: "defaulted", openPayments: [aPayment(1, "10.00")] });
    expect(can(debt, "borrower")).toBe(
      "claim_payment withdraw_payment propose_cancellation raise_dispute",
    );
    expect(can(debt, "lender")).toBe("confirm_payment contest_payment propose_cancellation");
  });
});

describe("a refusal", () => {
  test("says why, in which state the debt is, and what is possible instead", () => {
    const error = refusal(aDebt(), "borrower", "accept");
    expect(error.code).toBe("gbs.not_possible_now");
    expect(error.message).toBe(
      "This cannot be done while the debt is active. Possible now: propose an amendment, claim a payment, propose a cancellation, raise a dispute.",
    );
    expect(error.meta).toEqual({
      state: "active",
      possible: "propose_amendment, claim_payment, propose_cancellation, raise_dispute",
    });
  });

  test("says of an end that nothing is possible any more", () => {
    const error = refusal(aDebt({ state: "settled" }), "lender", "confirm_payment");
    expect(error.message).toBe(
      "This cannot be done once the debt is settled. Nothing is possible.",
    );
    expect(error.meta).toEqual({ state: "settled", possible: "" });
  });

  test.each([
    ["lender", "accept", aDebt({ state: "offered" }), "Only the borrower can do this."],
    ["borrower", "declare_default", aDebt({ state: "overdue" }), "Only the lender can do this."],
    [
      "lender",
      "accept_amendment",
      aDebt({ openAmendment: anAmendment("lender") }),
      "The other party answers this amendment.",
    ],
    [
      "borrower",
      "withdraw_amendment",
      aDebt({ openAmendment: anAmendment("lender") }),
      "The other party proposed this amendment.",
    ],
    [
      "lender",
      "declare_default",
      aDebt({ state: "overdue" }),
      "A default can be declared from 2026-07-02T21:00:00.000Z on.",
    ],
  ] as const)("of the %s who would %s says whose it is, or when", (party, action, debt, why) => {
    expect(refusal(debt, party, action).message).toStartWith(why);
  });

  test("has words for each state and action, and spells none of them as programs do", () => {
    const told = [...Object.values(whenInState), ...Object.values(actionWords)];
    expect(Object.keys(actionWords).toSorted()).toEqual(Object.keys(debtRules).toSorted());
    expect(new Set(told).size).toBe(told.length);
    for (const words of told) expect(words).toMatch(/^[a-z][a-z ]+[a-z]$/);
    for (const state of ["evidence_submitted", "under_review", "sent_back"] as const) {
      const { message } = refusal(aDebt({ state }), "borrower", "claim_payment");
      expect(message).toStartWith(`This cannot be done ${whenInState[state]}.`);
      expect(message).not.toMatch(/_|A debt that is/);
    }
  });

  test("never names what somebody wrote, or who the other one is", () => {
    const text = JSON.stringify(
      notPossible(aDebt({ openAmendment: anAmendment("lender") }), "lender", now, "Why."),
    );
    for (const secret of ["Later, please", "bicycle", "ben@example.org"])
      expect(text).not.toContain(secret);
  });
});
