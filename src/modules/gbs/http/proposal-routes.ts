import { Elysia } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import { debt, debtParams } from "./debt-schemas.ts";
import { reasonBody } from "./payment-schemas.ts";
import { cancellationParams, disputeParams } from "./proposal-schemas.ts";

const writing = {
  tags: ["Debts"],
  access: "gbs:write",
  limit: "write",
  idempotent: true,
  errors: [404, 409],
} as const;
const beginning = {
  ...writing,
  params: debtParams,
  body: reasonBody,
  responses: { 201: debt },
} as const;
const ending = { ...writing, params: cancellationParams, responses: { 200: debt } } as const;

/** Ends that both agree to, what the borrower objects to, and default. */
export const createProposalRoutes = ({ plugin, route }: HttpKit, operations: GbsOperations) =>
  new Elysia({ name: "gbs.proposals", prefix: "/v1/debts/:id" })
    .use(plugin)
    .post(
      "/cancellations",
      ({ ctx, exchange, params, body }) =>
        once(exchange, () => operations.proposeCancellation(ctx, { ...params, ...body })),
      route({
        ...beginning,
        operationId: "proposeCancellation",
        summary: "Propose to end the debt without the rest of it",
        description:
          "Either party may, one at a time, at most 20 a day. Nothing changes until the other one accepts.",
      }),
    )
    .post(
      "/cancellations/:cancellationId/acceptance",
      ({ ctx, exchange, params }) =>
        once(exchange, () => operations.acceptCancellation(ctx, params)),
      route({
        ...ending,
        operationId: "acceptCancellation",
        summary: "Agree to end the debt without the rest of it",
        stepUp: true,
      }),
    )
    .post(
      "/cancellations/:cancellationId/decline",
      ({ ctx, exchange, params }) =>
        once(exchange, () => operations.declineCancellation(ctx, params)),
      route({
        ...ending,
        operationId: "declineCancellation",
        summary: "Do not agree to end the debt",
      }),
    )
    .post(
      "/cancellations/:cancellationId/withdrawal",
      ({ ctx, exchange, params }) =>
        once(exchange, () => operations.withdrawCancellation(ctx, params)),
      route({
        ...ending,
        operationId: "withdrawCancellation",
        summary: "Take back that the debt should end",
      }),
    )
    .post(
      "/disputes",
      ({ ctx, exchange, params, body }) =>
        once(exchange, () => operations.raiseDispute(ctx, { ...params, ...body })),
      route({
        ...beginning,
        operationId: "raiseDispute",
        summary: "Object to the debt, as its borrower",
        description: "It is recorded, and the lender is told. It changes no amounts.",
      }),
    )
    .post(
      "/disputes/:disputeId/withdrawal",
      ({ ctx, exchange, params }) => once(exchange, () => operations.withdrawDispute(ctx, params)),
      route({
        ...writing,
        operationId: "withdrawDispute",
        summary: "Take an objection back",
        description: "That it was raised stays in the custody log.",
        params: disputeParams,
        responses: { 200: debt },
      }),
    )
    .post(
      "/default",
      ({ ctx, exchange, params }) => once(exchange, () => operations.declareDefault(ctx, params)),
      route({
        ...writing,
        operationId: "declareDefault",
        summary: "Declare that the debt is not paid as agreed",
        description:
          "The lender alone can, 24 hours after the end of a due day that is not paid at the earliest; it never happens by itself. The debt can still be paid.",
        stepUp: true,
        params: debtParams,
        responses: { 200: debt },
      }),
    );
