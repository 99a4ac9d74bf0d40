import type { Config } from "../config.ts";
import type { Ids } from "../kernel/ids.ts";
import { openDiskStorage } from "./disk-storage.ts";
import type { ObjectStore } from "./object-store.ts";
import type { ScratchSpace } from "./scratch.ts";

export type Storage = {
  /** What must last. A backup may hold it, so what is deleted here may live on there. */
  readonly objects: ObjectStore;
  /** In no backup: what must be gone for good once `delete` has resolved. A disaster loses it. */
  readonly volatile: ObjectStore;
  readonly scratch: ScratchSpace;
};

/** What files are kept in, and what they are made in. */
export function openStorage(deps: {
  readonly config: Pick<Config, "dataDir" | "storage">;
  readonly ids: Ids;
}): Storage {
  const { config, ids } = deps;
  return openDiskStorage({ dataDir: config.dataDir, ...config.storage, ids });
}
