import type { RequestContext } from "#platform/kernel/context";
import type { IdentityDeps, Origin } from "../deps.ts";
import { requirePending } from "../domain/second-factor.ts";
import { secondFactorAttempts } from "../domain/second-factor-limits.ts";
import { readTotpCode } from "../domain/totp-code.ts";
import { identityErrors } from "../errors.ts";
import { endSessions } from "./end-sessions.ts";
import { expireClaims } from "./expire-claims.ts";
import { ownSession } from "./own-user.ts";
import { makeRecoveryCodes, type RecoveryCodes } from "./recovery-codes.ts";

type Deps = Pick<
  IdentityDeps,
  | "db"
  | "clock"
  | "ids"
  | "settings"
  | "attempts"
  | "notify"
  | "sessions"
  | "revocations"
  | "tokenCache"
  | "secondFactors"
  | "secondFactorVault"
  | "totp"
  | "randomSecrets"
>;

/**
 * Proves by a first code that the app has the secret. From then on signing in needs a code, roles that ask for a second
 * factor count, and all other sessions are over. Throws `identity.code_wrong` (422), `identity.second_factor_exists` or
 * `identity.second_factor_missing` (409), `limit.exceeded` (429).
 */
export async function confirmSecondFactor(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly code: string; readonly origin: Origin },
): Promise<RecoveryCodes> {
  const { db, attempts, secondFactors } = deps;
  const { userId, sessionId } = ownSession(ctx);
  const at = deps.clock.now();
  const { sealedSecret } = requirePending(await secondFactors.find(db.read, userId), at);
  const tries = secondFactorAttempts(
    { userId, client: input.origin.client },
    deps.settings.clientAttemptsPerHour,
  );
  await attempts.require(ctx, tries);

  const code = readTotpCode(input.code);
  const { secret } = deps.secondFactorVault.open(userId, sealedSecret);
  const step = code === null ? null : deps.totp.stepOf(secret, code, at);
  if (step === null) throw codeWrong();
  const { recoveryCodes, hashes } = makeRecoveryCodes(deps);
  const confirmed = await db.transact(ctx, async (tx) => {
    await secondFactors.markUser(tx, userId, true, at);
    requirePending(await secondFactors.find(tx, userId), at);
    // False: another secret has taken the place of the one that the code is of.
    if (!(await secondFactors.confirm(tx, { userId, sealedSecret, step, at }))) throw codeWrong();
    await secondFactors.replaceRecoveryCodes(tx, userId, hashes);
    const reason = "second_factor_changed";
    await endSessions(deps, tx, { userId, exceptSessionId: sessionId, reason });
    await expireClaims(deps, tx, [userId]);
    await deps.notify(tx, "identity.second_factor_enabled", { userId }, { time: at });
    return { recoveryCodes };
  });
  await attempts.giveBack(ctx, tries);
  return confirmed;
}

/** Not a 401: the session is as good as before. */
export const codeWrong = () =>
  identityErrors.fail("code_wrong", "This code is wrong, or was used before.", {
    fields: [{ path: "/code", detail: "Is wrong, or was used before." }],
  });
