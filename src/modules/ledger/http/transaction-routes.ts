import { Elysia } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { LedgerOperations } from "../operations.ts";
import { reading, writing } from "./route-heads.ts";
import {
  changesPage,
  changesQuery,
  newTransactionBody,
  transaction,
  transactionChangesBody,
  transactionParams,
  voidBody,
} from "./transaction-schemas.ts";

/** One transaction at a time. */
export function createTransactionRoutes(kit: HttpKit, operations: LedgerOperations) {
  const { route } = kit;
  return new Elysia({ name: "ledger.transactions", prefix: "/v1/transactions" })
    .use(kit.plugin)
    .post(
      "",
      ({ ctx, exchange, body }) => once(exchange, () => operations.createTransaction(ctx, body)),
      route({
        ...writing,
        operationId: "createTransaction",
        summary: "Record an income, an expense or a transfer",
        description:
          "It belongs to the book of its account. A refund is an income with the category of the expense. A transfer between currencies states both amounts.",
        body: newTransactionBody,
        idempotent: true,
        responses: { 201: transaction },
        errors: [404, 409],
      }),
    )
    .get(
      "/:id",
      ({ ctx, params }) => operations.getTransaction(ctx, params),
      route({
        ...reading,
        operationId: "getTransaction",
        summary: "A transaction",
        params: transactionParams,
        responses: { 200: transaction },
        errors: [404],
      }),
    )
    .patch(
      "/:id",
      ({ ctx, exchange, params, body }) =>
        operations.changeTransaction(ctx, {
          ...{ id: params.id, version: exchange.ifMatch, changes: body },
        }),
      route({
        ...writing,
        operationId: "changeTransaction",
        summary: "Change a transaction",
        description:
          "Any of its fields; balances follow. A new amount needs new `splits` where there are several. Opening balances are changed with their account.",
        ifMatch: true,
        params: transactionParams,
        body: transactionChangesBody,
        responses: { 200: transaction },
        errors: [404, 409],
      }),
    )
    .post(
      "/:id/void",
      ({ ctx, exchange, params, body }) =>
        operations.voidTransaction(ctx, { ...body, id: params.id, version: exchange.ifMatch }),
      route({
        ...writing,
        operationId: "voidTransaction",
        summary: "Void a transaction",
        description:
          "It counts no more and cannot be changed any more, but is still there with its history.",
        ifMatch: true,
        params: transactionParams,
        body: voidBody,
        bodyOptional: true,
        responses: { 200: transaction },
        errors: [404, 409],
      }),
    )
    .get(
      "/:id/history",
      ({ ctx, params, query }) => operations.listTransactionChanges(ctx, { ...params, ...query }),
      route({
        ...reading,
        operationId: "listTransactionChanges",
        summary: "What was done to a transaction",
        description:
          "Who changed or voided it and when, with all of it before and after; the newest change first.",
        params: transactionParams,
        query: changesQuery,
        responses: { 200: changesPage },
        errors: [404],
      }),
    );
}
