import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { IdentityDeps } from "../deps.ts";
import { effectiveRoles, permissionsOf } from "../domain/roles.ts";
import type { SessionGrant } from "../domain/session.ts";
import { identityErrors } from "../errors.ts";

/** What whoever signs in gets, and who that is. */
export type TokenSet = {
  readonly userId: Id;
  /** A JWT: `Authorization: Bearer ...`. */
  readonly accessToken: string;
  readonly tokenType: "Bearer";
  readonly expiresInSeconds: number;
  /** Works once; the next one comes with the answer. */
  readonly refreshToken: string;
  readonly refreshExpiresAt: Instant;
  readonly sessionId: Id;
};

/**
 * Tokens for a session, outside any transaction. Errors: `identity.refresh_token_invalid` (401) when the user is
 * suspended or gone by now.
 */
export async function issueTokens(
  deps: Pick<IdentityDeps, "db" | "signIns" | "claimsOf" | "accessTokens">,
  ctx: RequestContext,
  grant: SessionGrant,
): Promise<TokenSet> {
  const { userId, sessionId, authenticatedAt } = grant;
  // The version before what it is the version of: what changes in between makes the token too old, never too new.
  const subject = await deps.signIns.tokenSubject(deps.db.read, userId);
  if (subject?.status !== "active")
    throw identityErrors.fail("refresh_token_invalid", "This session is over; sign in again.");
  const [claims] = await deps.claimsOf(ctx, { userIds: [userId] });
  if (!claims) throw new Error("a user has no plan");
  const roles = effectiveRoles(subject.roles, subject.hasSecondFactor);
  const { token, expiresInSeconds } = await deps.accessTokens.sign({
    ...{ userId, sessionId, authenticatedAt, roles },
    permissions: permissionsOf(roles),
    plan: claims.plan,
    claimsVersion: subject.claimsVersion,
  });
  return {
    userId,
    accessToken: token,
    tokenType: "Bearer",
    expiresInSeconds,
    refreshToken: grant.refreshToken,
    refreshExpiresAt: grant.refreshExpiresAt,
    sessionId,
  };
}
