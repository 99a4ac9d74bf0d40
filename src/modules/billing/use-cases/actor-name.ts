import type { RequestContext } from "#platform/kernel/context";

/** Who acts, as it is kept with a row: a user's id, or the name of a command. */
export function actorName({ actor, operation }: RequestContext): string {
  if (actor.type === "anonymous")
    throw new Error(`${operation} was reached by nobody in particular`);
  return actor.type === "user" ? actor.id : actor.name;
}
