import { errors, type JWTHeaderParameters, jwtVerify, SignJWT } from "jose";
import type { Clock } from "#platform/kernel/clock";
import { type Id, isId } from "#platform/kernel/ids";
import { dateOf, epochMs, instantAt } from "#platform/kernel/time";
import type { Keyring } from "#platform/keyring/keyring";
import type { AccessTokens, VerifiedToken } from "../deps.ts";

export const accessTokenSeconds = 15 * 60;

/** Media type of OAuth access tokens (RFC 9068): a token made for something else is not taken for one. */
const type = "at+jwt";
const algorithm = "EdDSA";
/** Every service of ours is the audience. */
const audience = "fintrack";
const requiredClaims = ["sub", "sid", "claims_version", "auth_time", "iat", "exp"];
const purpose = "access-token";
/** What the Authorization header may hold of a token; ours have about 800 characters. */
const maxTokenLength = 4096;

/**
 * Access tokens as RFC 9068 has them: JWTs that any service verifies with the published keys alone. Times are those of
 * the clock; keys are looked up at each use, so that a rotation needs no restart.
 */
export function createAccessTokens(deps: {
  readonly keyring: Pick<Keyring, "pairs">;
  readonly clock: Clock;
  readonly issuer: string;
}): AccessTokens {
  const { keyring, clock, issuer } = deps;
  const nowSeconds = () => Math.floor(epochMs(clock.now()) / 1000);

  function publicKeyOf({ kid }: JWTHeaderParameters) {
    const pair = keyring.pairs(purpose).find((candidate) => candidate.kid === kid);
    if (!pair) throw new errors.JWKSNoMatchingKey();
    return pair.publicKey;
  }

  return {
    async sign(claims) {
      const [pair] = keyring.pairs(purpose);
      if (!pair) throw new Error("the keyring has no key to sign access tokens with");
      const issuedAt = nowSeconds();
      const token = await new SignJWT({
        sid: claims.sessionId,
        roles: [...claims.roles],
        plan: claims.plan,
        permissions: [...claims.permissions],
        auth_time: Math.floor(epochMs(claims.authenticatedAt) / 1000),
        claims_version: claims.claimsVersion,
      })
        .setProtectedHeader({ alg: algorithm, kid: pair.kid, typ: type })
        .setSubject(claims.userId)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + accessTokenSeconds)
        .sign(pair.privateKey);
      return { token, expiresInSeconds: accessTokenSeconds };
    },

    async verify(token) {
      if (token.length > maxTokenLength) return null;
      try {
        const { payload } = await jwtVerify(token, publicKeyOf, {
          algorithms: [algorithm],
          typ: type,
          issuer,
          audience,
          requiredClaims,
          currentDate: dateOf(clock.now()),
        });
        return readClaims(payload);
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },

    // By name: whatever else the export of a key may hold one day must not be published.
    publicKeys: () =>
      keyring.pairs(purpose).map(({ kid, publicKey }) => {
        const { x = "" } = publicKey.export({ format: "jwk" });
        return { kty: "OKP", crv: "Ed25519", alg: algorithm, use: "sig", kid, x };
      }),
  };
}

/** Signed by us, but perhaps by a release that claimed other things. */
function readClaims(payload: Readonly<Record<string, unknown>>): VerifiedToken | null {
  const { sub, sid, claims_version: claimsVersion, auth_time: authTime, exp } = payload;
  if (!isIdText(sub) || !isIdText(sid)) return null;
  if (!isWholeNumber(claimsVersion) || !isWholeNumber(authTime) || !isWholeNumber(exp)) return null;
  return {
    userId: sub,
    sessionId: sid,
    claimsVersion,
    authenticatedAt: instantAt(authTime * 1000),
    expiresAt: instantAt(exp * 1000),
  };
}

const isIdText = (value: unknown): value is Id => typeof value === "string" && isId(value);
const isWholeNumber = (value: unknown): value is number => Number.isSafeInteger(value);
