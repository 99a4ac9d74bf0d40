import type { Entry } from "./entry.ts";
import type { LogWriter } from "./log-writer.ts";
import type { Lsn } from "./lsn.ts";
import type { SeenCounters } from "./seen-counters.ts";
import type { StreamIdentity } from "./trail-position.ts";
import type { Unfinished } from "./unfinished.ts";

/** Up to where MainDB's changes are in LogDB for good. */
export type TrailEnd = {
  readonly lsn: () => Lsn;
  /** Since it moved. */
  readonly standsForMs: () => number;
  /** Stores the writer's open batch with everything that belongs to it, in one transaction, and tells MainDB afterwards. */
  moveTo(lsn: Lsn, ordinal: number, added: readonly Entry[]): Promise<void>;
};

export function createTrailEnd(deps: {
  readonly from: Lsn;
  readonly identity: StreamIdentity;
  readonly writer: Pick<LogWriter, "commit">;
  readonly seen: SeenCounters;
  readonly unfinished: Unfinished;
  readonly monotonicMs: () => number;
  readonly onStored: (entries: readonly Entry[]) => void;
  readonly acknowledge: (lsn: Lsn) => Promise<void>;
}): TrailEnd {
  const { seen, unfinished, monotonicMs } = deps;
  let stored = deps.from;
  let movedAtMs = monotonicMs();
  return {
    lsn: () => stored,
    standsForMs: () => monotonicMs() - movedAtMs,
    async moveTo(lsn, ordinal, added) {
      await deps.writer.commit({
        position: { ...deps.identity, lsn, ordinal },
        counters: seen.changed(),
        ...unfinished.toStore(),
      });
      seen.stored();
      unfinished.stored();
      stored = lsn;
      movedAtMs = monotonicMs();
      deps.onStored(added);
      await deps.acknowledge(lsn);
    },
  };
}
