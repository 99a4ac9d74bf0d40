import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { storing } from "./errors.ts";
import { deleteLeftovers } from "./leftovers.ts";

/** A directory for files that nobody needs after one piece of work. */
export type Scratch = {
  /** Of a file in it. */
  path(name: string): string;
  /** Deletes it with all that is in it. */
  close(): Promise<void>;
};

/** Failures are `storage.full` and `storage.unavailable`. */
export type ScratchSpace = { open(): Promise<Scratch> };

/** Longer than any work takes; a file that is made in a directory makes it young again. */
const silentMs = 6 * 3_600_000;

/** Directories below `directory`, for this user alone. Each opening deletes what the dead have left. */
export function createScratchSpace(options: {
  readonly directory: string;
  /** Unique to each call. */
  readonly newName: () => string;
  readonly nowMs: () => number;
}): ScratchSpace {
  const { directory, newName, nowMs } = options;
  return {
    async open() {
      await deleteLeftovers(directory, { silentMs, nowMs: nowMs() });
      const own = join(directory, newName());
      await storing(() => mkdir(own, { mode: 0o700, recursive: true }));
      return {
        path: (name) => join(own, name),
        close: () => rm(own, { recursive: true, force: true }),
      };
    },
  };
}
