import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import type { IdentityDeps, Origin, SignInAccount } from "../deps.ts";
import { parseAddress } from "../domain/address.ts";
import { deviceName } from "../domain/device.ts";
import type { SessionGrant } from "../domain/session.ts";
import { signInAttempts } from "../domain/sign-in-limits.ts";
import { identityErrors } from "../errors.ts";
import { createSession } from "./create-session.ts";
import { issueTokens, type TokenSet } from "./issue-tokens.ts";
import { verifySecondFactor } from "./verify-second-factor.ts";

export type SignInInput = {
  readonly email: string;
  readonly password: string;
  /** Of the second factor, where there is one. */
  readonly code?: string | undefined;
  readonly origin: Origin;
};

type Deps = Parameters<typeof createSession>[0] &
  Parameters<typeof issueTokens>[0] &
  Parameters<typeof verifySecondFactor>[0] &
  Pick<IdentityDeps, "domainNames" | "passwords">;

/**
 * Opens a session for whoever knows the password. Who has no account, a suspended one or another password gets the same
 * answer after the same work: `identity.credentials_wrong` (401). Throws also `identity.second_factor_required` and
 * `identity.second_factor_wrong` (401), `limit.exceeded` (429), `cpu.busy` (503), `input.invalid` (422).
 */
export async function signIn(
  deps: Deps,
  ctx: RequestContext,
  input: SignInInput,
): Promise<TokenSet> {
  const { origin } = input;
  const { addressKey } = parseAddress(deps.domainNames, input.email);
  const tries = signInAttempts(
    { addressKey, client: origin.client },
    deps.settings.clientAttemptsPerHour,
  );
  await deps.attempts.require(ctx, tries);

  const account = await verifyPassword(deps, addressKey, input.password);
  if (account.hasSecondFactor && input.code === undefined) {
    await deps.attempts.giveBack(ctx, tries); // the password was right
    throw identityErrors.fail("second_factor_required", "Send the code of your second factor.");
  }
  if (account.hasSecondFactor) await proveSecondFactor(deps, ctx, account, input);

  const rehashed = await strongerHash(deps, input.password, account.passwordHash);
  const grant = await deps.db.transact(ctx, async (tx) => {
    await requireUnchanged(deps, tx, account);
    if (rehashed !== null)
      await deps.signIns.replaceHash(tx, account.userId, {
        from: account.passwordHash,
        to: rehashed,
      });
    return openSession(deps, tx, account, origin);
  });
  await deps.attempts.giveBack(ctx, tries);
  return issueTokens(deps, ctx, grant);
}

async function verifyPassword(
  deps: Deps,
  addressKey: string,
  password: string,
): Promise<SignInAccount> {
  const account = await deps.signIns.findByAddress(deps.db.read, addressKey);
  const isRight = account
    ? await deps.passwords.verify(password, account.passwordHash)
    : await deps.passwords.verifyNobody(password);
  if (!isRight || account?.status !== "active") throw credentialsWrong();
  return account;
}

async function proveSecondFactor(
  deps: Deps,
  ctx: RequestContext,
  { userId }: SignInAccount,
  { code = "", origin }: SignInInput,
): Promise<void> {
  if ((await verifySecondFactor(deps, ctx, { userId, code, origin })) === null)
    throw identityErrors.fail("second_factor_wrong", "The code is wrong, used or expired.");
}

/** The same password with today's parameters; null = it has them, or there is no time for that now. */
async function strongerHash(
  { passwords }: Deps,
  password: string,
  hash: string,
): Promise<string | null> {
  if (!passwords.needsRehash(hash)) return null;
  try {
    return await passwords.hash(password);
  } catch (error) {
    if (error instanceof AppError && error.kind === "unavailable") return null;
    throw error;
  }
}

/** A reset or suspension that ended all sessions meanwhile must not meet a new one that the old password opens. */
async function requireUnchanged(deps: Deps, tx: Tx, proved: SignInAccount): Promise<void> {
  const present = await deps.signIns.lock(tx, proved.userId);
  const isSame =
    present?.status === "active" &&
    present.passwordChangedAt === proved.passwordChangedAt &&
    present.hasSecondFactor === proved.hasSecondFactor;
  if (!isSame) throw credentialsWrong();
}

async function openSession(
  deps: Deps,
  tx: Tx,
  { userId }: SignInAccount,
  origin: Origin,
): Promise<SessionGrant> {
  const now = deps.clock.now();
  if (await deps.sessions.hasAny(tx, userId))
    await deps.notify(
      tx,
      "identity.new_sign_in",
      { userId },
      { device: deviceName(origin.device) || "-", client: origin.client, time: now },
    );
  return createSession(deps, tx, { userId, origin, authenticatedAt: now });
}

const credentialsWrong = () =>
  identityErrors.fail("credentials_wrong", "No account has this address and password.");
