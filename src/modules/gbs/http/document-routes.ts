import { Elysia, t } from "elysia";
import { download } from "#platform/http/download";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import { debtParams } from "./debt-schemas.ts";
import { documentParams, documentsPage } from "./document-schemas.ts";
import { ofDebtQuery } from "./payment-schemas.ts";

const tags = ["Debts"];
const pdf = "application/pdf";

/** What both can keep on paper. */
export const createDocumentRoutes = ({ plugin, route }: HttpKit, operations: GbsOperations) =>
  new Elysia({ name: "gbs.documents", prefix: "/v1/debts/:id/documents" })
    .use(plugin)
    .get(
      "",
      ({ ctx, params, query }) => operations.listDocuments(ctx, { ...params, ...query }),
      route({
        operationId: "listDebtDocuments",
        tags,
        summary: "Agreements and receipt of a debt, the oldest first",
        description:
          "An agreement is made of the first terms and of each amendment, a receipt when the debt is settled. Both parties get a message when one is there, usually within seconds.",
        access: "gbs:read",
        limit: "read",
        params: debtParams,
        query: ofDebtQuery,
        responses: { 200: documentsPage },
        errors: [404],
      }),
    )
    .get(
      "/:documentId/file",
      async ({ ctx, exchange, params }) =>
        download(exchange, { ...(await operations.fetchDocument(ctx, params)), type: pdf }),
      route({
        operationId: "fetchDebtDocument",
        tags,
        summary: "The file of a document",
        description:
          "A PDF in the languages of both parties; its SHA-256 stands with the document and in the custody log. Sent as slowly as it is taken; a transfer that breaks off is no whole file.",
        access: "gbs:read",
        limit: "costly_read",
        params: documentParams,
        mediaType: pdf,
        responses: { 200: t.String() },
        errors: [404],
      }),
    );
