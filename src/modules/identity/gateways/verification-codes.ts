import { randomInt } from "node:crypto";
import type { Keyring } from "#platform/keyring/keyring";
import type { VerificationCodes } from "../deps.ts";

const digits = 6;

/** Six digits could be tried out against a plain hash in a moment: only whoever has the keyring can check one. */
export function createVerificationCodes({
  keyring,
}: {
  readonly keyring: Pick<Keyring, "hmac" | "verifyHmac">;
}): VerificationCodes {
  return {
    generate: () => String(randomInt(10 ** digits)).padStart(digits, "0"),
    mac: (place, code) => keyring.hmac("verification-code", textOf(place, code)),
    matches: (place, code, mac) =>
      keyring.verifyHmac("verification-code", textOf(place, code), mac),
  };
}

/** A code is bound to its place: copied to another row it opens nothing. */
const textOf = (
  { registrationId, number }: Parameters<VerificationCodes["mac"]>[0],
  code: string,
): string => `${registrationId}/${number}/${code}`;
