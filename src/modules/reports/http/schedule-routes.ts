import { Elysia, t } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { ReportsOperations } from "../operations.ts";
import {
  schedule,
  scheduleBody,
  scheduleChangesBody,
  scheduleParams,
  schedulesPage,
  schedulesQuery,
} from "./schedule-schemas.ts";

const tags = ["Reports"];

/** Reports that come by themselves. */
export function createScheduleRoutes(kit: HttpKit, operations: ReportsOperations) {
  const { route } = kit;
  return new Elysia({ name: "reports.schedules", prefix: "/v1/report-schedules" })
    .use(kit.plugin)
    .post(
      "",
      async ({ ctx, exchange, body, set }) => {
        const made = await once(exchange, () => operations.createSchedule(ctx, body));
        set.headers["location"] = `/v1/report-schedules/${made.id}`;
        return made;
      },
      route({
        operationId: "createReportSchedule",
        tags,
        summary: "Have a report made every week or month",
        description:
          "When the week or month begins in `timeZone`, of the one before. After an outage none is left out. When your plan no longer includes it, it is paused and you are told.",
        access: "reports:write",
        limit: "write",
        body: scheduleBody,
        idempotent: true,
        responses: { 201: schedule },
        errors: [402, 404, 409],
      }),
    )
    .get(
      "",
      ({ ctx, query }) => operations.listSchedules(ctx, query),
      route({
        operationId: "listReportSchedules",
        tags,
        summary: "Your schedules, the oldest first",
        access: "reports:read",
        limit: "read",
        query: schedulesQuery,
        responses: { 200: schedulesPage },
      }),
    )
    .get(
      "/:id",
      ({ ctx, params }) => operations.getSchedule(ctx, params),
      route({
        operationId: "getReportSchedule",
        tags,
        summary: "A schedule, and what its next report will cover",
        access: "reports:read",
        limit: "read",
        params: scheduleParams,
        responses: { 200: schedule },
        errors: [404],
      }),
    )
    .patch(
      "/:id",
      ({ ctx, exchange, params, body }) =>
        operations.changeSchedule(ctx, { ...params, ...body, version: exchange.ifMatch }),
      route({
        operationId: "changeReportSchedule",
        tags,
        summary: "Change, pause or resume a schedule",
        access: "reports:write",
        limit: "write",
        ifMatch: true,
        params: scheduleParams,
        body: scheduleChangesBody,
        responses: { 200: schedule },
        errors: [402, 404],
      }),
    )
    .delete(
      "/:id",
      ({ ctx, exchange, params }) =>
        operations.deleteSchedule(ctx, { ...params, version: exchange.ifMatch }),
      route({
        operationId: "deleteReportSchedule",
        tags,
        summary: "Delete a schedule; its reports stay",
        access: "reports:write",
        limit: "write",
        ifMatch: true,
        params: scheduleParams,
        responses: { 204: t.Void() },
        errors: [404],
      }),
    );
}
