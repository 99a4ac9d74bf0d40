import type { ReportsDeps } from "./deps.ts";

export type ReportsOperations = ReturnType<typeof bindOperations>;

/** Every use-case with its deps: what the routes call. */
export function bindOperations(_deps: ReportsDeps) {
  return {};
}
