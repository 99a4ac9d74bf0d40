import { Elysia, t } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { IdentityOperations } from "../operations.ts";
import { originOf } from "./origin.ts";
import {
  confirmSecondFactorBody,
  recoveryCodes,
  startedSecondFactor,
} from "./second-factor-schemas.ts";

const tags = ["Identity"];
const access = "identity:manage_self";
const limit = "credentials";

/** A second factor by authenticator app (RFC 6238), with recovery codes. */
export const createSecondFactorRoutes = (
  { plugin, route }: HttpKit,
  operations: IdentityOperations,
) =>
  new Elysia({ name: "identity.second_factor", prefix: "/v1/users/me/second-factor" })
    .use(plugin)
    .post(
      "",
      ({ ctx, exchange }) => once(exchange, () => operations.startSecondFactor(ctx)),
      route({
        operationId: "startSecondFactor",
        tags,
        summary: "Set up a second factor",
        description:
          "Gives the secret for an authenticator app, this once. It counts when a first code has confirmed it, within 15 minutes; asking again replaces it.",
        access,
        stepUp: true,
        limit,
        responses: { 201: startedSecondFactor },
        errors: [404],
        idempotent: true,
        secret: true,
      }),
    )
    .post(
      "/confirmation",
      ({ ctx, exchange, body, request }) =>
        once(exchange, () =>
          operations.confirmSecondFactor(ctx, { ...body, origin: originOf(exchange, request) }),
        ),
      route({
        operationId: "confirmSecondFactor",
        tags,
        summary: "Confirm the second factor with its first code",
        description:
          "From then on signing in needs a code, and all other sessions are over. The access token is, too: refresh it.",
        access,
        limit,
        body: confirmSecondFactorBody,
        responses: { 200: recoveryCodes },
        idempotent: true,
        secret: true,
      }),
    )
    .delete(
      "",
      ({ ctx }) => operations.removeSecondFactor(ctx),
      route({
        operationId: "removeSecondFactor",
        tags,
        summary: "Remove the second factor",
        description: "Roles that ask for one give nothing any more until one is set up again.",
        access,
        stepUp: true,
        limit,
        responses: { 204: t.Void() },
        errors: [409],
      }),
    )
    .post(
      "/recovery-codes",
      ({ ctx, exchange }) => once(exchange, () => operations.replaceRecoveryCodes(ctx)),
      route({
        operationId: "replaceRecoveryCodes",
        tags,
        summary: "Make new recovery codes",
        description: "The old ones are worth nothing any more.",
        access,
        stepUp: true,
        limit,
        responses: { 200: recoveryCodes },
        idempotent: true,
        secret: true,
      }),
    );
