import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { ReportsOperations } from "../operations.ts";
import { createReportRoutes } from "./report-routes.ts";
import { createScheduleRoutes } from "./schedule-routes.ts";
import { sharePageRoutes } from "./share-page/routes.ts";
import { createShareRoutes } from "./share-routes.ts";
import { createSharedReportRoutes } from "./shared-report-routes.ts";

/** Each area has a file of its own. */
export function createReportsRoutes(kit: HttpKit, operations: ReportsOperations) {
  return new Elysia({ name: "reports.routes" })
    .use(createReportRoutes(kit, operations))
    .use(createScheduleRoutes(kit, operations))
    .use(createShareRoutes(kit, operations))
    .use(createSharedReportRoutes(kit, operations))
    .use(sharePageRoutes());
}
