import { Elysia, t } from "elysia";
import { download } from "#platform/http/download";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { ReportsOperations } from "../operations.ts";
import {
  fileParams,
  fileTypes,
  report,
  reportParams,
  reportsPage,
  reportsQuery,
  requestBody,
} from "./report-schemas.ts";

const tags = ["Reports"];
const sent = "Sent as slowly as it is taken; a transfer that breaks off is no whole file.";

/** From asking for a report to its files. */
export function createReportRoutes(kit: HttpKit, operations: ReportsOperations) {
  const { route } = kit;
  return new Elysia({ name: "reports.reports", prefix: "/v1/reports" })
    .use(kit.plugin)
    .post(
      "",
      async ({ ctx, exchange, body, set }) => {
        const asked = await once(exchange, () => operations.requestReport(ctx, body));
        set.headers["location"] = `/v1/reports/${asked.id}`;
        return asked;
      },
      route({
        operationId: "requestReport",
        tags,
        summary: "Ask for a report",
        description:
          "It is made by a job, two of yours at a time: ask for it at the `Location` until its state is `ready`; you also get a message. All figures are of one state of the book; every file prints the same fingerprint.",
        access: "reports:write",
        limit: "write",
        body: requestBody,
        idempotent: true,
        responses: { 202: report },
        errors: [402, 404, 409],
      }),
    )
    .get(
      "",
      ({ ctx, query }) => operations.listReports(ctx, query),
      route({
        operationId: "listReports",
        tags,
        summary: "Your reports, the newest first",
        description:
          "Expired ones stay in the list for a year, without files. Whether one still stands is looked at when you get the report itself.",
        access: "reports:read",
        limit: "read",
        query: reportsQuery,
        responses: { 200: reportsPage },
      }),
    )
    .get(
      "/:id",
      ({ ctx, params }) => operations.getReport(ctx, params),
      route({
        operationId: "getReport",
        tags,
        summary: "A report: how far it is, its files, and whether its figures still stand",
        access: "reports:read",
        limit: "read",
        params: reportParams,
        responses: { 200: report },
        errors: [404],
      }),
    )
    .delete(
      "/:id",
      ({ ctx, exchange, params }) =>
        operations.deleteReport(ctx, { ...params, version: exchange.ifMatch }),
      route({
        operationId: "deleteReport",
        tags,
        summary: "Delete a report with its files and links",
        description: "Also one that is queued or running.",
        access: "reports:write",
        limit: "write",
        ifMatch: true,
        params: reportParams,
        responses: { 204: t.Void() },
        errors: [404],
      }),
    )
    .post(
      "/:id/cancellation",
      ({ ctx, exchange, params }) =>
        once(exchange, () =>
          operations.cancelReport(ctx, { ...params, version: exchange.ifMatch }),
        ),
      route({
        operationId: "cancelReport",
        tags,
        summary: "Cancel a report that is queued or running",
        access: "reports:write",
        limit: "write",
        ifMatch: true,
        idempotent: true,
        params: reportParams,
        responses: { 200: report },
        errors: [404, 409],
      }),
    )
    .get(
      "/:id/files/:format",
      async ({ ctx, exchange, params }) =>
        download(exchange, await operations.fetchFile(ctx, params)),
      route({
        operationId: "fetchReportFile",
        tags,
        summary: "A file of a report",
        description: `Its SHA-256 stands with the report. ${sent}`,
        access: "reports:read",
        limit: "costly_read",
        params: fileParams,
        mediaType: [...new Set(Object.values(fileTypes))],
        responses: { 200: t.String() },
        errors: [404, 409],
      }),
    )
    .get(
      "/:id/model",
      async ({ ctx, exchange, params }) =>
        download(exchange, await operations.fetchModel(ctx, params)),
      route({
        operationId: "fetchReportModel",
        tags,
        summary: "What all files of a report were made of",
        description: `JSON Lines; \`sha256sum\` of it is the fingerprint that every file prints. ${sent}`,
        access: "reports:read",
        limit: "costly_read",
        params: reportParams,
        mediaType: "application/jsonl",
        responses: { 200: t.String() },
        errors: [404, 409],
      }),
    );
}
