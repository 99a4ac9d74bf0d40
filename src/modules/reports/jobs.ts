import type { Job } from "#platform/jobs/jobs";
import type { ReportsDeps } from "./deps.ts";

export const reportsJobs = (_deps: ReportsDeps): readonly Job[] => [];
