import type { RequestContext } from "#platform/kernel/context";
import type { IdentityDeps } from "./deps.ts";
import { getProfile } from "./use-cases/get-profile.ts";
import { type UpdateProfileInput, updateProfile } from "./use-cases/update-profile.ts";

export type IdentityOperations = ReturnType<typeof bindOperations>;

/** Every use-case with its deps: what the routes call. */
export const bindOperations = (deps: IdentityDeps) => ({
  getProfile: (ctx: RequestContext) => getProfile(deps, ctx),
  updateProfile: (ctx: RequestContext, input: UpdateProfileInput) =>
    updateProfile(deps, ctx, input),
});
