import { describe, expect, test } from "bun:test";
import type { DebtAction, DebtActor, DebtState } from "#modules/gbs/contract";
import { afterClockStep, clockSteps } from "#modules/gbs/domain/clock-steps";
import {
  consequences,
  debtRules,
  endStates,
  mayAct,
  stateAfter,
} from "#modules/gbs/domain/debt-machine";
import { aDebt, at, euros, someZones } from "../../support/debt-snapshots.ts";

const states: readonly DebtState[] = [
  ...(["offered", "declined", "withdrawn", "expired", "accepted", "evidence_submitted"] as const),
  ...(["under_review", "sent_back", "refused", "active", "overdue", "defaulted"] as const),
  ...(["settled", "cancelled"] as const),
];
const actors: readonly DebtActor[] = ["lender", "borrower", "operator", "admin", "clock"];

const noConsent = "borrower withdraw_consent cancelled";
/** Who may do what in each state, and where it leads; written by hand from the rules, not from the table. */
const allowed: Readonly<Record<DebtState, readonly string[]>> = {
  offered: ["lender withdraw withdrawn", "borrower decline declined", "borrower accept accepted"],
  accepted: ["borrower submit_evidence evidence_submitted", noConsent, ...agreement("accepted")],
  evidence_submitted: [
    "operator begin_review under_review",
    noConsent,
    ...agreement("evidence_submitted"),
  ],
  under_review: [
    "operator begin_review under_review",
    "operator end_review evidence_submitted",
    "operator approve active",
    "operator send_back sent_back",
    "operator refuse refused",
    noConsent,
    ...agreement("under_review"),
  ],
  sent_back: ["borrower submit_evidence evidence_submitted", noConsent, ...agreement("sent_back")],
  active: [...agreement("active"), ...paying("active"), ...changing("active")],
  overdue: [
    ...agreement("overdue"),
    ...paying("overdue"),
    ...changing("overdue"),
    "lender declare_default defaulted",
  ],
  defaulted: [...agreement("defaulted"), ...paying("defaulted")],
  ...{ declined: [], withdrawn: [], expired: [] },
  refused: ["borrower withdraw_dispute refused"],
  settled: ["borrower withdraw_dispute settled"],
  cancelled: ["borrower withdraw_dispute cancelled"],
};

function agreement(state: string): string[] {
  const both = ["lender", "borrower"].flatMap((party) => [
    `${party} propose_cancellation ${state}`,
    `${party} accept_cancellation cancelled`,
    `${party} decline_cancellation ${state}`,
    `${party} withdraw_cancellation ${state}`,
  ]);
  return [...both, `borrower raise_dispute ${state}`, `borrower withdraw_dispute ${state}`];
}
function paying(state: string): string[] {
  return [
    `borrower claim_payment ${state}`,
    `borrower withdraw_payment ${state}`,
    `lender confirm_payment ${state}`,
    `lender contest_payment ${state}`,
  ];
}
function changing(state: string): string[] {
  return ["lender", "borrower"].flatMap((party) =>
    ["propose", "accept", "decline", "withdraw"].map(
      (verb) => `${party} ${verb}_amendment ${state}`,
    ),
  );
}

describe("the table of who may do what when", () => {
  const actions = Object.keys(debtRules) as DebtAction[];
  test.each(states)(
    "allows in %s exactly what is written down, and leads where it is written",
    (state) => {
      const found = actors.flatMap((actor) =>
        actions
          .filter((action) => mayAct(actor, action, state))
          .map((action) => `${actor} ${action} ${stateAfter(action, state)}`),
      );
      expect(found.toSorted()).toEqual([...allowed[state]].toSorted());
    },
  );

  test("leads nowhere from an end: a dispute is taken back there, and nothing else is done", () => {
    const isEnd = (state: DebtState) =>
      allowed[state].every((line) => line === `borrower withdraw_dispute ${state}`);
    expect(endStates.toSorted()).toEqual(states.filter(isEnd).toSorted());
  });

  test("never lets the borrower, or a clock, judge his evidence or declare a default", () => {
    for (const state of states)
      for (const action of [
        "begin_review",
        "approve",
        "send_back",
        "refuse",
        "declare_default",
      ] as const)
        for (const actor of ["borrower", "clock", "admin"] as const)
          expect(mayAct(actor, action, state)).toBe(false);
  });

  test("time and payments change states only as it says", () => {
    // A claim is no debt's own: a job ends it.
    const moves = new Set(["under_review evidence_submitted"]);
    for (const state of states)
      for (const paid of ["0.00", "100.00", "300.00"])
        for (const now of [
          "2026-06-02T00:00:00Z",
          "2026-07-05T00:00:00Z",
          "2027-01-01T00:00:00Z",
        ]) {
          let debt = aDebt({ state, paid: euros(paid) });
          for (const step of clockSteps(debt, at(now), someZones)) {
            const after = afterClockStep(debt, step, at(now));
            if (after.state !== debt.state) moves.add(`${debt.state} ${after.state}`);
            debt = after;
          }
        }
    expect([...moves].toSorted()).toEqual(
      consequences.map(({ from, to }) => `${from} ${to}`).toSorted(),
    );
  });
});
