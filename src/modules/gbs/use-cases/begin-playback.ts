import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { addSeconds, type Instant } from "#platform/kernel/time";
import { playbackSeconds } from "../bounds.ts";
import type { GbsDeps } from "../deps.ts";
import type { CustodyStep } from "../domain/custody.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { notPossible } from "../domain/possible.ts";
import { gbsErrors } from "../errors.ts";
import { closePlaybacks } from "./close-playbacks.ts";
import { ownUserId } from "./own-debt.ts";
import { findPeople } from "./people.ts";
import { noSuchDebt, type RecordOnDebtDeps, recordOnDebt } from "./record-on-debt.ts";
import { requireOwnClaim } from "./review-claim.ts";

export type StartedPlayback = {
  readonly playbackId: Id;
  /** The only time that anybody sees it. */
  readonly token: string;
  readonly expiresAt: Instant;
};

export type BeginPlaybackDeps = RecordOnDebtDeps &
  Pick<GbsDeps, "db" | "identity" | "ids" | "playbacks" | "playbackTokens" | "reviews">;

/**
 * Lets whoever asks watch a recording for some minutes, and records that it was opened; what he watched before is over.
 * `reviewId`: his own claim, for operators; null for the lender, who has unlocked it, from default on. Throws
 * `gbs.not_claimed` and `gbs.not_possible_now` (409).
 */
export async function beginPlayback(
  deps: BeginPlaybackDeps,
  ctx: RequestContext,
  asked: {
    readonly evidence: { readonly id: Id; readonly debtId: Id };
    readonly fileKey: Uint8Array;
    readonly reviewId: Id | null;
  },
): Promise<StartedPlayback> {
  const { evidence, fileKey, reviewId } = asked;
  const userId = ownUserId(ctx);
  const seen = await deps.debts.find(deps.db.read, evidence.debtId);
  if (!seen) throw noSuchDebt();
  const people = (await findPeople(deps, ctx, [seen]))(seen);
  const playbackId = deps.ids.next();
  const place = { playbackId, debtId: seen.id, userId };
  const { token, ...stored } = await deps.playbackTokens.issue(place, fileKey);
  return deps.db.transact(ctx, async (tx) => {
    let expiresAt = deps.clock.now();
    await recordOnDebt(deps, tx, { debtId: seen.id, people }, async ({ debt, now }) => {
      await requireMayWatch(deps, tx, { debt, evidenceId: evidence.id, reviewId, userId, now });
      const only = await deps.playbacks.ownOpen(tx, evidence.id, userId);
      const which = { evidenceId: evidence.id, only };
      const earlier = only.length === 0 ? [] : await closePlaybacks(deps, tx, which, now);
      expiresAt = addSeconds(now, playbackSeconds);
      await deps.playbacks.add(tx, {
        ...{ id: playbackId, evidenceId: evidence.id, userId, reviewId, ...stored },
        ...{ sessionId: sessionOf(ctx), startedAt: now, expiresAt },
      });
      const actor: CustodyStep["actor"] = {
        ...{ role: reviewId === null ? "lender" : "operator", id: userId },
      };
      const opened: CustodyStep = {
        ...{ kind: "evidence_opened", actor },
        data: { evidence: evidence.id, playback: playbackId },
      };
      return { debt, custody: [...earlier, opened] };
    });
    return { playbackId, token, expiresAt };
  });
}

/** As it is with the debt's row locked: what was read before may have ended meanwhile. */
async function requireMayWatch(
  deps: Pick<GbsDeps, "reviews">,
  tx: Tx,
  asked: {
    readonly debt: DebtSnapshot;
    readonly evidenceId: Id;
    readonly reviewId: Id | null;
    readonly userId: Id;
    readonly now: Instant;
  },
): Promise<void> {
  const { debt, evidenceId, reviewId, userId, now } = asked;
  const item = await deps.reviews.find(tx, evidenceId);
  if (!item || item.debtId !== debt.id)
    throw gbsErrors.fail("evidence_not_found", "There is no such recording.");
  if (reviewId !== null) {
    const claim = await deps.reviews.claimOf(tx, evidenceId);
    return requireOwnClaim(item, claim, { userId, now });
  }
  if (userId !== debt.lenderId) throw noSuchDebt();
  if (debt.defaultedAt === null)
    throw notPossible(debt, "lender", now, "The recording opens once a default is declared.");
  if (item.state !== "approved" || item.destroyedAt !== null)
    throw gbsErrors.fail("evidence_destroyed", "This recording cannot be watched any more.");
}

const sessionOf = ({ actor }: RequestContext): Id | null =>
  actor.type === "user" ? actor.sessionId : null;
