import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { LiveSession } from "../contract.ts";
import type { IdentityDeps } from "../deps.ts";
import { effectiveRoles, permissionsOf } from "../domain/roles.ts";
import { maxUserIds } from "./find-users.ts";

/** See {@link IdentityApi.liveSessions}. */
export async function liveSessions(
  deps: Pick<IdentityDeps, "db" | "clock" | "sessions">,
  _ctx: RequestContext,
  { sessionIds }: { readonly sessionIds: readonly Id[] },
): Promise<readonly LiveSession[]> {
  if (sessionIds.length > maxUserIds)
    throw invalidField("sessionIds", `At most ${maxUserIds} at once.`);
  if (sessionIds.length === 0) return [];
  const now = deps.clock.now();
  const holders = await deps.sessions.liveHolders(deps.db.read, sessionIds, now);
  return holders.map(({ sessionId, userId, roles, hasSecondFactor }) => ({
    ...{ sessionId, userId },
    permissions: permissionsOf(effectiveRoles(roles, hasSecondFactor)),
  }));
}
