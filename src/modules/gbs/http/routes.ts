import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";

/** Each area has a file of its own. */
export function createGbsRoutes(_kit: HttpKit, _operations: GbsOperations) {
  return new Elysia({ name: "gbs.routes" });
}
