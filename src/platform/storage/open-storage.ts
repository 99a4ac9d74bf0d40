import { join } from "node:path";
import type { Ids } from "../kernel/ids.ts";
import { createDiskStore } from "./disk-store.ts";
import type { ObjectStore } from "./object-store.ts";
import { createScratchSpace, type ScratchSpace } from "./scratch.ts";

export type Storage = { readonly objects: ObjectStore; readonly scratch: ScratchSpace };

/** What files are kept in, and what they are made in: `objects` and `scratch` below DATA_DIR. */
export function openStorage(deps: { readonly dataDir: string; readonly ids: Ids }): Storage {
  const { dataDir, ids } = deps;
  const common = { newName: () => ids.next(), nowMs: () => Date.now() };
  return {
    objects: createDiskStore({ directory: join(dataDir, "objects"), ...common }),
    scratch: createScratchSpace({ directory: join(dataDir, "scratch"), ...common }),
  };
}
