import type { RequestContext } from "#platform/kernel/context";
import type { ReportsDeps } from "./deps.ts";
import { cancelReport, deleteReport } from "./use-cases/cancel-report.ts";
import { type CreateShareInput, createShare } from "./use-cases/create-share.ts";
import { fetchFile, fetchModel } from "./use-cases/fetch-file.ts";
import { getReport, type ListReportsInput, listReports } from "./use-cases/find-reports.ts";
import { getSchedule, listSchedules } from "./use-cases/find-schedules.ts";
import { listOpenings, listShares } from "./use-cases/find-shares.ts";
import { fetchSharedFile, openShare } from "./use-cases/open-share.ts";
import { type RequestReportInput, requestReport } from "./use-cases/request-report.ts";
import { revokeShare } from "./use-cases/revoke-share.ts";
import {
  type ChangeScheduleInput,
  type CreateScheduleInput,
  changeSchedule,
  createSchedule,
  deleteSchedule,
} from "./use-cases/save-schedule.ts";

export type ReportsOperations = ReturnType<typeof bindOperations>;

/** Every use-case with its deps: what the routes call. */
export function bindOperations(deps: ReportsDeps) {
  return {
    requestReport: (ctx: RequestContext, input: RequestReportInput) =>
      requestReport(deps, ctx, input),
    listReports: (ctx: RequestContext, input: ListReportsInput) => listReports(deps, ctx, input),
    getReport: (ctx: RequestContext, input: Parameters<typeof getReport>[2]) =>
      getReport(deps, ctx, input),
    cancelReport: (ctx: RequestContext, input: Parameters<typeof cancelReport>[2]) =>
      cancelReport(deps, ctx, input),
    deleteReport: (ctx: RequestContext, input: Parameters<typeof deleteReport>[2]) =>
      deleteReport(deps, ctx, input),
    fetchFile: (ctx: RequestContext, input: Parameters<typeof fetchFile>[2]) =>
      fetchFile(deps, ctx, input),
    fetchModel: (ctx: RequestContext, input: Parameters<typeof fetchModel>[2]) =>
      fetchModel(deps, ctx, input),
    createSchedule: (ctx: RequestContext, input: CreateScheduleInput) =>
      createSchedule(deps, ctx, input),
    listSchedules: (ctx: RequestContext, input: Parameters<typeof listSchedules>[2]) =>
      listSchedules(deps, ctx, input),
    getSchedule: (ctx: RequestContext, input: Parameters<typeof getSchedule>[2]) =>
      getSchedule(deps, ctx, input),
    changeSchedule: (ctx: RequestContext, input: ChangeScheduleInput) =>
      changeSchedule(deps, ctx, input),
    deleteSchedule: (ctx: RequestContext, input: Parameters<typeof deleteSchedule>[2]) =>
      deleteSchedule(deps, ctx, input),
    createShare: (ctx: RequestContext, input: CreateShareInput) => createShare(deps, ctx, input),
    listShares: (ctx: RequestContext, input: Parameters<typeof listShares>[2]) =>
      listShares(deps, ctx, input),
    listOpenings: (ctx: RequestContext, input: Parameters<typeof listOpenings>[2]) =>
      listOpenings(deps, ctx, input),
    revokeShare: (ctx: RequestContext, input: Parameters<typeof revokeShare>[2]) =>
      revokeShare(deps, ctx, input),
    openShare: (ctx: RequestContext, input: Parameters<typeof openShare>[2]) =>
      openShare(deps, ctx, input),
    fetchSharedFile: (ctx: RequestContext, input: Parameters<typeof fetchSharedFile>[2]) =>
      fetchSharedFile(deps, ctx, input),
  };
}
