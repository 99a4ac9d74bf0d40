import type { RequestContext } from "#platform/kernel/context";
import type { IdentityDeps } from "../deps.ts";
import { secondFactorExists } from "../domain/second-factor.ts";
import { identityErrors } from "../errors.ts";
import { ownUserId } from "./own-user.ts";

/** What an authenticator app needs, shown this once: `secret` to be typed, `otpauthUri` as a QR code. */
export type StartedSecondFactor = { readonly secret: string; readonly otpauthUri: string };

/**
 * Makes a secret that counts as soon as a first code has confirmed it; one that was made before and is not confirmed
 * ends. Throws `identity.second_factor_exists` (409).
 */
export async function startSecondFactor(
  deps: Pick<
    IdentityDeps,
    "db" | "clock" | "users" | "totp" | "secondFactorVault" | "secondFactors"
  >,
  ctx: RequestContext,
): Promise<StartedSecondFactor> {
  const { db, clock, totp, secondFactors } = deps;
  const userId = ownUserId(ctx);
  const user = await deps.users.byId(db.read, userId);
  if (!user) throw identityErrors.fail("user_not_found", "This account does not exist any more.");

  const secret = totp.newSecret();
  const sealedSecret = deps.secondFactorVault.seal(userId, secret);
  const pending = { userId, sealedSecret, createdAt: clock.now() };
  return db.transact(ctx, async (tx) => {
    if (!(await secondFactors.putPending(tx, pending))) throw secondFactorExists();
    return { secret, otpauthUri: totp.uriOf(secret, user.address) };
  });
}
