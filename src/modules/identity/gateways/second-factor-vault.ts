import type { Keyring } from "#platform/keyring/keyring";
import type { SecondFactorVault } from "../deps.ts";

const purpose = "second-factor";

/** TOTP secrets under the keyring, each tied to its user: moved to another user's row it opens for nobody. */
export function createSecondFactorVault(
  keyring: Pick<Keyring, "seal" | "open">,
): SecondFactorVault {
  return {
    seal: (userId, secret) => keyring.seal(purpose, secret, userId),
    open(userId, sealed) {
      const secret = keyring.open(purpose, sealed, userId);
      if (secret === null) throw new Error("the keyring does not open the second factor of a user");
      const fresh = keyring.seal(purpose, secret, userId);
      return { secret, resealed: keyIdOf(fresh) === keyIdOf(sealed) ? null : fresh };
    },
  };
}

/** What is sealed begins with the id of its key. */
const keyIdOf = (sealed: string): string => sealed.slice(0, sealed.indexOf("."));
