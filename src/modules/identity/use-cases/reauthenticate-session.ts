import type { Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { IdentityDeps } from "../deps.ts";
import { isLive, type SessionGrant } from "../domain/session.ts";
import { identityErrors } from "../errors.ts";
import { grantOf } from "./grant-of.ts";

/**
 * Notes that whoever has this session has just proved a password or second factor; new tokens for it say so. Its refresh
 * token stays the same. Errors: `identity.session_not_found` (404).
 */
export async function reauthenticateSession(
  deps: Pick<IdentityDeps, "clock" | "sessions" | "refreshTokenMacs">,
  tx: Tx,
  { userId, sessionId }: { readonly userId: Id; readonly sessionId: Id },
): Promise<SessionGrant> {
  const now = deps.clock.now();
  const family = await deps.sessions.lockFamily(tx, sessionId);
  if (family?.userId !== userId || !isLive(family, now))
    throw identityErrors.fail("session_not_found", "This session is over.");
  await deps.sessions.setAuthenticatedAt(tx, sessionId, now);
  return grantOf(deps, { ...family, authenticatedAt: now });
}
