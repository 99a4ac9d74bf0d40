import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import type { IdentityDeps, Origin } from "../deps.ts";
import { checkPassword } from "./check-password.ts";
import { endSessions } from "./end-sessions.ts";
import { ownSession } from "./own-user.ts";
import { passwordWrong, verifyOwnPassword } from "./verify-own-password.ts";

type Deps = Parameters<typeof verifyOwnPassword>[0] &
  Parameters<typeof endSessions>[0] &
  Pick<IdentityDeps, "notify" | "passwordStrength" | "passwordResets">;

/**
 * Sets a new password; all other sessions are over, and so are links for a reset. Throws `identity.password_wrong` and
 * `input.invalid` (422), `limit.exceeded` (429).
 */
export async function changePassword(
  deps: Deps,
  ctx: RequestContext,
  input: {
    readonly currentPassword: string;
    readonly newPassword: string;
    readonly origin: Origin;
  },
): Promise<void> {
  const { db, users } = deps;
  const { userId, sessionId } = ownSession(ctx);
  const { currentPassword, newPassword, origin } = input;
  const user = await verifyOwnPassword(deps, ctx, {
    ...{ userId, origin },
    password: currentPassword,
    path: "/currentPassword",
  });
  if (newPassword === currentPassword)
    throw invalidField("/newPassword", "Must be another one than the present password.");
  checkPassword(deps, "/newPassword", newPassword, user);
  const passwordHash = await deps.passwords.hash(newPassword);

  const at = deps.clock.now();
  await db.transact(ctx, async (tx) => {
    await deps.sessions.lockUser(tx, userId);
    const present = await users.credentialsOf(tx, userId);
    // Changed meanwhile, from another session or by a link.
    if (present?.passwordHash !== user.passwordHash) throw passwordWrong("/currentPassword");
    await users.changePassword(tx, userId, passwordHash, at);
    await deps.passwordResets.endOf(tx, userId);
    const reason = "password_changed";
    await endSessions(deps, tx, { userId, exceptSessionId: sessionId, reason });
    await deps.notify(tx, "identity.password_changed", { userId }, { time: at });
  });
}
