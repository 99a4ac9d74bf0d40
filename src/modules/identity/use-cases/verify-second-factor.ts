import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { IdentityDeps, Origin } from "../deps.ts";
import { readRecoveryCode } from "../domain/recovery-code.ts";
import { secondFactorAttempts } from "../domain/second-factor-limits.ts";
import { readTotpCode } from "../domain/totp-code.ts";

export type SecondFactorMethod = "totp" | "recovery_code";

type Deps = Pick<
  IdentityDeps,
  | "db"
  | "clock"
  | "settings"
  | "attempts"
  | "notify"
  | "secondFactors"
  | "secondFactorVault"
  | "totp"
  | "randomSecrets"
>;

/**
 * Takes the code of an authenticator app or a recovery code, and uses it up: each works once. Null = wrong, used, or
 * the user has no second factor. Throws `limit.exceeded` (429) after too many wrong ones. Writes in transactions of its
 * own: a code stays used whatever becomes of the request.
 */
export async function verifySecondFactor(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly userId: Id; readonly code: string; readonly origin: Origin },
): Promise<SecondFactorMethod | null> {
  const { userId, code } = input;
  const { clientAttemptsPerHour } = deps.settings;
  const tries = secondFactorAttempts(
    { userId, client: input.origin.client },
    clientAttemptsPerHour,
  );
  await deps.attempts.require(ctx, tries);

  // An Idempotency-Key stands for what the request does in the end, not for this step of it.
  const { idempotency: _, ...own } = ctx;
  const method = await useCode(deps, own, userId, code);
  if (method !== null) await deps.attempts.giveBack(ctx, tries);
  return method;
}

async function useCode(
  deps: Deps,
  ctx: RequestContext,
  userId: Id,
  typed: string,
): Promise<SecondFactorMethod | null> {
  const totpCode = readTotpCode(typed);
  if (totpCode !== null) return (await useTotpCode(deps, ctx, userId, totpCode)) ? "totp" : null;
  const recoveryCode = readRecoveryCode(typed);
  if (recoveryCode === null) return null;
  return (await useRecoveryCode(deps, ctx, userId, recoveryCode)) ? "recovery_code" : null;
}

async function useTotpCode(
  deps: Deps,
  ctx: RequestContext,
  userId: Id,
  code: string,
): Promise<boolean> {
  const { db, clock, secondFactors } = deps;
  const factor = await secondFactors.find(db.read, userId);
  if (factor === null || factor.confirmedAt === null) return false;
  const { sealedSecret } = factor;
  const { secret, resealed } = deps.secondFactorVault.open(userId, sealedSecret);
  const step = deps.totp.stepOf(secret, code, clock.now());
  if (step === null || step <= factor.lastStep) return false;
  return db.transact(ctx, (tx) =>
    secondFactors.useStep(tx, { userId, step, sealedSecret, resealed }),
  );
}

async function useRecoveryCode(
  deps: Deps,
  ctx: RequestContext,
  userId: Id,
  code: string,
): Promise<boolean> {
  const used = { userId, codeHash: deps.randomSecrets.hashOf(code), at: deps.clock.now() };
  return deps.db.transact(ctx, async (tx) => {
    const left = await deps.secondFactors.useRecoveryCode(tx, used);
    if (left === null) return false;
    const data = { left: String(left), time: used.at };
    await deps.notify(tx, "identity.recovery_code_used", { userId }, data);
    return true;
  });
}
