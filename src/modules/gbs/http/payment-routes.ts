import { Elysia } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import { debt, debtParams } from "./debt-schemas.ts";
import {
  claimBody,
  ofDebtQuery,
  paymentParams,
  paymentsPage,
  reasonBody,
} from "./payment-schemas.ts";

const tags = ["Debts"];
const answering = {
  tags,
  access: "gbs:write",
  limit: "write",
  idempotent: true,
  params: paymentParams,
  responses: { 200: debt },
  errors: [404, 409],
} as const;

/** The borrower says what he has paid, the lender what of it has arrived. */
export const createPaymentRoutes = ({ plugin, route }: HttpKit, operations: GbsOperations) =>
  new Elysia({ name: "gbs.payments", prefix: "/v1/debts/:id/payments" })
    .use(plugin)
    .post(
      "",
      ({ ctx, exchange, params, body }) =>
        once(exchange, () => operations.claimPayment(ctx, { ...params, ...body })),
      route({
        operationId: "claimPayment",
        tags,
        summary: "Say that you have paid something",
        description:
          "It counts when the lender confirms it. The payment is the last one of `openPayments`; at most 20 may wait at a time.",
        access: "gbs:write",
        limit: "write",
        idempotent: true,
        params: debtParams,
        body: claimBody,
        responses: { 201: debt },
        errors: [404, 409],
      }),
    )
    .get(
      "",
      ({ ctx, params, query }) => operations.listPayments(ctx, { ...params, ...query }),
      route({
        operationId: "listPayments",
        tags,
        summary: "All payments of a debt, the oldest claim first",
        access: "gbs:read",
        limit: "read",
        params: debtParams,
        query: ofDebtQuery,
        responses: { 200: paymentsPage },
        errors: [404],
      }),
    )
    .post(
      "/:paymentId/confirmation",
      ({ ctx, exchange, params }) => once(exchange, () => operations.confirmPayment(ctx, params)),
      route({
        ...answering,
        operationId: "confirmPayment",
        summary: "Say that a payment has arrived",
        description:
          "Also one that you have contested. The last one settles the debt. It cannot be undone.",
      }),
    )
    .post(
      "/:paymentId/contest",
      ({ ctx, exchange, params, body }) =>
        once(exchange, () => operations.contestPayment(ctx, { ...params, ...body })),
      route({
        ...answering,
        operationId: "contestPayment",
        summary: "Say that a payment has not arrived, and why",
        description: "You can still confirm it, and the borrower can withdraw it.",
        body: reasonBody,
      }),
    )
    .post(
      "/:paymentId/withdrawal",
      ({ ctx, exchange, params }) => once(exchange, () => operations.withdrawPayment(ctx, params)),
      route({
        ...answering,
        operationId: "withdrawPayment",
        summary: "Take back what you said to have paid",
      }),
    );
