import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  confirmedHold,
  holdStateOf,
  type LegalHold,
  type LegalHoldAction,
  possibleHoldActions,
  releasedHold,
  releasingHold,
  requireHoldAction,
} from "#modules/gbs/domain/legal-hold";
import { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";

const at = "2026-09-18T12:00:00.000Z" as Instant;
const admins = ["a", "b", "c"] as unknown as readonly Id[];
const [first = "a" as Id] = admins;
const proposed: LegalHold = {
  ...{ id: "h" as Id, debtId: "d" as Id, reason: "court", proposedBy: first, proposedAt: at },
  ...{ confirmedBy: null, confirmedAt: null, releasedBy: null, releasedAt: null },
  ...{ releaseReason: null, releaseProposedBy: null, releaseProposedAt: null },
};
const apply: Readonly<Record<LegalHoldAction, (hold: LegalHold, by: Id) => LegalHold>> = {
  confirm: (hold, by) => confirmedHold(hold, by, at),
  release: (hold, by) => releasingHold(hold, { reason: "over", by, at }),
  confirm_release: (hold, by) => releasedHold(hold, by, at),
};
const actions = Object.keys(apply) as LegalHoldAction[];

test("whatever administrators try: two of them put a hold in force, and two end it", () => {
  const tries = fc.array(fc.tuple(fc.constantFrom(...admins), fc.constantFrom(...actions)));
  fc.assert(
    fc.property(tries, (tried) => {
      let hold = proposed;
      for (const [by, action] of tried) {
        const isPossible = possibleHoldActions(hold, by).includes(action);
        try {
          requireHoldAction(hold, by, action);
          expect(isPossible).toBe(true);
          hold = apply[action](hold, by);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          expect([isPossible, error.meta["state"]]).toEqual([false, holdStateOf(hold)]);
          expect(error.meta["possible"]).toBe(possibleHoldActions(hold, by).join(", "));
        }
      }
      const { confirmedBy, releaseProposedBy, releasedBy } = hold;
      if (confirmedBy !== null) expect(confirmedBy).not.toBe(hold.proposedBy);
      if (holdStateOf(hold) === "released") expect(releasedBy).not.toBe(releaseProposedBy);
      if (holdStateOf(hold) === "dropped") expect(confirmedBy).toBeNull();
    }),
  );
});
