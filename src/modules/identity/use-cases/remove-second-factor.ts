import type { RequestContext } from "#platform/kernel/context";
import type { IdentityDeps } from "../deps.ts";
import { secondFactorMissing } from "../domain/second-factor.ts";
import { expireClaims } from "./expire-claims.ts";
import { ownUserId } from "./own-user.ts";

/**
 * Signing in needs the password alone from then on; roles that ask for a second factor count no more. Throws
 * `identity.second_factor_missing` (409).
 */
export async function removeSecondFactor(
  deps: Pick<
    IdentityDeps,
    "db" | "clock" | "ids" | "notify" | "revocations" | "tokenCache" | "secondFactors"
  >,
  ctx: RequestContext,
): Promise<void> {
  const { secondFactors } = deps;
  const userId = ownUserId(ctx);
  const at = deps.clock.now();
  await deps.db.transact(ctx, async (tx) => {
    await secondFactors.markUser(tx, userId, false, at);
    if (!(await secondFactors.remove(tx, userId))) throw secondFactorMissing();
    await expireClaims(deps, tx, [userId]);
    await deps.notify(tx, "identity.second_factor_disabled", { userId }, { time: at });
  });
}
