import type { Reader } from "../db/database.ts";
import type { Logger } from "../observability/logger.ts";
import { readSlotUsage, type SlotUsage } from "./relay-metrics.ts";

/** Of what MainDB keeps at most for the audit trail: beyond it nobody writes, so that no change is lost to the trail. */
const fullShare = 0.95;
/** How old the guard's knowledge may be. At 50 MB of WAL a second it misses by 250 MB, the last 5 % of 5 GB. */
const pollMs = 5_000;

export type SlotGuard = {
  /** False while the trail has no room for more changes. */
  isWritable(): boolean;
  /** Begins to look. */
  watch(main: Reader): void;
  stop(): void;
};

/** `onFull`: `refuse` = writes wait until the trail has caught up; `gap` = they go on, and the trail may get a gap. */
export function createSlotGuard(options: {
  readonly onFull: "refuse" | "gap";
  readonly logger: Logger;
  readonly pollMs?: number;
}): SlotGuard {
  let isFull = false;
  let timer: ReturnType<typeof setInterval> | undefined;
  let looking = false;

  async function look(main: Reader): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      const wasFull = isFull;
      isFull = isNearlyFull(await readSlotUsage(main));
      if (isFull && !wasFull)
        options.logger.error(
          { onFull: options.onFull },
          "MainDB has hardly room left for what the audit trail has not read",
        );
    } catch {
      // Away: then nobody writes anyway, and what was known stays.
    } finally {
      looking = false;
    }
  }

  return {
    isWritable: () => !isFull || options.onFull === "gap",
    watch(main) {
      timer = setInterval(() => void look(main), options.pollMs ?? pollMs);
    },
    stop: () => clearInterval(timer),
  };
}

export const isNearlyFull = (usage: SlotUsage | null): boolean =>
  usage !== null && usage.limitBytes !== null && usage.keptBytes >= usage.limitBytes * fullShare;
