import type { Job } from "#platform/jobs/jobs";
import type { GbsDeps } from "./deps.ts";

export const gbsJobs = (_deps: GbsDeps): readonly Job[] => [];
