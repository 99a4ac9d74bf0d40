import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { GbsDeps, ReviewedEvidence } from "../deps.ts";
import { gbsErrors } from "../errors.ts";
import { ownUserId } from "./own-debt.ts";

/** Throws `gbs.evidence_not_found` (404), and `gbs.own_debt` (409) to a party of the debt. */
export async function othersEvidence(
  deps: Pick<GbsDeps, "db" | "reviews">,
  ctx: RequestContext,
  evidenceId: Id,
): Promise<ReviewedEvidence> {
  const item = await deps.reviews.find(deps.db.read, evidenceId);
  if (!item) throw noSuchEvidence();
  if (isParty(item, ownUserId(ctx)))
    throw gbsErrors.fail("own_debt", "You are a party to this debt: another operator reviews it.");
  return item;
}

export const isParty = (
  { lenderId, borrowerId }: Pick<ReviewedEvidence, "lenderId" | "borrowerId">,
  userId: Id,
): boolean => userId === lenderId || userId === borrowerId;

export const noSuchEvidence = (): AppError =>
  gbsErrors.fail("evidence_not_found", "There is no such recording.");
