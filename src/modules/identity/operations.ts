import type { RequestContext } from "#platform/kernel/context";
import type { IdentityDeps } from "./deps.ts";
import { getProfile } from "./use-cases/get-profile.ts";

export type IdentityOperations = ReturnType<typeof bindOperations>;

/** Every use-case with its deps: what the routes call. */
export const bindOperations = (deps: IdentityDeps) => ({
  getProfile: (ctx: RequestContext) => getProfile(deps, ctx),
});
