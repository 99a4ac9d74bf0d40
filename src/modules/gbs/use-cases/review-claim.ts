import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { Claim, ReviewedEvidence } from "../deps.ts";
import { gbsErrors } from "../errors.ts";

/** Whether a claim keeps others away. */
export const isRunning = ({ claimEndsAt }: Pick<Claim, "claimEndsAt">, now: Instant): boolean =>
  now < claimEndsAt;

/** Throws `gbs.claimed_by_another` (409) while another operator has the recording. */
export function requireFree(
  claim: Claim | undefined,
  { userId, now }: { readonly userId: Id; readonly now: Instant },
): void {
  if (claim && claim.operatorId !== userId && isRunning(claim, now))
    throw gbsErrors.fail("claimed_by_another", "Another operator reviews this recording.", {
      meta: { until: claim.claimEndsAt },
    });
}

/**
 * Throws `gbs.not_claimed` (409) unless whoever asks has the recording at present, and `gbs.claimed_by_another` (409)
 * when another operator has it.
 */
export function requireOwnClaim(
  item: Pick<ReviewedEvidence, "state">,
  claim: Claim | undefined,
  asking: { readonly userId: Id; readonly now: Instant },
): asserts claim is Claim {
  requireFree(claim, asking);
  const isOwn = claim && claim.operatorId === asking.userId && isRunning(claim, asking.now);
  if (isOwn && item.state === "submitted") return;
  throw gbsErrors.fail("not_claimed", "Claim the recording first; a claim ends by itself.");
}
