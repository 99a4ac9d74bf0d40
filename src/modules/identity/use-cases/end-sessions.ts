import type { Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { IdentityDeps } from "../deps.ts";
import type { SessionEnd } from "../domain/session.ts";

export type EndSessionsDeps = Pick<
  IdentityDeps,
  "clock" | "ids" | "sessions" | "revocations" | "tokenCache"
>;

/**
 * Ends live sessions of a user in the caller's transaction: all, `only` some, or all but `exceptSessionId`. Their
 * tokens are refused within seconds on every node, by this one at once. Gives the sessions that it ended.
 */
export async function endSessions(
  deps: EndSessionsDeps,
  tx: Tx,
  input: {
    readonly userId: Id;
    readonly only?: readonly Id[] | undefined;
    readonly exceptSessionId?: Id | undefined;
    readonly reason: SessionEnd;
  },
): Promise<readonly Id[]> {
  const { reason, ...choice } = input;
  const at = deps.clock.now();
  const ended = await deps.sessions.end(tx, choice, { at, reason });
  const isAll = choice.only === undefined && choice.exceptSessionId === undefined;
  const revoked = isAll
    ? [{ kind: "user" as const, subjectId: choice.userId }]
    : ended.map((subjectId) => ({ kind: "session" as const, subjectId }));
  const rows = revoked.map((subject) => ({ ...subject, id: deps.ids.next(), revokedAt: at }));
  await deps.revocations.add(tx, rows);
  deps.tokenCache.distrust(revoked.map((subject) => subject.subjectId));
  return ended;
}
