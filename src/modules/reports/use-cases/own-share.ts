import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { ReportsDeps, StoredShare } from "../deps.ts";
import { reportsErrors } from "../errors.ts";
import { ownUserId } from "./own-report.ts";

/**
 * A link that the user made, also of a report that he may no longer read: who shared something can take it back. Throws
 * `reports.share_not_found` (404) for every other one.
 */
export async function ownShare(
  deps: Pick<ReportsDeps, "db" | "shares">,
  ctx: RequestContext,
  id: Id,
): Promise<StoredShare> {
  const share = await deps.shares.find(deps.db.read, id);
  if (share?.createdBy !== ownUserId(ctx)) throw shareNotFound("You have no such link.");
  return share;
}

export const shareNotFound = (detail: string): AppError =>
  reportsErrors.fail("share_not_found", detail);
