import { type Instant, instantOf } from "./time.ts";

/** The only source of "now": a dep everywhere, so that tests decide what time it is. */
export type Clock = { now(): Instant };

export const systemClock: Clock = { now: () => instantOf(new Date()) };
