import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { IdentityOperations } from "../operations.ts";
import { createActivityRoutes } from "./activity-routes.ts";
import { createKeyRoutes } from "./key-routes.ts";
import { createPasswordRoutes } from "./password-routes.ts";
import { createProfileRoutes } from "./profile-routes.ts";
import { createRegistrationRoutes } from "./registration-routes.ts";
import { resetPageRoutes } from "./reset-page/routes.ts";
import { createSecondFactorRoutes } from "./second-factor-routes.ts";
import { createSessionRoutes } from "./session-routes.ts";

/** Each area has a file of its own. */
export function createIdentityRoutes(kit: HttpKit, operations: IdentityOperations) {
  return new Elysia({ name: "identity.routes" })
    .use(createRegistrationRoutes(kit, operations))
    .use(createSessionRoutes(kit, operations))
    .use(createKeyRoutes(kit, operations))
    .use(createProfileRoutes(kit, operations))
    .use(createActivityRoutes(kit, operations))
    .use(createSecondFactorRoutes(kit, operations))
    .use(createPasswordRoutes(kit, operations))
    .use(resetPageRoutes());
}
