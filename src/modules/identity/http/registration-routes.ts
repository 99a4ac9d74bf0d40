import { Elysia } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import { parseId } from "#platform/kernel/ids";
import type { IdentityOperations } from "../operations.ts";
import { originOf } from "./origin.ts";
import {
  changeAddressBody,
  registrationParams,
  registrationReceipt,
  registrationRules,
  signedUp,
  startRegistrationBody,
  verificationBody,
} from "./registration-schemas.ts";
import { signedIn } from "./signed-in.ts";

const tags = ["Identity"];
const access = "public";
const limit = "credentials";

/** How somebody becomes a user: a code proves the address before anything of a user exists. */
export const createRegistrationRoutes = (
  { plugin, route }: HttpKit,
  operations: IdentityOperations,
) =>
  new Elysia({ name: "identity.registrations", prefix: "/v1/auth" })
    .use(plugin)
    .get(
      "/registration-rules",
      ({ ctx }) => operations.registrationRules(ctx),
      route({
        operationId: "registrationRules",
        tags,
        summary: "What a form for registering needs to know",
        access,
        limit: "read",
        responses: { 200: registrationRules },
      }),
    )
    .post(
      "/registrations",
      ({ ctx, exchange, request, body }) =>
        once(exchange, () =>
          operations.startRegistration(ctx, { ...body, origin: originOf(exchange, request) }),
        ),
      route({
        operationId: "startRegistration",
        tags,
        summary: "Register: mails a code to the address",
        description:
          "The answer is the same whether or not the address has an account; in that case its owner is told by mail. No user exists before the code comes back. A mailbox gets at most 5 mails an hour and 10 a day, whoever asks for them; more are passed over in silence.",
        access,
        limit,
        body: startRegistrationBody,
        responses: { 202: registrationReceipt },
        idempotent: true,
        secret: true,
      }),
    )
    .post(
      "/registrations/:id/codes",
      ({ ctx, exchange, request, params }) =>
        once(exchange, () =>
          operations.resendRegistrationCode(ctx, {
            registrationId: parseId(params.id),
            origin: originOf(exchange, request),
          }),
        ),
      route({
        operationId: "resendRegistrationCode",
        tags,
        summary: "Mail another code",
        description:
          "A minute after the last one, at most 5 codes in all. The code before it still works.",
        access,
        limit,
        params: registrationParams,
        responses: { 202: registrationReceipt },
        errors: [404, 409],
        idempotent: true,
        secret: true,
      }),
    )
    .patch(
      "/registrations/:id",
      ({ ctx, exchange, request, params, body }) =>
        operations.changeRegistrationAddress(ctx, {
          registrationId: parseId(params.id),
          email: body.email,
          origin: originOf(exchange, request),
        }),
      route({
        operationId: "changeRegistrationAddress",
        tags,
        summary: "Correct a mistyped address",
        description: "Mails a code to the new address; codes for the old one stop to work.",
        access,
        limit,
        params: registrationParams,
        body: changeAddressBody,
        responses: { 202: registrationReceipt },
        errors: [404, 409],
      }),
    )
    .post(
      "/registrations/:id/verification",
      async ({ ctx, exchange, request, params, body }) => {
        const { user, session } = await once(exchange, () =>
          operations.verifyRegistration(ctx, {
            registrationId: parseId(params.id),
            code: body.code,
            origin: originOf(exchange, request),
          }),
        );
        return { user, session: signedIn(exchange, session) };
      },
      route({
        operationId: "verifyRegistration",
        tags,
        summary: "Prove the address: makes the user and signs in",
        description:
          "5 attempts a code, 20 wrong ones a day for an address. Every reason why a code does not work is the same answer. 409: the code is right, and the address has become a user meanwhile, so log in.",
        access,
        limit,
        params: registrationParams,
        body: verificationBody,
        responses: { 201: signedUp },
        errors: [409],
        idempotent: true,
        secret: true,
      }),
    );
