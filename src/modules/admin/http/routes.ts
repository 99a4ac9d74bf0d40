import { Elysia } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import { parseId } from "#platform/kernel/ids";
import type { AdminOperations } from "../operations.ts";
import {
  accountActionPage,
  adminUser,
  adminUserPage,
  listActionsQuery,
  listUsersQuery,
  reasonBody,
  rolesBody,
  userParams,
} from "./schemas.ts";

const tags = ["Admin"];

/** Users, for those who look after them. */
export function createAdminRoutes({ plugin, route }: HttpKit, operations: AdminOperations) {
  return new Elysia({ name: "admin.routes", prefix: "/v1/admin/users" })
    .use(plugin)
    .get(
      "",
      ({ ctx, query }) => operations.searchUsers(ctx, query),
      route({
        operationId: "listUsers",
        tags,
        summary: "Find users",
        description: "The newest first. Mail addresses are masked.",
        access: "admin:read_users",
        audit: "always",
        limit: "costly_read",
        query: listUsersQuery,
        responses: { 200: adminUserPage },
      }),
    )
    .get(
      "/:id",
      ({ ctx, params }) => operations.userForAdmin(ctx, userOf(params)),
      route({
        operationId: "getUser",
        tags,
        summary: "One user",
        access: "admin:read_users",
        audit: "always",
        limit: "read",
        params: userParams,
        responses: { 200: adminUser },
        errors: [404],
      }),
    )
    .get(
      "/:id/actions",
      ({ ctx, params, query }) => operations.accountActions(ctx, { ...userOf(params), ...query }),
      route({
        operationId: "listAccountActions",
        tags,
        summary: "What was done to an account, by whom and why",
        description: "The newest first.",
        access: "admin:read_users",
        audit: "always",
        limit: "read",
        params: userParams,
        query: listActionsQuery,
        responses: { 200: accountActionPage },
        errors: [404],
      }),
    )
    .post(
      "/:id/suspension",
      ({ ctx, params, body, exchange }) =>
        once(exchange, () => operations.suspendUser(ctx, { ...userOf(params), ...body })),
      route({
        operationId: "suspendUser",
        tags,
        summary: "Suspend a user",
        description:
          "Ends every session at once, and logging in answers as if the password were wrong. The user is told by mail, without the reason.",
        access: "admin:suspend_users",
        stepUp: true,
        limit: "write",
        idempotent: true,
        params: userParams,
        body: reasonBody,
        responses: { 200: adminUser },
        errors: [404, 409],
      }),
    )
    .post(
      "/:id/restoration",
      ({ ctx, params, body, exchange }) =>
        once(exchange, () => operations.restoreUser(ctx, { ...userOf(params), ...body })),
      route({
        operationId: "restoreUser",
        tags,
        summary: "Let a suspended user in again",
        description: "The user is told by mail, and logs in again.",
        access: "admin:suspend_users",
        stepUp: true,
        limit: "write",
        idempotent: true,
        params: userParams,
        body: reasonBody,
        responses: { 200: adminUser },
        errors: [404, 409],
      }),
    )
    .put(
      "/:id/roles",
      ({ ctx, params, body }) => operations.setRoles(ctx, { ...userOf(params), ...body }),
      route({
        operationId: "setRoles",
        tags,
        summary: "Set the roles of a user",
        description:
          "Counts within seconds: present access tokens are refused, a refresh gets new ones. Some roles give nothing until the user has a second factor.",
        access: "admin:grant_roles",
        stepUp: true,
        limit: "write",
        params: userParams,
        body: rolesBody,
        responses: { 200: adminUser },
        errors: [404, 409],
      }),
    );
}

const userOf = (params: { readonly id: string }) => ({ userId: parseId(params.id) });
