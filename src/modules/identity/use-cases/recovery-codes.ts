import type { RequestContext } from "#platform/kernel/context";
import type { IdentityDeps } from "../deps.ts";
import {
  formatRecoveryCode,
  readRecoveryCode,
  recoveryCodeBytes,
  recoveryCodesPerSet,
} from "../domain/recovery-code.ts";
import { secondFactorMissing } from "../domain/second-factor.ts";
import { ownUserId } from "./own-user.ts";

/** Shown this once; each stands in for the authenticator app once. */
export type RecoveryCodes = { readonly recoveryCodes: readonly string[] };

/** A set of codes, and what is stored of them. */
export function makeRecoveryCodes({ randomSecrets }: Pick<IdentityDeps, "randomSecrets">): {
  readonly recoveryCodes: readonly string[];
  readonly hashes: readonly string[];
} {
  const recoveryCodes = Array.from({ length: recoveryCodesPerSet }, () =>
    formatRecoveryCode(randomSecrets.bytes(recoveryCodeBytes)),
  );
  const hashes = recoveryCodes.map((code) => randomSecrets.hashOf(readRecoveryCode(code) ?? code));
  return { recoveryCodes, hashes };
}

/** A new set; the old one is worth nothing from then on. Throws `identity.second_factor_missing` (409). */
export async function replaceRecoveryCodes(
  deps: Pick<
    IdentityDeps,
    "db" | "clock" | "notify" | "sessions" | "secondFactors" | "randomSecrets"
  >,
  ctx: RequestContext,
): Promise<RecoveryCodes> {
  const userId = ownUserId(ctx);
  const { recoveryCodes, hashes } = makeRecoveryCodes(deps);
  return deps.db.transact(ctx, async (tx) => {
    await deps.sessions.lockUser(tx, userId);
    const factor = await deps.secondFactors.find(tx, userId);
    if (!factor?.confirmedAt) throw secondFactorMissing();
    await deps.secondFactors.replaceRecoveryCodes(tx, userId, hashes);
    const data = { time: deps.clock.now() };
    await deps.notify(tx, "identity.recovery_codes_replaced", { userId }, data);
    return { recoveryCodes };
  });
}
