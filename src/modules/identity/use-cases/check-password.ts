import { invalidField } from "#platform/kernel/errors";
import type { IdentityDeps } from "../deps.ts";
import { type PasswordOwner, passwordFault } from "../domain/password-policy.ts";

/** Throws a 422 that names `path` for a password that is too short, too long, or too easy to guess. */
export function checkPassword(
  { passwordStrength }: Pick<IdentityDeps, "passwordStrength">,
  path: string,
  password: string,
  owner: PasswordOwner,
): void {
  const fault = passwordFault(password, owner, passwordStrength.weaknessOf);
  if (fault !== null) throw invalidField(path, fault);
}
