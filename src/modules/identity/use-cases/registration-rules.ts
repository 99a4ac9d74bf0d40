import type { RequestContext } from "#platform/kernel/context";
import type { IdentityDeps } from "../deps.ts";
import { maxDisplayNameCharacters } from "../domain/display-name.ts";
import { maxPasswordCharacters, minPasswordCharacters } from "../domain/password-policy.ts";
import { codeSeconds, resendSeconds } from "../domain/registration.ts";

/** What a form for registering needs to know beforehand. */
export async function registrationRules(
  { settings, languages }: Pick<IdentityDeps, "settings" | "languages">,
  _ctx: RequestContext,
) {
  return {
    termsVersion: settings.termsVersion,
    password: { minCharacters: minPasswordCharacters, maxCharacters: maxPasswordCharacters },
    displayName: { maxCharacters: maxDisplayNameCharacters },
    code: { validSeconds: codeSeconds, resendSeconds },
    /** In which people are told things; any locale may be chosen. */
    languages,
  };
}
