import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { IdentityDeps, NotificationCategory } from "../deps.ts";
import { type Profile, toProfile } from "../domain/profile.ts";
import { identityErrors } from "../errors.ts";
import { ownUserId } from "./own-user.ts";

export type ProfileDeps = Pick<
  IdentityDeps,
  "db" | "profiles" | "claimsOf" | "notificationCategories"
>;

export type OwnProfile = Profile<NotificationCategory>;

/** Throws `identity.user_not_found` (404). */
export async function profileOf(
  deps: ProfileDeps,
  ctx: RequestContext,
  { userId }: { readonly userId: Id },
): Promise<OwnProfile> {
  const [stored, [claims]] = await Promise.all([
    deps.profiles.find(deps.db.read, userId),
    deps.claimsOf(ctx, { userIds: [userId] }),
  ]);
  if (!stored) throw identityErrors.fail("user_not_found", "There is no such user.");
  if (!claims) throw new Error("a user has no plan");
  return toProfile(stored, { plan: claims.plan, categories: deps.notificationCategories });
}

/** The profile of whoever asks. */
export const getProfile = (deps: ProfileDeps, ctx: RequestContext): Promise<OwnProfile> =>
  profileOf(deps, ctx, { userId: ownUserId(ctx) });
