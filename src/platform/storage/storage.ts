import type { ObjectStore } from "./object-store.ts";
import type { ScratchSpace } from "./scratch.ts";

export type Storage = {
  /** What must last. A backup may hold it, so what is deleted here may live on there. */
  readonly objects: ObjectStore;
  /** In no backup: what must be gone for good once `delete` has resolved. A disaster loses it. */
  readonly volatile: ObjectStore;
  readonly scratch: ScratchSpace;
};

export type OpenStorage = Storage & {
  /**
   * Asked once, before a server starts: throws StorageSetupError when the store cannot be read, or keeps what is deleted
   * from `volatile`.
   */
  requireUsable(): Promise<void>;
};
