import type { RequestContext } from "#platform/kernel/context";
import { type Id, parseId } from "#platform/kernel/ids";
import type { IdentityDeps } from "../deps.ts";
import { identityErrors } from "../errors.ts";
import { type EndSessionsDeps, endSessions } from "./end-sessions.ts";
import { ownSession, ownUserId } from "./own-user.ts";

type Deps = EndSessionsDeps & Pick<IdentityDeps, "db">;

/** Ends the session that asks. Throws `identity.session_not_found` (404) when there is none. */
export async function signOut(deps: Deps, ctx: RequestContext): Promise<void> {
  const { userId, sessionId } = ownSession(ctx);
  if (sessionId === undefined) throw sessionNotFound();
  await endOne(deps, ctx, { userId, sessionId, reason: "logout" });
}

/** Ends one of one's sessions. Throws `identity.session_not_found` (404), also for those of others. */
export async function revokeSession(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<void> {
  const sessionId = parseId(input.id);
  await endOne(deps, ctx, { userId: ownUserId(ctx), sessionId, reason: "revoked" });
}

/** Ends all of one's sessions but the one that asks; gives how many. */
export async function revokeOtherSessions(
  deps: Deps,
  ctx: RequestContext,
): Promise<{ readonly ended: number }> {
  const { userId, sessionId: exceptSessionId } = ownSession(ctx);
  const ended = await deps.db.transact(ctx, (tx) =>
    endSessions(deps, tx, { userId, exceptSessionId, reason: "revoked" }),
  );
  return { ended: ended.length };
}

async function endOne(
  deps: Deps,
  ctx: RequestContext,
  session: {
    readonly userId: Id;
    readonly sessionId: Id;
    readonly reason: "logout" | "revoked";
  },
): Promise<void> {
  const { userId, sessionId, reason } = session;
  const ended = await deps.db.transact(ctx, (tx) =>
    endSessions(deps, tx, { userId, only: [sessionId], reason }),
  );
  if (ended.length === 0) throw sessionNotFound();
}

const sessionNotFound = () =>
  identityErrors.fail("session_not_found", "You have no such session, or it is over.");
