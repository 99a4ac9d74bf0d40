import type { IdentityDeps } from "./deps.ts";

export type IdentityOperations = ReturnType<typeof bindOperations>;

/** Every use-case with its deps: what the routes call. */
export function bindOperations(_deps: IdentityDeps) {
  return {};
}
