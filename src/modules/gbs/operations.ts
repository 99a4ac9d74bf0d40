import type { GbsDeps } from "./deps.ts";
import { publishKeys } from "./use-cases/publish-keys.ts";

export type GbsOperations = ReturnType<typeof bindOperations>;

/** Every use-case with its deps: what the routes call. */
export const bindOperations = (deps: GbsDeps) => ({
  publishKeys: () => publishKeys(deps),
});
