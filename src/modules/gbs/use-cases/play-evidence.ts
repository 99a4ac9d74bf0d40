import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { GbsDeps } from "../deps.ts";
import { gbsErrors } from "../errors.ts";
import { type BeginPlaybackDeps, beginPlayback, type StartedPlayback } from "./begin-playback.ts";
import { othersEvidence } from "./others-evidence.ts";
import { ownUserId } from "./own-debt.ts";
import { requireOwnClaim } from "./review-claim.ts";

/**
 * Opens a recording for the operator who has claimed it. Throws `gbs.evidence_not_found` (404), `gbs.own_debt`,
 * `gbs.claimed_by_another` and `gbs.not_claimed` (409), and `gbs.evidence_damaged` (503) when its review header is lost:
 * then a recording has to be made again.
 */
export async function playEvidence(
  deps: BeginPlaybackDeps & Pick<GbsDeps, "reviewKeys">,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<StartedPlayback> {
  const item = await othersEvidence(deps, ctx, parseId(input.id));
  const claim = await deps.reviews.claimOf(deps.db.read, item.id);
  requireOwnClaim(item, claim, { userId: ownUserId(ctx), now: deps.clock.now() });
  const upload = { uploadId: item.id, epochId: item.epochId };
  const fileKey = await deps.reviewKeys.open(ctx, upload);
  if (!fileKey)
    throw gbsErrors.fail(
      "evidence_damaged",
      "What opens this recording is lost: send it back, so that it is made again.",
    );
  return beginPlayback(deps, ctx, { evidence: item, fileKey, reviewId: claim.reviewId });
}
