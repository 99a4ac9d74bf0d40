import type { Id, Ids } from "./kernel/ids.ts";

/** Ids for the running process: monotonic within a millisecond, 74 bits of randomness. */
export const systemIds: Ids = { next: () => Bun.randomUUIDv7() as Id };
