import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import { createDebtRoutes } from "./debt-routes.ts";
import { createKeyRoutes } from "./key-routes.ts";

/** Each area has a file of its own. */
export function createGbsRoutes(kit: HttpKit, operations: GbsOperations) {
  return new Elysia({ name: "gbs.routes" })
    .use(createDebtRoutes(kit, operations))
    .use(createKeyRoutes(kit, operations));
}
