import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";

/** Who acts. The guard lets nobody but users through to where this is asked. */
export function ownUserId({ actor }: RequestContext): Id {
  if (actor.type !== "user") throw new Error(`${actor.type} acts where only users do`);
  return actor.id;
}

/** Who acts, and in which session; undefined = with a token of his own that belongs to none. */
export function ownSession(ctx: RequestContext): {
  readonly userId: Id;
  readonly sessionId: Id | undefined;
} {
  const { actor } = ctx;
  const sessionId = actor.type === "user" ? (actor.sessionId ?? undefined) : undefined;
  return { userId: ownUserId(ctx), sessionId };
}
