import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { IdentityOperations } from "../operations.ts";
import { createProfileRoutes } from "./profile-routes.ts";

/** Each area has a file of its own. */
export function createIdentityRoutes(kit: HttpKit, operations: IdentityOperations) {
  return new Elysia({ name: "identity.routes" }).use(createProfileRoutes(kit, operations));
}
