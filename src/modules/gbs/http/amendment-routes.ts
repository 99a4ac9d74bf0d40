import { Elysia } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import { amendmentBody, amendmentParams, amendmentsPage } from "./amendment-schemas.ts";
import { debt, debtParams } from "./debt-schemas.ts";
import { ofDebtQuery } from "./payment-schemas.ts";

const tags = ["Debts"];
const answering = {
  tags,
  access: "gbs:write",
  limit: "write",
  idempotent: true,
  params: amendmentParams,
  responses: { 200: debt },
  errors: [404, 409],
} as const;

/** Terms change only by what one party proposes and the other accepts. */
export const createAmendmentRoutes = ({ plugin, route }: HttpKit, operations: GbsOperations) =>
  new Elysia({ name: "gbs.amendments", prefix: "/v1/debts/:id/amendments" })
    .use(plugin)
    .post(
      "",
      ({ ctx, exchange, params, body }) =>
        once(exchange, () => operations.proposeAmendment(ctx, { ...params, ...body })),
      route({
        operationId: "proposeAmendment",
        tags,
        summary: "Propose other terms",
        description:
          "Either party may, one at a time, at most 20 a day. Nothing changes until the other one accepts. The proposal is `openAmendment` of the answer.",
        access: "gbs:write",
        limit: "write",
        idempotent: true,
        params: debtParams,
        body: amendmentBody,
        responses: { 201: debt },
        errors: [404, 409],
      }),
    )
    .get(
      "",
      ({ ctx, params, query }) => operations.listAmendments(ctx, { ...params, ...query }),
      route({
        operationId: "listAmendments",
        tags,
        summary: "All amendments that were ever proposed, the oldest first",
        access: "gbs:read",
        limit: "read",
        params: debtParams,
        query: ofDebtQuery,
        responses: { 200: amendmentsPage },
        errors: [404],
      }),
    )
    .post(
      "/:amendmentId/acceptance",
      ({ ctx, exchange, params }) => once(exchange, () => operations.acceptAmendment(ctx, params)),
      route({
        ...answering,
        operationId: "acceptAmendment",
        summary: "Agree to other terms",
        description:
          "They are in force from then on. 409 when days or payments have overtaken them.",
        stepUp: true,
      }),
    )
    .post(
      "/:amendmentId/decline",
      ({ ctx, exchange, params }) => once(exchange, () => operations.declineAmendment(ctx, params)),
      route({
        ...answering,
        operationId: "declineAmendment",
        summary: "Do not agree to other terms",
      }),
    )
    .post(
      "/:amendmentId/withdrawal",
      ({ ctx, exchange, params }) =>
        once(exchange, () => operations.withdrawAmendment(ctx, params)),
      route({
        ...answering,
        operationId: "withdrawAmendment",
        summary: "Take back other terms that you proposed",
      }),
    );
