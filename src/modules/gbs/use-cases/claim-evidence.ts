import type { RequestContext } from "#platform/kernel/context";
import { type Id, parseId } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import { claimSeconds } from "../bounds.ts";
import type { Claim, GbsDeps } from "../deps.ts";
import type { CustodyStep } from "../domain/custody.ts";
import { byClock } from "../domain/custody-data.ts";
import { stateAfter } from "../domain/debt-machine.ts";
import { requirePossible } from "../domain/possible.ts";
import { closePlaybacks } from "./close-playbacks.ts";
import { findPeople } from "./people.ts";
import { recordOnDebt } from "./record-on-debt.ts";
import { isRunning, requireFree, requireOwnClaim } from "./review-claim.ts";
import type { ReviewItem } from "./review-item.ts";
import { type ReviewStepDeps, reviewStep } from "./review-step.ts";

export const endClaimsJob = "gbs.end_claims";

const claimsAtOnce = 200;

type Deps = ReviewStepDeps & Pick<GbsDeps, "ids" | "playbacks">;
type OfEvidence = { readonly id: string };

/**
 * An operator takes a recording for {@link claimSeconds}; once more, and it is his for so long from now. Throws
 * `gbs.claimed_by_another` (409), and as {@link reviewStep} does.
 */
export function claimEvidence(
  deps: Deps,
  ctx: RequestContext,
  input: OfEvidence,
): Promise<ReviewItem> {
  const evidenceId = parseId(input.id);
  const reviewId = deps.ids.next();
  return reviewStep(deps, ctx, evidenceId, async ({ debt, claim, actor, now, tx }) => {
    requireFree(claim, { userId: actor.id, now });
    const claimEndsAt = addSeconds(now, claimSeconds);
    if (claim?.operatorId === actor.id && isRunning(claim, now)) {
      await deps.reviews.renew(tx, claim.reviewId, claimEndsAt);
      return null;
    }
    requirePossible(debt, "operator", "begin_review", now);
    const lapsed: CustodyStep[] = [];
    if (claim) {
      lapsed.push(...(await closePlaybacks(deps, tx, { evidenceId }, now)));
      await deps.reviews.end(tx, claim.reviewId, now);
      lapsed.push(endedEntry(evidenceId, claim, byClock));
    }
    const claimed = { reviewId, operatorId: actor.id, claimedAt: now, claimEndsAt };
    await deps.reviews.add(tx, evidenceId, claimed);
    const data = { evidence: evidenceId, review: reviewId };
    return {
      debt: { ...debt, state: stateAfter("begin_review", debt.state) },
      custody: [...lapsed, { kind: "review_begun", actor, data }],
    };
  });
}

/** Gives it back: another operator may take it. Throws `gbs.not_claimed` (409), and as {@link claimEvidence} does. */
export async function endClaim(deps: Deps, ctx: RequestContext, input: OfEvidence): Promise<void> {
  const evidenceId = parseId(input.id);
  await reviewStep(deps, ctx, evidenceId, async ({ debt, item, claim, actor, now, tx }) => {
    requireOwnClaim(item, claim, { userId: actor.id, now });
    requirePossible(debt, "operator", "end_review", now);
    const views = await closePlaybacks(deps, tx, { evidenceId }, now);
    await deps.reviews.end(tx, claim.reviewId, now);
    return {
      debt: { ...debt, state: stateAfter("end_review", debt.state) },
      custody: [...views, endedEntry(evidenceId, claim, actor)],
    };
  });
}

const endedEntry = (
  evidenceId: Id,
  { reviewId }: Claim,
  actor: CustodyStep["actor"],
): CustodyStep => ({
  ...{ kind: "review_ended", actor },
  data: { evidence: evidenceId, review: reviewId },
});

/**
 * Ends claims whose time is over, or whose recording waits for no decision any more. Each in a transaction of its own.
 * Throws when there were such that could not be ended, after all others.
 */
export async function endClaims(
  deps: Deps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const failures: unknown[] = [];
  let after: Id | undefined;
  while (!signal.aborted) {
    const page = { after, limit: claimsAtOnce };
    const lapsed = await deps.reviews.lapsed(deps.db.read, deps.clock.now(), page);
    for (const claim of lapsed) {
      if (signal.aborted) break;
      await endLapsed(deps, ctx, claim).catch((error: unknown) => failures.push(error));
    }
    after = lapsed.at(-1)?.reviewId;
    if (lapsed.length < claimsAtOnce) break;
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} claims could not be ended`);
}

async function endLapsed(
  deps: Deps,
  ctx: RequestContext,
  { reviewId, evidenceId, debtId }: { reviewId: Id; evidenceId: Id; debtId: Id },
): Promise<void> {
  const seen = await deps.debts.find(deps.db.read, debtId);
  if (!seen) return;
  const people = (await findPeople(deps, ctx, [seen]))(seen);
  await deps.db.transact(ctx, (tx) =>
    recordOnDebt(deps, tx, { debtId, people }, async ({ debt, now }) => {
      const item = await deps.reviews.find(tx, evidenceId);
      const claim = await deps.reviews.claimOf(tx, evidenceId);
      // Renewed, taken over or decided meanwhile.
      if (!item || claim?.reviewId !== reviewId) return null;
      if (item.state === "submitted" && isRunning(claim, now)) return null;
      const views = await closePlaybacks(deps, tx, { evidenceId }, now);
      await deps.reviews.end(tx, reviewId, now);
      const isWaiting = item.state === "submitted" && debt.state === "under_review";
      return {
        debt: isWaiting ? { ...debt, state: "evidence_submitted" } : debt,
        custody: [...views, endedEntry(evidenceId, claim, byClock)],
      };
    }),
  );
}
