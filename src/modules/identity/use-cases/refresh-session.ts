import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import type { IdentityDeps, SessionFamily } from "../deps.ts";
import { judgeRefresh, parseRefreshToken, type RefreshToken } from "../domain/refresh-token.ts";
import { idleExpiry, isLive, type SessionGrant } from "../domain/session.ts";
import { identityErrors } from "../errors.ts";
import { type EndSessionsDeps, endSessions } from "./end-sessions.ts";
import { grantOf } from "./grant-of.ts";
import { issueTokens, type TokenSet } from "./issue-tokens.ts";

type Deps = EndSessionsDeps &
  Parameters<typeof issueTokens>[0] &
  Pick<IdentityDeps, "refreshTokenMacs" | "notify">;

/**
 * New tokens for old. Each refresh token works once; the one before, for some seconds, gives what its first use gave.
 * Any other that is ours was copied: the session ends, and its user is told. Throws `identity.refresh_token_invalid`.
 */
export async function refreshSession(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly refreshToken: string },
): Promise<TokenSet> {
  const token = parseRefreshToken(input.refreshToken);
  if (token === null || !(await isOurs(deps, token))) throw tokenInvalid();
  // Refused only after that has committed: what ended stays ended.
  const grant = await deps.db.transact(ctx, (tx) => exchange(deps, tx, token));
  if (grant === null) throw tokenInvalid();
  return issueTokens(deps, ctx, grant);
}

/** Nothing is done, or locked, for whoever only knows a session's id. */
async function isOurs(deps: Deps, token: RefreshToken): Promise<boolean> {
  const { sessionId, generation, mac } = token;
  const family = await deps.sessions.findFamily(deps.db.read, sessionId);
  if (!family) return false;
  const { familySecret } = family;
  return deps.refreshTokenMacs.matches({ sessionId, generation, familySecret }, mac);
}

async function exchange(
  deps: Deps,
  tx: Tx,
  { sessionId, generation }: RefreshToken,
): Promise<SessionGrant | null> {
  const now = deps.clock.now();
  const family = await deps.sessions.lockFamily(tx, sessionId);
  if (!family || !isLive(family, now)) return null;
  switch (judgeRefresh(family, generation, now)) {
    case "repeat":
      return grantOf(deps, family);
    case "reused":
      await endFamily(deps, tx, family);
      return null;
    case "rotate": {
      const idleExpiresAt = idleExpiry(now, family.absoluteExpiresAt);
      const raised = { sessionId, from: generation, at: now, idleExpiresAt };
      if (!(await deps.sessions.raiseGeneration(tx, raised)))
        throw new Error("a locked session was refreshed by somebody else");
      return grantOf(deps, {
        ...{ ...family, idleExpiresAt },
        ...{ generation: generation + 1, rotatedAt: now },
      });
    }
  }
}

async function endFamily(deps: Deps, tx: Tx, family: SessionFamily): Promise<void> {
  const { userId, sessionId, device } = family;
  await endSessions(deps, tx, { userId, only: [sessionId], reason: "refresh_token_reused" });
  await deps.notify(
    tx,
    "identity.refresh_token_reused",
    { userId },
    { device: device || "-", time: deps.clock.now() },
  );
}

const tokenInvalid = () =>
  identityErrors.fail("refresh_token_invalid", "This session is over; sign in again.");
