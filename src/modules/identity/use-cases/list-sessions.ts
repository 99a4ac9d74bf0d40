import type { RequestContext } from "#platform/kernel/context";
import { decodeMoment, type Page, pageOf } from "#platform/kernel/page";
import type { Instant } from "#platform/kernel/time";
import type { IdentityDeps, ListedSession } from "../deps.ts";
import { ownSession } from "./own-user.ts";

export type OwnSession = Omit<ListedSession, "idleExpiresAt"> & {
  /** Unless it is refreshed before. */
  readonly expiresAt: Instant;
  /** Whether it is the one that asks. */
  readonly current: boolean;
};

/** Where one is signed in, the newest first. */
export async function listSessions(
  deps: Pick<IdentityDeps, "db" | "clock" | "sessions">,
  ctx: RequestContext,
  input: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<OwnSession>> {
  const { userId, sessionId } = ownSession(ctx);
  const { limit, cursor } = input;
  const rows = await deps.sessions.list(deps.db.read, userId, {
    now: deps.clock.now(),
    before: decodeMoment(cursor, "at"),
    limit: limit + 1,
  });
  const listed = rows.map(({ idleExpiresAt, ...row }) => ({
    ...row,
    expiresAt: idleExpiresAt,
    current: row.id === sessionId,
  }));
  return pageOf(listed, limit, (session) => [session.createdAt, session.id]);
}
