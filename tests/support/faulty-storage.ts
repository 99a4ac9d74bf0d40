import { join } from "node:path";
import { openDiskStorage } from "#platform/storage/disk-storage";
import { storageFailure } from "#platform/storage/errors";
import type { ObjectStore } from "#platform/storage/object-store";
import type { Storage } from "#platform/storage/open-storage";
import { systemIds } from "#platform/system";

export type FaultyStorage = {
  /** For an application. */
  readonly open: (dataDir: string) => Storage;
  /** What the disk says to whoever stores something from now on; null = it works. */
  fail(code: "ENOSPC" | "EIO" | null): void;
  /** As {@link fail}, of what no backup is made of. */
  failVolatile(code: "ENOSPC" | "EIO" | null): void;
  /** Runs before each object is stored, and holds it up. */
  beforePut(hook: (key: string) => Promise<void> | void): void;
  readonly objects: () => ObjectStore;
  /** Every key that is in the store. */
  keys(): Promise<readonly string[]>;
};

/** A storage on disk that a test can break; half of what it refuses has been read by then. */
export function createFaultyStorage(): FaultyStorage {
  let fault: "ENOSPC" | "EIO" | null = null;
  let volatileFault: "ENOSPC" | "EIO" | null = null;
  let hook: (key: string) => Promise<void> | void = () => {};
  let real: Storage | undefined;
  const objects = () => {
    if (!real) throw new Error("no application has opened the storage");
    return real.objects;
  };
  return {
    objects,
    fail(code) {
      fault = code;
    },
    failVolatile(code) {
      volatileFault = code;
    },
    beforePut(next) {
      hook = next;
    },
    keys: async () => (await objects().list("", { limit: 1_000 })).map(({ key }) => key),
    open(dataDir) {
      const opened = openDiskStorage({
        ...{ dataDir, volatileDir: join(dataDir, "volatile"), ids: systemIds },
      });
      real = opened;
      return {
        ...opened,
        objects: {
          ...opened.objects,
          async put(key, source) {
            await hook(key);
            if (fault === null) return opened.objects.put(key, source);
            if (!("path" in source)) for await (const _piece of source) break;
            throw storageFailure(fault);
          },
        },
        volatile: {
          ...opened.volatile,
          async put(key, source) {
            if (volatileFault !== null) throw storageFailure(volatileFault);
            return opened.volatile.put(key, source);
          },
        },
      };
    },
  };
}
