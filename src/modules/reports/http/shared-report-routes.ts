import { Elysia, t } from "elysia";
import { download } from "#platform/http/download";
import type { HttpKit } from "#platform/http/kit";
import type { ReportsOperations } from "../operations.ts";
import { fileTypes } from "./report-schemas.ts";
import { fetchSharedFileBody, openShareBody, sharedReport } from "./share-schemas.ts";

const common = { tags: ["Reports"], access: "public", limit: "credentials" } as const;
const looksAlike =
  "Links that never were, are revoked or have expired are answered alike: 404. Wrong passwords are counted, per client and per link; 429 says whether it was those or requests that were too many.";

/** What whoever has a link may do with it: POST only, so that nothing that merely follows links opens anything. */
export const createSharedReportRoutes = (
  { plugin, route }: HttpKit,
  operations: ReportsOperations,
) =>
  new Elysia({ name: "reports.shared", prefix: "/v1/shared-reports" })
    .use(plugin)
    .post(
      "/openings",
      ({ ctx, exchange, body }) => operations.openShare(ctx, { ...body, client: exchange.client }),
      route({
        ...common,
        operationId: "openSharedReport",
        summary: "Open a report by its link",
        description: `What the page of the link shows. Its owner sees that it was opened. ${looksAlike}`,
        body: openShareBody,
        responses: { 200: sharedReport },
        errors: [403, 404],
      }),
    )
    .post(
      "/files",
      async ({ ctx, exchange, body }) =>
        download(
          exchange,
          await operations.fetchSharedFile(ctx, { ...body, client: exchange.client }),
        ),
      route({
        ...common,
        operationId: "fetchSharedFile",
        summary: "Fetch a file of a shared report",
        description: `As it is kept: its SHA-256 stands with the report. ${looksAlike}`,
        body: fetchSharedFileBody,
        mediaType: [...new Set(Object.values(fileTypes))],
        responses: { 200: t.String() },
        errors: [403, 404],
      }),
    );
