import { Elysia } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { LedgerOperations } from "../operations.ts";
import { reading, readingMuch, writing } from "./route-heads.ts";
import {
  bulkChangeBody,
  bulkChangeResult,
  listTransactionsQuery,
  totalTransactionsQuery,
  transactionPage,
  transactionTotals,
} from "./transaction-filter-schemas.ts";

/** Finding transactions, and what they come to. */
export function createTransactionSearchRoutes(
  { plugin, route }: HttpKit,
  operations: LedgerOperations,
) {
  return new Elysia({ name: "ledger.transaction-search.routes", prefix: "/v1/transactions" })
    .use(plugin)
    .get(
      "",
      ({ ctx, query }) => operations.findTransactions(ctx, query),
      route({
        ...reading,
        operationId: "listTransactions",
        summary: "Transactions, filtered",
        description: "The newest first. A cursor belongs to the filter that it came from.",
        query: listTransactionsQuery,
        responses: { 200: transactionPage },
        errors: [404],
      }),
    )
    .get(
      "/totals",
      ({ ctx, query }) => operations.totalTransactions(ctx, query),
      route({
        ...readingMuch,
        operationId: "totalTransactions",
        summary: "How many transactions match, and what they come to",
        description:
          "Takes the filter of the list. Counts and adds up to 10,000 matches, the newest; `more` tells that there are others.",
        query: totalTransactionsQuery,
        responses: { 200: transactionTotals },
        errors: [404],
      }),
    )
    .post(
      "/bulk-changes",
      ({ ctx, body, exchange }) =>
        once(exchange, () => operations.bulkChangeTransactions(ctx, body)),
      route({
        ...writing,
        operationId: "bulkChangeTransactions",
        summary: "Change or void all that match",
        description:
          "All of them or none. Ask for the totals first, and send their `count` as `expectedCount`: when others match by then, 409. At most 5,000. The history of each keeps what it was.",
        idempotent: true,
        body: bulkChangeBody,
        responses: { 200: bulkChangeResult },
        errors: [404, 409],
      }),
    );
}
