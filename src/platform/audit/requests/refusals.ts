import type { Instant } from "../../kernel/time.ts";
import type { RefusalCount } from "../messages.ts";

/** Kinds of refusals that are told apart at a time; beyond them clients are counted together. */
const maxKinds = 2_000;
/** Instead of an address, for those. */
const others = "others";

export type Refusal = Omit<RefusalCount["refusals"], "minute" | "count">;

export type Refusals = {
  count(refusal: Refusal, now: Instant): void;
  /** All that was counted, and begins anew. */
  take(): RefusalCount[];
};

/**
 * Counts requests that nobody we know made and that were refused: one entry for each client, route and status, however
 * often it asks, so that strangers cannot fill a disk. Bounded, whatever they invent.
 */
export function createRefusals(limit = maxKinds): Refusals {
  let counts = new Map<string, RefusalCount["refusals"] & { count: number }>();

  function count(refusal: Refusal, now: Instant): void {
    const key = keyOf(refusal);
    const known = counts.get(key);
    if (known) known.count += 1;
    // Routes, methods and statuses are ours, so that there are not many without a client.
    else if (counts.size < limit || refusal.client === others)
      counts.set(key, { minute: minuteOf(now), ...refusal, count: 1 });
    else count({ ...refusal, client: others }, now);
  }

  return {
    count,
    take() {
      const taken = [...counts.values()].map((refusals) => ({ refusals }));
      counts = new Map();
      return taken;
    },
  };
}

const minuteOf = (at: Instant) => `${at.slice(0, 16)}:00.000Z` as Instant;

const keyOf = ({ client, method, route, status }: Refusal) =>
  `${client} ${status}${method} ${route}`;
