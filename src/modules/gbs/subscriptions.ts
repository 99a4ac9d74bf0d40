import type { Subscription } from "#platform/jobs/jobs";
import type { GbsDeps } from "./deps.ts";

export const gbsSubscriptions = (_deps: GbsDeps): readonly Subscription[] => [];
