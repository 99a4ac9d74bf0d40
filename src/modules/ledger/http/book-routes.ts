import { Elysia, t } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import { cursor, pageLimit } from "#platform/http/schemas";
import type { LedgerOperations } from "../operations.ts";
import {
  book,
  bookList,
  bookParams,
  closeBookBody,
  closingPage,
  createBookBody,
  reopenBookBody,
  updateBookBody,
} from "./book-schemas.ts";
import { reading, writing } from "./route-heads.ts";

/** Books, and how far they are closed. */
export const createBookRoutes = ({ plugin, route }: HttpKit, operations: LedgerOperations) =>
  new Elysia({ name: "ledger.books", prefix: "/v1/books" })
    .use(plugin)
    .get(
      "",
      ({ ctx }) => operations.listBooks(ctx),
      route({
        ...reading,
        operationId: "listBooks",
        summary: "Your books",
        description:
          "Everybody has a default book, made on first use with the base currency and language of the profile.",
        responses: { 200: bookList },
      }),
    )
    .post(
      "",
      ({ ctx, exchange, body }) => once(exchange, () => operations.createBook(ctx, body)),
      route({
        ...writing,
        operationId: "createBook",
        summary: "Begin a further book",
        description: "With categories of its own. Nobody owns more than 20: beyond them 409.",
        body: createBookBody,
        responses: { 201: book },
        idempotent: true,
      }),
    )
    .get(
      "/:id",
      ({ ctx, params }) => operations.getBook(ctx, params),
      route({
        ...reading,
        operationId: "getBook",
        summary: "One book",
        params: bookParams,
        responses: { 200: book },
        errors: [404],
      }),
    )
    .patch(
      "/:id",
      ({ ctx, params, body, exchange }) =>
        operations.updateBook(ctx, { ...body, ...params, ifMatch: exchange.ifMatch }),
      route({
        ...writing,
        operationId: "updateBook",
        summary: "Change a book's name, base currency or language",
        description: "By its owner. Nothing that was written changes with it.",
        ifMatch: true,
        params: bookParams,
        body: updateBookBody,
        responses: { 200: book },
        errors: [404],
      }),
    )
    .put(
      "/:id/closing",
      ({ ctx, params, body, exchange }) =>
        operations.closeBook(ctx, { ...body, ...params, ifMatch: exchange.ifMatch }),
      route({
        ...writing,
        operationId: "closeBook",
        summary: "Close a book up to a day",
        description:
          "By its owner. Nothing on or before that day can be created, changed or voided any more. 409 when more than that is closed.",
        ifMatch: true,
        params: bookParams,
        body: closeBookBody,
        responses: { 200: book },
        errors: [404, 409],
      }),
    )
    .post(
      "/:id/reopening",
      ({ ctx, params, body, exchange }) =>
        operations.reopenBook(ctx, { ...body, ...params, ifMatch: exchange.ifMatch }),
      route({
        ...{ ...writing, limit: "credentials" },
        operationId: "reopenBook",
        summary: "Reopen closed days of a book",
        description: "By its owner, who says why. 409 when those days are open.",
        stepUp: true,
        ifMatch: true,
        params: bookParams,
        body: reopenBookBody,
        responses: { 200: book },
        errors: [404, 409],
      }),
    )
    .get(
      "/:id/closings",
      ({ ctx, params, query }) => operations.listClosings(ctx, { ...query, ...params }),
      route({
        ...reading,
        operationId: "listClosings",
        summary: "How the closed period of a book moved",
        description: "Closings and reopenings, the newest first.",
        params: bookParams,
        query: t.Object({ limit: pageLimit, cursor }),
        responses: { 200: closingPage },
        errors: [404],
      }),
    );
