import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { IdentityDeps } from "../deps.ts";
import { maxUserIds } from "./find-users.ts";

export type ExpireClaimsDeps = Pick<IdentityDeps, "clock" | "ids" | "revocations" | "tokenCache">;

/**
 * To be called in the transaction that changes what tokens claim of users (at most {@link maxUserIds}), or after it:
 * their access tokens are refused within seconds, and a refresh gets new ones.
 */
export async function expireClaims(
  deps: ExpireClaimsDeps,
  tx: Tx,
  userIds: readonly Id[],
): Promise<void> {
  if (userIds.length === 0) return;
  const revokedAt = deps.clock.now();
  await deps.revocations.raiseClaimsVersions(tx, userIds);
  await deps.revocations.add(
    tx,
    userIds.map((subjectId) => ({ id: deps.ids.next(), kind: "claims", subjectId, revokedAt })),
  );
  deps.tokenCache.distrust(userIds);
}

/** As {@link expireClaims}, in a transaction of its own: for neighbours. */
export async function expireClaimsOf(
  deps: ExpireClaimsDeps & Pick<IdentityDeps, "db">,
  ctx: RequestContext,
  { userIds }: { readonly userIds: readonly Id[] },
): Promise<object> {
  if (userIds.length > maxUserIds) throw invalidField("userIds", `At most ${maxUserIds} at once.`);
  await deps.db.transact(ctx, (tx) => expireClaims(deps, tx, userIds));
  return {};
}
