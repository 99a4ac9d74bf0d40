import type { LedgerDeps } from "./deps.ts";

export type LedgerOperations = ReturnType<typeof bindOperations>;

/** Every use-case with its deps: what the routes call. */
export function bindOperations(_deps: LedgerDeps) {
  return {};
}
