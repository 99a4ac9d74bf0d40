import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  afterClockStep,
  type ClockStep,
  clockSteps,
  nextWake,
} from "#modules/gbs/domain/clock-steps";
import type { DebtSnapshot } from "#modules/gbs/domain/debt-snapshot";
import { addSeconds, type Instant } from "#platform/kernel/time";
import { aDebt, anAmendment, anId, at, euros, someZones } from "../../support/debt-snapshots.ts";

const kinds = (debt: DebtSnapshot, now: Instant) =>
  clockSteps(debt, now, someZones).map(({ kind }) => kind);
const run = (debt: DebtSnapshot, now: Instant): { debt: DebtSnapshot; steps: ClockStep[] } => {
  const steps = clockSteps(debt, now, someZones);
  return { steps, debt: steps.reduce((left, step) => afterClockStep(left, step, now), debt) };
};

describe("time", () => {
  test("ends an offer after its fourteen days, and not before", () => {
    const offer = aDebt({ state: "offered", acceptedAt: null });
    expect(kinds(offer, at("2026-06-15T08:59:59.999Z"))).toEqual([]);
    const { debt } = run(offer, at("2026-06-15T09:00:00Z"));
    expect(debt.state).toBe("expired");
    expect(debt.endedAt).toBe(at("2026-06-15T09:00:00Z"));
  });

  test("makes an accepted debt binding where no evidence is asked for", () => {
    expect(kinds(aDebt({ state: "accepted" }), at("2026-06-01T12:00:00Z"))).toEqual(["activated"]);
  });

  test("makes a debt overdue once, and active again when what is due is paid", () => {
    const late = run(aDebt(), at("2026-07-01T21:00:00Z")).debt;
    expect(late.state).toBe("overdue");
    const caught = run({ ...late, paid: euros("100.00") }, at("2026-07-02T09:00:00Z"));
    expect(caught.debt.state).toBe("active");
    expect(kinds({ ...late, paid: euros("99.99") }, at("2026-07-02T05:00:00Z"))).toEqual([]);
  });

  test("never declares a default, however long nothing is paid", () => {
    expect(run(aDebt(), at("2046-07-01T00:00:00Z")).debt.state).toBe("overdue");
  });

  test("settles a debt that is paid, also one in default, and lets what was proposed lapse", () => {
    for (const state of ["active", "overdue", "defaulted"] as const) {
      const paid = aDebt({
        state,
        paid: euros("300.00"),
        openAmendment: anAmendment("lender"),
        openCancellation: anAmendment("borrower"),
      });
      const { debt, steps } = run(paid, at("2026-07-02T09:00:00Z"));
      expect(steps.map(({ kind }) => kind)).toEqual([
        "settled",
        "amendment_lapsed",
        "cancellation_lapsed",
      ]);
      expect(debt).toMatchObject({ state: "settled", openAmendment: null, openCancellation: null });
    }
  });

  test("lets an amendment lapse with a default, and leaves a cancellation to be answered", () => {
    const proposed = {
      openAmendment: anAmendment("lender"),
      openCancellation: anAmendment("borrower"),
    };
    expect(kinds(aDebt({ state: "defaulted", ...proposed }), at("2026-07-09T09:00:00Z"))).toEqual([
      "amendment_lapsed",
    ]);
  });

  test("does nothing to an end", () => {
    for (const state of ["declined", "withdrawn", "expired", "settled", "cancelled"] as const) {
      expect(kinds(aDebt({ state }), at("2030-01-01T00:00:00Z"))).toEqual([]);
      expect(nextWake(aDebt({ state }), at("2026-06-02T00:00:00Z"), someZones)).toBeNull();
    }
  });
});

describe("a debt that is woken when it asked to be", () => {
  const someDebt = fc
    .record({
      state: fc.constantFrom(
        "offered" as const,
        "accepted" as const,
        "active" as const,
        "overdue" as const,
      ),
      paidCents: fc.integer({ min: 0, max: 30_000 }),
      hours: fc.integer({ min: 0, max: 24 * 150 }),
    })
    .map(({ state, paidCents, hours }) => ({
      now: addSeconds(at("2026-06-01T12:00:00Z"), hours * 3_600),
      debt: aDebt({ state, id: anId(7), paid: euros((paidCents / 100).toFixed(2)) }),
    }));

  test("property: nothing is left to be done right afterwards, or until it asked to be woken again", () => {
    fc.assert(
      fc.property(someDebt, fc.double({ min: 0, max: 1, noNaN: true }), ({ debt, now }, share) => {
        const settled = run(debt, now).debt;
        expect(kinds(settled, now)).toEqual([]);
        const wakeAt = nextWake(settled, now, someZones);
        if (wakeAt === null) return;
        expect(wakeAt > now).toBe(true);
        const between = (Date.parse(wakeAt) - Date.parse(now) - 1) * share;
        const before = at(new Date(Date.parse(now) + Math.floor(between)).toISOString());
        expect(kinds(settled, before)).toEqual([]);
        expect(kinds(settled, wakeAt)).not.toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test("property: woken late it is where it would be had it been woken each time", () => {
    fc.assert(
      fc.property(someDebt, ({ debt, now }) => {
        let last = at("2026-06-01T12:00:00Z");
        let current = run(debt, last).debt;
        for (let wakes = 0; wakes < 100; wakes += 1) {
          const wakeAt = nextWake(current, last, someZones);
          if (wakeAt === null || wakeAt > now) break;
          current = run(current, wakeAt).debt;
          last = wakeAt;
        }
        expect(run(current, now).debt.state).toBe(run(debt, now).debt.state);
      }),
      { numRuns: 30 },
    );
  });
});
