import { Secret, TOTP } from "otpauth";
import { epochMs } from "#platform/kernel/time";
import type { Totp } from "../deps.ts";

/** As RFC 4226 recommends: the length of a SHA-1 sum. */
const secretBytes = 20;
/** What every authenticator app knows: others ignore the parameters, and would show codes that never work. */
const shape = { algorithm: "SHA1", digits: 6, period: 30 } as const;
/** Codes of the step before and after are taken, too: for slow fingers, and clocks that are not quite right. */
const windowSteps = 1;
const issuer = "FinTrack";

/** Time-based one-time passwords (RFC 6238). */
export function createTotp(): Totp {
  return {
    newSecret: () => new Secret({ size: secretBytes }).base32,
    uriOf: (secret, account) =>
      new TOTP({ ...shape, issuer, label: account, secret: Secret.fromBase32(secret) }).toString(),
    stepOf(secret, code, now) {
      const timestamp = epochMs(now);
      const delta = TOTP.validate({
        ...shape,
        secret: Secret.fromBase32(secret),
        token: code,
        timestamp,
        window: windowSteps,
      });
      return delta === null ? null : TOTP.counter({ period: shape.period, timestamp }) + delta;
    },
  };
}
