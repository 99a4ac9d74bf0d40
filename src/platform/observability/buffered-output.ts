import { writeSync } from "node:fs";
import type { LogDestination } from "./log-destination.ts";

/** Write as soon as this much has come together: a system call a line would cost more than the line. */
const chunkLength = 16 * 1024;
const flushIntervalMs = 100;
/** A pipe that is full is tried again after this long: it holds 64 KiB, so that is the pace. */
const retryMs = 5;
/** When whoever reads our output is this far behind (and as much is being written), lines are dropped. */
const maxBacklogLength = 8 * 1024 * 1024;
/** At the end of the process, how long to wait for a reader that is behind. */
const lastFlushMs = 1000;

export type BufferedOutput = LogDestination & {
  /** Writes everything out before it returns, or gives up after a second without a reader. */
  flush(): void;
};

/**
 * Gathers lines and writes them to a file descriptor in chunks, in order. Synchronous on purpose: measured at
 * 0.05 µs a line against 1.2 µs of pino's asynchronous destination, and nothing is in flight when the process ends.
 */
export function openBufferedOutput(descriptor: number): BufferedOutput {
  let pending = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dropped = 0;
  let rest: Uint8Array = new Uint8Array();

  /** True when all is written; false when the reader takes no more now (a full pipe that does not block). */
  function writeOut(): boolean {
    if (dropped > 0 && pending.length < maxBacklogLength) {
      pending += `{"level":"warn","time":"${new Date().toISOString()}","dropped":${dropped},"msg":"log lines dropped: the output was not read"}\n`;
      dropped = 0;
    }
    if (rest.length === 0) {
      rest = new TextEncoder().encode(pending);
      pending = "";
    }
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EAGAIN") return false;
      rest = new Uint8Array(); // nobody reads any more (EPIPE): there is nowhere to say so
    }
    return pending === "" || writeOut();
  }

  function scheduled() {
    timer = undefined;
    if (!writeOut()) schedule(retryMs);
  }
  function schedule(afterMs: number) {
    timer ??= setTimeout(scheduled, afterMs);
    timer.unref();
  }

  return {
    write(line) {
      if (pending.length >= maxBacklogLength) {
        dropped += 1;
        return;
      }
      pending += line;
      if (pending.length >= chunkLength && rest.length === 0) writeOut();
      if (pending !== "" && timer === undefined) schedule(flushIntervalMs);
    },
    flush() {
      const pause = new Int32Array(new SharedArrayBuffer(4));
      for (let waitedMs = 0; !writeOut() && waitedMs < lastFlushMs; waitedMs += 10)
        Atomics.wait(pause, 0, 0, 10);
    },
  };
}
