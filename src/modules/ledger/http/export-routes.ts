import { Elysia, t } from "elysia";
import { download } from "#platform/http/download";
import type { HttpKit } from "#platform/http/kit";
import { localDate } from "#platform/http/schemas";
import type { LedgerOperations } from "../operations.ts";
import { bookId } from "./book-schemas.ts";
import { readingMuch } from "./route-heads.ts";
import { transactionFilterQuery } from "./transaction-filter-schemas.ts";
import { transaction } from "./transaction-schemas.ts";

const { state: _, ...filterQuery } = transactionFilterQuery;
const streamed =
  "The oldest first, of one state of the book, sent as slowly as it is taken. A transfer that ends early breaks off: what arrived whole is whole. Void ones are left out. At most two at a time.";

/** A book as files for other programs. */
export function createExportRoutes({ plugin, route }: HttpKit, operations: LedgerOperations) {
  return new Elysia({ name: "ledger.export.routes", prefix: "/v1/exports" })
    .use(plugin)
    .get(
      "/transactions.csv",
      async ({ ctx, exchange, query }) =>
        download(exchange, {
          ...(await operations.exportCsv(ctx, query)),
          type: "text/csv; charset=utf-8",
        }),
      route({
        ...readingMuch,
        operationId: "exportTransactionsCsv",
        summary: "Transactions for spreadsheets",
        description: `A line for each part, two for a transfer: the amounts of an account add up to its balance. In German and Turkish books with semicolons, decimal commas and a byte order mark. What could pass for a formula begins with an apostrophe. ${streamed}`,
        query: t.Object(filterQuery),
        mediaType: "text/csv",
        responses: { 200: t.String() },
        errors: [404],
      }),
    )
    .get(
      "/transactions.json",
      async ({ ctx, exchange, query }) =>
        download(exchange, {
          ...(await operations.exportJson(ctx, query)),
          type: "application/json",
        }),
      route({
        ...readingMuch,
        operationId: "exportTransactionsJson",
        summary: "Transactions for programs",
        description: `As the list shows them, all in one array. ${streamed}`,
        query: t.Object(filterQuery),
        responses: { 200: t.Array(transaction) },
        errors: [404],
      }),
    )
    .get(
      "/journal",
      async ({ ctx, exchange, query }) =>
        download(exchange, {
          ...(await operations.exportJournal(ctx, query)),
          type: "text/plain; charset=utf-8",
        }),
      route({
        ...readingMuch,
        operationId: "exportJournal",
        summary: "The book as a journal of hledger",
        description: `Accounts as \`assets:\` and \`liabilities:\`, categories as \`income:\` and \`expenses:\`; opening balances against \`equity:opening\`, transfers between currencies through \`equity:conversion\`. Signs that mean something in the format are written in full width. ${streamed}`,
        query: t.Object({
          bookId,
          from: t.Optional(localDate({ description: "The first day." })),
          to: t.Optional(localDate({ description: "The last day." })),
        }),
        mediaType: "text/plain",
        responses: { 200: t.String() },
        errors: [404],
      }),
    );
}
