import type { GbsDeps } from "./deps.ts";

export type GbsOperations = ReturnType<typeof bindOperations>;

/** Every use-case with its deps: what the routes call. */
export const bindOperations = (_deps: GbsDeps) => ({});
