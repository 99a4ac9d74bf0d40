import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import type { IdentityDeps } from "../deps.ts";
import { resetLink, resetMinutes, resetTokenBytes } from "../domain/password-reset.ts";

export const sendResetJob = "identity.send_password_reset";
export type SendResetPayload = { readonly resetId: Id; readonly userId: Id };

/** Mails the user the only link that works from now on. Nothing when there is no such user, or a suspended one. */
export async function sendPasswordReset(
  deps: Pick<
    IdentityDeps,
    "db" | "clock" | "settings" | "notify" | "users" | "passwordResets" | "randomSecrets"
  >,
  ctx: RequestContext,
  { resetId, userId }: SendResetPayload,
): Promise<void> {
  const { db, clock, randomSecrets } = deps;
  const user = await deps.users.byId(db.read, userId);
  if (user?.status !== "active") return;

  const token = randomSecrets.token(resetTokenBytes);
  const createdAt = clock.now();
  const reset = {
    id: resetId,
    userId,
    tokenHash: randomSecrets.hashOf(token),
    createdAt,
    expiresAt: addSeconds(createdAt, resetMinutes * 60),
  };
  const data = {
    link: resetLink(deps.settings.linkOrigin, token),
    minutes: String(resetMinutes),
  };
  await db.transact(ctx, async (tx) => {
    // A job may run twice; its mail goes out once.
    if (await deps.passwordResets.replace(tx, reset))
      await deps.notify(tx, "identity.password_reset", { userId }, data);
  });
}
