import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import { createKeyRoutes } from "./key-routes.ts";

/** Each area has a file of its own. */
export function createGbsRoutes(kit: HttpKit, operations: GbsOperations) {
  return new Elysia({ name: "gbs.routes" }).use(createKeyRoutes(kit, operations));
}
