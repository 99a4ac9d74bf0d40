/** Who did something to or with an account, as far as its owner is told: no names of those who look after it. */
export type ActivityAuthor =
  | "you"
  /** Nobody was signed in: whoever had the password, a code or a link. */
  | "signed_out"
  | "administrator"
  | "other_user"
  /** A job or a command. */
  | "system";

export type ActivityActor =
  | { readonly type: "anonymous" }
  | { readonly type: "user"; readonly id: string }
  | { readonly type: "system" };

/** Where administrators act: a user who does something to another one elsewhere is no more than that. */
const administration = "/v1/admin/";

export function authorOf(
  actor: ActivityActor,
  seen: { readonly userId: string; readonly route: string },
): ActivityAuthor {
  if (actor.type === "system") return "system";
  if (actor.type === "anonymous") return "signed_out";
  if (actor.id === seen.userId) return "you";
  return seen.route.startsWith(administration) ? "administrator" : "other_user";
}

/** Where a request came from is told of one's own, and of those by which one signed in. */
export const showsClient = (author: ActivityAuthor): boolean =>
  author === "you" || author === "signed_out";
