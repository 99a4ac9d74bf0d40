import { Elysia, t } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { ReportsOperations } from "../operations.ts";
import {
  createdShare,
  createShareBody,
  openingPage,
  reportParams,
  sharePage,
  shareParams,
  sharesQuery,
} from "./share-schemas.ts";

const tags = ["Reports"];
const reading = { tags, access: "reports:read", limit: "read" } as const;
const writing = { tags, access: "reports:write", limit: "write" } as const;

/** Links to reports, for whoever made the report. */
export const createShareRoutes = ({ plugin, route }: HttpKit, operations: ReportsOperations) =>
  new Elysia({ name: "reports.shares", prefix: "/v1" })
    .use(plugin)
    .post(
      "/reports/:id/shares",
      ({ ctx, exchange, params, body }) =>
        once(exchange, () => operations.createShare(ctx, { ...params, ...body })),
      route({
        ...writing,
        operationId: "createReportShare",
        summary: "Share a report by a link",
        description:
          "Whoever has the link opens the report without an account, until it expires or is revoked; each opening is shown to you. Only reports that are ready; at most 20 open links a report: beyond them 409.",
        params: reportParams,
        body: createShareBody,
        responses: { 201: createdShare },
        errors: [404],
        idempotent: true,
        secret: true,
      }),
    )
    .get(
      "/reports/:id/shares",
      ({ ctx, params, query }) => operations.listShares(ctx, { ...params, ...query }),
      route({
        ...reading,
        operationId: "listReportShares",
        summary: "Links to a report",
        description: "The newest first, also those that are over.",
        params: reportParams,
        query: sharesQuery,
        responses: { 200: sharePage },
        errors: [404],
      }),
    )
    .get(
      "/report-shares/:id/openings",
      ({ ctx, params, query }) => operations.listOpenings(ctx, { ...params, ...query }),
      route({
        ...reading,
        operationId: "listShareOpenings",
        summary: "Who opened a link",
        description:
          "The newest first. Clients are told apart by a mark that says nothing else of them.",
        params: shareParams,
        query: sharesQuery,
        responses: { 200: openingPage },
        errors: [404],
      }),
    )
    .delete(
      "/report-shares/:id",
      ({ ctx, params }) => operations.revokeShare(ctx, params),
      route({
        ...writing,
        operationId: "revokeReportShare",
        summary: "Revoke a link",
        description: "It opens nothing from then on. Once more does nothing.",
        params: shareParams,
        responses: { 204: t.Void() },
        errors: [404],
      }),
    );
