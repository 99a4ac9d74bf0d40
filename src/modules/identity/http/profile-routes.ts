import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { IdentityOperations } from "../operations.ts";
import { profile, updateProfileBody } from "./profile-schemas.ts";

const tags = ["Identity"];
const access = "identity:manage_self";

/** What users see and set of themselves. */
export const createProfileRoutes = ({ plugin, route }: HttpKit, operations: IdentityOperations) =>
  new Elysia({ name: "identity.profile", prefix: "/v1/users/me" })
    .use(plugin)
    .get(
      "",
      ({ ctx }) => operations.getProfile(ctx),
      route({
        operationId: "getProfile",
        tags,
        summary: "Your profile and settings",
        access,
        limit: "read",
        responses: { 200: profile },
        errors: [404],
      }),
    )
    .patch(
      "",
      ({ ctx, body }) => operations.updateProfile(ctx, body),
      route({
        operationId: "updateProfile",
        tags,
        summary: "Change your profile and settings",
        description: "All of what is sent or, when some of it is faulty, nothing.",
        access,
        limit: "write",
        body: updateProfileBody,
        responses: { 200: profile },
        errors: [404],
      }),
    );
