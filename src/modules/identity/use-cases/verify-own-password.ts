import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { IdentityDeps, Origin } from "../deps.ts";
import type { PasswordOwner } from "../domain/password-policy.ts";
import { signInAttempts } from "../domain/sign-in-limits.ts";
import { identityErrors } from "../errors.ts";

/**
 * Whether the user knows the account's password. Counted with the tries of signing in: a stolen session is no way round
 * those. Throws `identity.password_wrong` (422) that names `path`, `limit.exceeded` (429), `cpu.busy` (503).
 */
export async function verifyOwnPassword(
  deps: Pick<IdentityDeps, "db" | "settings" | "attempts" | "users" | "passwords">,
  ctx: RequestContext,
  input: {
    readonly userId: Id;
    readonly password: string;
    readonly origin: Origin;
    readonly path: string;
  },
): Promise<PasswordOwner & { readonly passwordHash: string }> {
  const { db, attempts, users } = deps;
  const { userId, password, origin, path } = input;
  const [user, stored] = await Promise.all([
    users.byId(db.read, userId),
    users.credentialsOf(db.read, userId),
  ]);
  if (!user || !stored)
    throw identityErrors.fail("user_not_found", "This account does not exist any more.");
  const tries = signInAttempts(
    { addressKey: user.addressKey, client: origin.client },
    deps.settings.clientAttemptsPerHour,
  );
  await attempts.require(ctx, tries);
  if (!(await deps.passwords.verify(password, stored.passwordHash))) throw passwordWrong(path);
  await attempts.giveBack(ctx, tries);
  return { ...user, passwordHash: stored.passwordHash };
}

/** Not a 401: the session is as good as before. */
export const passwordWrong = (path: string) =>
  identityErrors.fail("password_wrong", "This is not the password of your account.", {
    fields: [{ path, detail: "Is not the password of your account." }],
  });
