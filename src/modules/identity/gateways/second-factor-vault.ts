import type { Keyring } from "#platform/keyring/keyring";
import type { SecondFactorVault } from "../deps.ts";

const purpose = "second-factor";

/** TOTP secrets under the keyring, each tied to its user: moved to another user's row it opens for nobody. */
export function createSecondFactorVault(
  keyring: Pick<Keyring, "seal" | "open" | "isSealedWithActiveKey">,
): SecondFactorVault {
  return {
    seal: (userId, secret) => keyring.seal(purpose, secret, userId),
    open(userId, sealed) {
      const secret = keyring.open(purpose, sealed, userId);
      if (secret === null) throw new Error("the keyring does not open the second factor of a user");
      const isCurrent = keyring.isSealedWithActiveKey(purpose, sealed);
      return { secret, resealed: isCurrent ? null : keyring.seal(purpose, secret, userId) };
    },
  };
}
