import { join } from "node:path";
import type { Ids } from "../kernel/ids.ts";
import { createDiskStore } from "./disk-store.ts";
import { createScratchSpace } from "./scratch.ts";
import type { Storage } from "./storage.ts";

/** A large file may come slowly. */
const objectSilentMs = 3_600_000;
/** What is volatile is small, and half of it must not lie about for long. */
const volatileSilentMs = 5 * 60_000;

/** `objects` and `scratch` below `dataDir`, volatile objects in a directory of their own. */
export function openDiskStorage(options: {
  readonly dataDir: string;
  readonly volatileDir: string;
  readonly ids: Ids;
}): Storage {
  const { dataDir, volatileDir, ids } = options;
  const common = { newName: () => ids.next(), nowMs: () => Date.now() };
  return {
    objects: createDiskStore({
      ...{ ...common, directory: join(dataDir, "objects") },
      ...{ silentMs: objectSilentMs, overwrites: false },
    }),
    volatile: createDiskStore({
      ...{ ...common, directory: volatileDir },
      ...{ silentMs: volatileSilentMs, overwrites: true },
    }),
    scratch: createScratchSpace({ directory: join(dataDir, "scratch"), ...common }),
  };
}
