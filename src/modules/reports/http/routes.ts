import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { ReportsOperations } from "../operations.ts";

/** Each area has a file of its own. */
export function createReportsRoutes(_kit: HttpKit, _operations: ReportsOperations) {
  return new Elysia({ name: "reports.routes" });
}
