import { Elysia, t } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import { cursor, pageLimit } from "#platform/http/schemas";
import type { IdentityOperations } from "../operations.ts";
import { originOf } from "./origin.ts";
import {
  endedSessions,
  refreshBody,
  sessionPage,
  sessionParams,
  signInBody,
} from "./session-schemas.ts";
import { signedIn } from "./signed-in.ts";
import { tokenSet } from "./token-schemas.ts";

const tags = ["Identity"];
const access = "identity:manage_self";

export const createSessionRoutes = ({ plugin, route }: HttpKit, operations: IdentityOperations) =>
  new Elysia({ name: "identity.sessions", prefix: "/v1/auth" })
    .use(plugin)
    .post(
      "/sessions",
      async ({ ctx, exchange, body, request }) =>
        signedIn(
          exchange,
          await once(exchange, () =>
            operations.signIn(ctx, { ...body, origin: originOf(exchange, request) }),
          ),
        ),
      route({
        operationId: "signIn",
        tags,
        summary: "Sign in",
        description:
          "After five wrong passwords for an address each further try waits longer, up to 15 minutes, whether or not it has an account. 401 `identity.second_factor_required` asks for `code` as well.",
        access: "public",
        limit: "credentials",
        body: signInBody,
        responses: { 201: tokenSet },
        idempotent: true,
        secret: true,
      }),
    )
    .post(
      "/tokens",
      async ({ ctx, exchange, body }) =>
        signedIn(exchange, await operations.refreshSession(ctx, body)),
      route({
        operationId: "refreshSession",
        tags,
        summary: "Get new tokens",
        description:
          "Send no Authorization header along: an expired access token would be refused. Each refresh token works once; sent again within 20 seconds it gets the same successor. Sent later it is taken for stolen: the session ends. A session ends after 30 days without a refresh, and after 90 days in any case.",
        access: "public",
        limit: "credentials",
        body: refreshBody,
        responses: { 200: tokenSet },
        secret: true,
      }),
    )
    .get(
      "/sessions",
      ({ ctx, query }) => operations.listSessions(ctx, query),
      route({
        operationId: "listSessions",
        tags,
        summary: "Where you are signed in",
        description: "The newest first.",
        access,
        limit: "costly_read",
        query: t.Object({ cursor, limit: pageLimit }),
        responses: { 200: sessionPage },
      }),
    )
    .delete(
      "/sessions/current",
      async ({ ctx }) => {
        await operations.signOut(ctx);
      },
      route({
        operationId: "signOut",
        tags,
        summary: "Sign out",
        description: "Ends this session; its tokens are refused from now on.",
        access,
        limit: "write",
        responses: { 204: t.Void() },
        errors: [404],
      }),
    )
    .delete(
      "/sessions/others",
      ({ ctx }) => operations.revokeOtherSessions(ctx),
      route({
        operationId: "revokeOtherSessions",
        tags,
        summary: "Sign out everywhere else",
        access,
        limit: "write",
        responses: { 200: endedSessions },
      }),
    )
    .delete(
      "/sessions/:id",
      async ({ ctx, params }) => {
        await operations.revokeSession(ctx, params);
      },
      route({
        operationId: "revokeSession",
        tags,
        summary: "Sign out one of your devices",
        access,
        limit: "write",
        params: sessionParams,
        responses: { 204: t.Void() },
        errors: [404],
      }),
    );
