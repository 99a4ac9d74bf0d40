import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { IdentityOperations } from "../operations.ts";

/** Each area has a file of its own. */
export function createIdentityRoutes(_kit: HttpKit, _operations: IdentityOperations) {
  return new Elysia({ name: "identity.routes" });
}
