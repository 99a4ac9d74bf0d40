import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";

/** Who acts. The guard lets nobody but users through to where this is asked. */
export function ownUserId({ actor }: RequestContext): Id {
  if (actor.type !== "user") throw new Error(`${actor.type} acts where only users do`);
  return actor.id;
}
