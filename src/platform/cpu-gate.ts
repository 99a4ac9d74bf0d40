import { availableParallelism } from "node:os";
import { type AppError, defineErrors } from "./kernel/errors.ts";

/** Bounds work that keeps a core busy: so much at a time, so much waiting, and no longer than somebody would wait. */
export type CpuGate = {
  /**
   * Runs `work` when its turn comes. Throws `cpu.busy` (503 with Retry-After) when the queue is full or the turn does
   * not come in time; then `work` was never begun.
   */
  run<T>(work: () => Promise<T>): Promise<T>;
};

/** At this moment, but for `refused`, which counts since the start. */
export type CpuGateLoad = {
  readonly running: number;
  readonly waiting: number;
  readonly refused: number;
};

const defaultQueueLength = 32;
const defaultWaitMs = 2_000;

const cpuErrors = defineErrors("cpu", {
  busy: { kind: "unavailable", title: "Too much to compute" },
});

/** One for the whole process: two gates would admit twice as much. Whoever came first is first. */
export function createCpuGate(
  options: {
    /** So many at a time; the number of cores. */
    readonly parallel?: number;
    /** So many wait at most; 32. */
    readonly queue?: number;
    /** So long each; 2 s. */
    readonly waitMs?: number;
  } = {},
): CpuGate & { load(): CpuGateLoad } {
  const { parallel = availableParallelism() } = options;
  const { queue = defaultQueueLength, waitMs = defaultWaitMs } = options;
  const waiting: (() => void)[] = [];
  let running = 0;
  let refused = 0;

  function busy(): AppError {
    refused += 1;
    return cpuErrors.fail("busy", "Too many others are being served; try again in a moment.", {
      retryAfterSeconds: Math.ceil(waitMs / 1000),
    });
  }

  /** Resolves as soon as somebody who leaves hands over his place. */
  function turn(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const begin = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(begin), 1);
      reject(busy());
    }, waitMs);
    waiting.push(begin);
    return promise;
  }

  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }

  return {
    async run(work) {
      if (running < parallel) running += 1;
      else if (waiting.length < queue) await turn();
      else throw busy();
      try {
        return await work();
      } finally {
        leave();
      }
    },
    load: () => ({ running, waiting: waiting.length, refused }),
  };
}
