import { Elysia, t } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { IdentityOperations } from "../operations.ts";
import { originOf } from "./origin.ts";
import {
  changePasswordBody,
  redeemPasswordResetBody,
  requestPasswordResetBody,
  steppedUp,
  stepUpBody,
} from "./password-schemas.ts";

const tags = ["Identity"];
const access = "identity:manage_self";
const limit = "credentials";

/** Passwords: proving, changing, and setting one by mail. */
export const createPasswordRoutes = ({ plugin, route }: HttpKit, operations: IdentityOperations) =>
  new Elysia({ name: "identity.passwords", prefix: "/v1" })
    .use(plugin)
    .post(
      "/auth/step-up",
      ({ ctx, exchange, request, body }) =>
        operations.stepUp(ctx, { ...body, origin: originOf(exchange, request) }),
      route({
        operationId: "stepUp",
        tags,
        summary: "Prove anew that it is you",
        description:
          "By a code where the account has a second factor, else by the password. Routes that ask for it take the new token for five minutes.",
        access,
        limit,
        body: stepUpBody,
        responses: { 200: steppedUp },
        errors: [404],
        secret: true,
      }),
    )
    .put(
      "/users/me/password",
      ({ ctx, exchange, request, body }) =>
        operations.changePassword(ctx, { ...body, origin: originOf(exchange, request) }),
      route({
        operationId: "changePassword",
        tags,
        summary: "Change your password",
        description: "All other sessions are over, and links for a reset worth nothing any more.",
        access,
        stepUp: true,
        limit,
        body: changePasswordBody,
        responses: { 204: t.Void() },
        secret: true,
      }),
    )
    .post(
      "/auth/password-resets",
      ({ ctx, exchange, request, body }) =>
        operations.requestPasswordReset(ctx, { ...body, origin: originOf(exchange, request) }),
      route({
        operationId: "requestPasswordReset",
        tags,
        summary: "Ask for a link to set a new password",
        description:
          "The answer is the same whether or not the address has an account. The link works for 30 minutes and once; a new one ends the older ones. A mailbox gets at most 5 an hour and 10 a day.",
        access: "public",
        limit,
        body: requestPasswordResetBody,
        responses: { 202: t.Object({}) },
      }),
    )
    .post(
      "/auth/password-resets/redemption",
      async ({ ctx, exchange, request, body }) => {
        const origin = originOf(exchange, request);
        exchange.accountId = await operations.redeemPasswordReset(ctx, { ...body, origin });
      },
      route({
        operationId: "redeemPasswordReset",
        tags,
        summary: "Set a new password by a mailed link",
        description:
          "All sessions are over. A second factor stays: signing in needs its code as before. A password that is refused leaves the link as it is.",
        access: "public",
        limit,
        body: redeemPasswordResetBody,
        responses: { 204: t.Void() },
        errors: [410],
        secret: true,
      }),
    );
