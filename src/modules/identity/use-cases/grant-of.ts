import type { IdentityDeps, SessionFamily } from "../deps.ts";
import { formatRefreshToken } from "../domain/refresh-token.ts";
import type { SessionGrant } from "../domain/session.ts";

/** A session with its present refresh token: the same one as often as it is asked for. */
export function grantOf(
  { refreshTokenMacs }: Pick<IdentityDeps, "refreshTokenMacs">,
  family: Omit<SessionFamily, "endedAt" | "device" | "absoluteExpiresAt">,
): SessionGrant {
  const { sessionId, userId, generation, authenticatedAt } = family;
  const mac = refreshTokenMacs.mac(family, family.rotatedAt);
  return {
    ...{ sessionId, userId, authenticatedAt },
    refreshToken: formatRefreshToken({ sessionId, generation, mac }),
    refreshExpiresAt: family.idleExpiresAt,
  };
}
