import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { IdentityDeps, Origin } from "../deps.ts";
import { isResetToken, resetsOfClient } from "../domain/password-reset.ts";
import { signInAttempts } from "../domain/sign-in-limits.ts";
import { identityErrors } from "../errors.ts";
import { checkPassword } from "./check-password.ts";
import { endSessions } from "./end-sessions.ts";

type Deps = Parameters<typeof endSessions>[0] &
  Pick<
    IdentityDeps,
    | "db"
    | "settings"
    | "attempts"
    | "notify"
    | "users"
    | "passwords"
    | "passwordStrength"
    | "passwordResets"
    | "randomSecrets"
  >;

/**
 * Sets a new password by the token of a mailed link, which is spent by that. Every session is over; a second factor
 * stays. A password that is refused leaves the link as it is. Gives whose account it is. Throws `identity.reset_token_invalid` (410),
 * `input.invalid` (422), `limit.exceeded` (429).
 */
export async function redeemPasswordReset(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly token: string; readonly password: string; readonly origin: Origin },
): Promise<Id> {
  const { db, attempts, users, passwordResets } = deps;
  const { token, password, origin } = input;
  const tries = resetsOfClient(origin.client, deps.settings.clientAttemptsPerHour);
  await attempts.require(ctx, tries);
  if (!isResetToken(token)) throw tokenInvalid();
  const tokenHash = deps.randomSecrets.hashOf(token);
  const userId = await passwordResets.findUsable(db.read, tokenHash, deps.clock.now());
  const user = userId === null ? undefined : await users.byId(db.read, userId);
  if (user?.status !== "active") throw tokenInvalid();
  checkPassword(deps, "/password", password, user);
  const passwordHash = await deps.passwords.hash(password);

  const at = deps.clock.now();
  await db.transact(ctx, async (tx) => {
    await deps.sessions.lockUser(tx, user.id);
    if (!(await passwordResets.spend(tx, tokenHash, at))) throw tokenInvalid();
    await users.changePassword(tx, user.id, passwordHash, at);
    await endSessions(deps, tx, { userId: user.id, reason: "password_reset" });
    await deps.notify(tx, "identity.password_changed", { userId: user.id }, { time: at });
  });
  // Whoever reads the mailbox is no guesser: the wait that others' guesses brought on the account is over.
  const { addressKey } = user;
  const { client } = origin;
  await attempts.giveBack(ctx, [
    ...tries,
    ...signInAttempts({ addressKey, client }, deps.settings.clientAttemptsPerHour),
  ]);
  return user.id;
}

const tokenInvalid = () =>
  identityErrors.fail(
    "reset_token_invalid",
    "This link is used, expired, or replaced by a newer one. Ask for a new one.",
  );
