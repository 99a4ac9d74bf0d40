import { Elysia, t } from "elysia";
import { uploadOf } from "#platform/http/exchange";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { LedgerOperations } from "../operations.ts";
import {
  answersBody,
  importParams,
  importRowsPage,
  importRowsQuery,
  importSchema,
  importsPage,
  importsQuery,
  importUpload,
  uploadQuery,
} from "./import-schemas.ts";
import { reading, writing } from "./route-heads.ts";

/** A bank's file, from its upload to its transactions and back. */
export function createImportRoutes(kit: HttpKit, operations: LedgerOperations) {
  const { route } = kit;
  return new Elysia({ name: "ledger.imports", prefix: "/v1/imports" })
    .use(kit.plugin)
    .post(
      "",
      ({ ctx, exchange, query }) =>
        once(exchange, () => operations.uploadImport(ctx, query, uploadOf(exchange))),
      route({
        ...writing,
        operationId: "uploadImport",
        summary: "Upload a bank's CSV file",
        description:
          "Separator, encoding, columns, decimal mark and the order of dates are found over the whole file. Ask for the import until its state is `ready`; nothing is in the ledger before you commit it.",
        query: uploadQuery,
        upload: importUpload,
        idempotent: true,
        responses: { 202: importSchema },
        errors: [404, 409],
      }),
    )
    .get(
      "",
      ({ ctx, query }) => operations.listImports(ctx, query),
      route({
        ...reading,
        operationId: "listImports",
        summary: "The imports of a book, the newest first",
        query: importsQuery,
        responses: { 200: importsPage },
        errors: [404],
      }),
    )
    .get(
      "/:id",
      ({ ctx, params }) => operations.getImport(ctx, params),
      route({
        ...reading,
        operationId: "getImport",
        summary: "An import: how its file is read, what is asked, how far it is",
        params: importParams,
        responses: { 200: importSchema },
        errors: [404],
      }),
    )
    .patch(
      "/:id",
      ({ ctx, exchange, params, body }) =>
        operations.answerImport(ctx, { ...params, version: exchange.ifMatch, answers: body }),
      route({
        ...writing,
        operationId: "answerImport",
        summary: "Say how a file is to be read",
        description:
          "Answers to `questions`, or another format than was found. All rows are read and judged again.",
        ifMatch: true,
        params: importParams,
        body: answersBody,
        responses: { 202: importSchema },
        errors: [404, 409],
      }),
    )
    .delete(
      "/:id",
      ({ ctx, exchange, params }) =>
        operations.removeImport(ctx, { ...params, version: exchange.ifMatch }),
      route({
        ...writing,
        operationId: "removeImport",
        summary: "Forget an import that was not committed",
        ifMatch: true,
        params: importParams,
        responses: { 204: t.Void() },
        errors: [404, 409],
      }),
    )
    .get(
      "/:id/rows",
      ({ ctx, params, query }) => operations.listImportRows(ctx, { ...params, ...query }),
      route({
        ...reading,
        operationId: "listImportRows",
        summary: "The rows of a file, with what is made of each and why",
        params: importParams,
        query: importRowsQuery,
        responses: { 200: importRowsPage },
        errors: [404],
      }),
    )
    .post(
      "/:id/commit",
      ({ ctx, exchange, params }) =>
        once(exchange, () =>
          operations.commitImport(ctx, { ...params, version: exchange.ifMatch }),
        ),
      route({
        ...writing,
        operationId: "commitImport",
        summary: "Record the new rows of a file",
        description:
          "All of them or none; duplicates and faulty rows are left out. When the account has changed since the rows were compared, the import is `ready` again with other verdicts.",
        ifMatch: true,
        idempotent: true,
        params: importParams,
        responses: { 202: importSchema },
        errors: [404, 409],
      }),
    )
    .post(
      "/:id/undo",
      ({ ctx, exchange, params }) =>
        once(exchange, () => operations.undoImport(ctx, { ...params, version: exchange.ifMatch })),
      route({
        ...writing,
        operationId: "undoImport",
        summary: "Void everything that an import recorded",
        description:
          "All of it or nothing, also what was changed since; the history of each transaction stays. Afterwards the same file can be imported again.",
        ifMatch: true,
        idempotent: true,
        params: importParams,
        responses: { 202: importSchema },
        errors: [404, 409],
      }),
    );
}
