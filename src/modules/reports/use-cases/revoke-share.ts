import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { ReportsDeps } from "../deps.ts";
import { ownShare } from "./own-share.ts";

/**
 * From then on the link opens nothing; a file that is on its way arrives. Once more does nothing. Throws
 * `reports.share_not_found` (404).
 */
export async function revokeShare(
  deps: Pick<ReportsDeps, "db" | "clock" | "shares">,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<void> {
  const { id } = await ownShare(deps, ctx, parseId(input.id));
  await deps.db.transact(ctx, async (tx) => {
    await deps.shares.revoke(tx, id, deps.clock.now());
  });
}
