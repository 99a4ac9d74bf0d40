import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { GbsDeps } from "../deps.ts";
import { type BeginPlaybackDeps, beginPlayback, type StartedPlayback } from "./begin-playback.ts";
import { lenderEvidence, requireDefault } from "./lender-evidence.ts";
import { openWithKey, refuseSecret } from "./try-key.ts";

type Deps = BeginPlaybackDeps &
  Pick<GbsDeps, "attempts" | "handOvers" | "lenderHeaders" | "lenderKeys">;

/**
 * The lender watches the recording after a default, with his key: the server opens it for him for some minutes. Throws
 * `gbs.debt_not_found` (404), `gbs.not_possible_now`, `gbs.evidence_destroyed` (409), and what {@link openWithKey} throws.
 */
export async function unlockEvidence(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string; readonly key: string },
): Promise<StartedPlayback> {
  refuseSecret(deps, "/key", input.key);
  const { debt, recording, header, now } = await lenderEvidence(deps, ctx, parseId(input.id));
  requireDefault(debt, now);
  const asked = { debtId: debt.id, header, typed: input.key };
  const { fileKey } = await openWithKey(deps, ctx, asked);
  try {
    return await beginPlayback(deps, ctx, { evidence: recording, fileKey, reviewId: null });
  } finally {
    fileKey.fill(0);
  }
}
