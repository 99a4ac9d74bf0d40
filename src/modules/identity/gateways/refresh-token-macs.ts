import type { Keyring } from "#platform/keyring/keyring";
import type { RefreshTokenMacs } from "../deps.ts";

const purpose = "refresh-token";

/**
 * MACs of refresh tokens. Neither the keyring nor the database is enough to make one; with the moment of its making it
 * comes out the same again, also after its key was rotated.
 */
export const createRefreshTokenMacs = (
  keyring: Pick<Keyring, "hmac" | "verifyHmac">,
): RefreshTokenMacs => ({
  mac: (family, madeAt) => keyring.hmac(purpose, textOf(family), madeAt),
  matches: (family, mac) => keyring.verifyHmac(purpose, textOf(family), mac),
});

const textOf = ({ sessionId, generation, familySecret }: Parameters<RefreshTokenMacs["mac"]>[0]) =>
  `${sessionId}.${generation}.${familySecret}`;
