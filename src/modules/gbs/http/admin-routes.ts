import { Elysia } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import {
  abuseReportForAdmin,
  abuseReportsPage,
  adminParams,
  adminReasonBody,
  holdsQuery,
  inspection,
  inspectionBody,
  legalHold,
  legalHoldsPage,
  reportsQuery,
  resolutionBody,
} from "./admin-schemas.ts";

const tags = ["Admin"];
/** Each of these is done once, by somebody who has just proved who he is. */
const deciding = {
  tags,
  stepUp: true,
  limit: "write",
  idempotent: true,
  params: adminParams,
  errors: [404, 409],
} as const;
const holding = { ...deciding, access: "gbs:hold" } as const;

/** Debts, for administrators who are no party to them. */
export const createGbsAdminRoutes = ({ plugin, route }: HttpKit, operations: GbsOperations) =>
  new Elysia({ name: "gbs.admin", prefix: "/v1/admin/gbs" })
    .use(plugin)
    .get(
      "/abuse-reports",
      ({ ctx, query }) => operations.listAbuseReports(ctx, query),
      route({
        operationId: "listAbuseReports",
        tags,
        summary: "What borrowers have reported, the oldest first",
        access: "gbs:moderate",
        audit: "always",
        limit: "costly_read",
        query: reportsQuery,
        responses: { 200: abuseReportsPage },
      }),
    )
    .post(
      "/abuse-reports/:id/resolution",
      ({ ctx, exchange, params, body }) =>
        once(exchange, () => operations.resolveAbuseReport(ctx, { ...params, ...body })),
      route({
        ...deciding,
        operationId: "resolveAbuseReport",
        summary: "Decide about a report",
        description:
          "A hidden description is recorded in the custody log, and its lender is told by mail. Nobody is told of a block.",
        access: "gbs:moderate",
        body: resolutionBody,
        responses: { 200: abuseReportForAdmin },
      }),
    )
    .post(
      "/debts/:id/inspections",
      ({ ctx, exchange, params, body }) =>
        once(exchange, () => operations.inspectDebt(ctx, { ...params, ...body })),
      route({
        ...deciding,
        operationId: "inspectDebt",
        summary: "Look at a debt and its custody log",
        description:
          "Nobody's words are shown. The reason is kept, and the custody log records the inspection: both parties see that somebody has looked. A long log is shown in pieces, each an inspection of its own.",
        access: "gbs:inspect",
        body: inspectionBody,
        responses: { 201: inspection },
      }),
    )
    .post(
      "/debts/:id/legal-holds",
      ({ ctx, exchange, params, body }) =>
        once(exchange, () => operations.proposeHold(ctx, { ...params, ...body })),
      route({
        ...holding,
        operationId: "proposeLegalHold",
        summary: "Propose to keep all of a debt",
        description:
          "Another administrator has to confirm it. A hold keeps a debt, its custody log and its documents from being deleted when they would have been kept long enough; it changes nothing that the parties can do.",
        body: adminReasonBody,
        responses: { 201: legalHold },
      }),
    )
    .get(
      "/legal-holds",
      ({ ctx, query }) => operations.listHolds(ctx, query),
      route({
        operationId: "listLegalHolds",
        tags,
        summary: "Which debts are held, the latest first",
        access: "gbs:hold",
        audit: "always",
        limit: "costly_read",
        query: holdsQuery,
        responses: { 200: legalHoldsPage },
      }),
    )
    .post(
      "/legal-holds/:id/confirmation",
      ({ ctx, exchange, params }) => once(exchange, () => operations.confirmHold(ctx, params)),
      route({
        ...holding,
        operationId: "confirmLegalHold",
        summary: "Put a hold in force that another administrator has proposed",
        description: "The custody log records it, without the reason.",
        responses: { 200: legalHold },
      }),
    )
    .post(
      "/legal-holds/:id/release",
      ({ ctx, exchange, params, body }) =>
        once(exchange, () => operations.proposeHoldRelease(ctx, { ...params, ...body })),
      route({
        ...holding,
        operationId: "proposeHoldRelease",
        summary: "Propose to end a hold",
        description:
          "It holds until another administrator confirms that. One that is not in force ends at once.",
        body: adminReasonBody,
        responses: { 200: legalHold },
      }),
    )
    .post(
      "/legal-holds/:id/release-confirmation",
      ({ ctx, exchange, params }) =>
        once(exchange, () => operations.confirmHoldRelease(ctx, params)),
      route({
        ...holding,
        operationId: "confirmHoldRelease",
        summary: "End a hold whose end another administrator has proposed",
        description: "The custody log records it.",
        responses: { 200: legalHold },
      }),
    );
