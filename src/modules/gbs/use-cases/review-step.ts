import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { Claim, GbsDeps, ReviewedEvidence } from "../deps.ts";
import type { CustodyStep } from "../domain/custody.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { notPossible } from "../domain/possible.ts";
import type { DebtStep, People } from "./debt-step.ts";
import { othersEvidence } from "./others-evidence.ts";
import { ownUserId } from "./own-debt.ts";
import { findPeople } from "./people.ts";
import { type RecordOnDebtDeps, recordOnDebt } from "./record-on-debt.ts";
import { type ReviewItem, shownItem } from "./review-item.ts";

export type ReviewStepDeps = RecordOnDebtDeps & Pick<GbsDeps, "db" | "identity" | "reviews">;

/** What an operator acts on: the debt is locked and up to date with the clock, the recording waits for a decision. */
export type ReviewStep = {
  readonly debt: DebtSnapshot;
  readonly item: ReviewedEvidence;
  /** Nobody has ended it; its time may be over. */
  readonly claim: Claim | undefined;
  readonly actor: CustodyStep["actor"] & { readonly id: Id };
  readonly people: People;
  readonly now: Instant;
  readonly tx: Tx;
};

/**
 * The one way in which an operator does something about a recording. `make` may run more than once; null = nothing is to be
 * recorded. Throws as {@link othersEvidence} does, `gbs.not_possible_now` (409) for what waits for no decision, and what
 * `make` throws. Gives the recording as it is then.
 */
export async function reviewStep(
  deps: ReviewStepDeps,
  ctx: RequestContext,
  evidenceId: Id,
  make: (step: ReviewStep) => Promise<DebtStep | null>,
): Promise<ReviewItem> {
  const seen = await othersEvidence(deps, ctx, evidenceId);
  const { debtId, lenderId, borrowerId } = seen;
  const people = (await findPeople(deps, ctx, [seen]))({ lenderId, borrowerId });
  const actor = { role: "operator", id: ownUserId(ctx) } as const;
  return deps.db.transact(ctx, async (tx) => {
    await recordOnDebt(deps, tx, { debtId, people }, async ({ debt, now }) => {
      const item = (await deps.reviews.find(tx, evidenceId)) ?? seen;
      if (item.state !== "submitted")
        throw notPossible(debt, "operator", now, "This recording waits for no decision any more.");
      const claim = await deps.reviews.claimOf(tx, evidenceId);
      return make({ debt, item, claim, actor, people, now, tx });
    });
    const after = (await deps.reviews.find(tx, evidenceId)) ?? seen;
    return shownItem(deps, tx, after, actor.id);
  });
}
