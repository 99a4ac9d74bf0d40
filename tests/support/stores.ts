import type { ObjectStore } from "#platform/storage/object-store";
import { openDiskStore } from "./disk-store.ts";
import { openS3Server, type S3Server } from "./s3-server.ts";
import { openS3Store } from "./s3-store.ts";

export type OpenedStore = ObjectStore & {
  /** What the key holds; undefined when there is nothing. */
  bytes(key: string): Promise<Uint8Array | undefined>;
};

/** An empty place for objects, as several processes see it. */
export type StorePlace = {
  /** Another process's view. */
  open(): OpenedStore;
  /** The first argument of storage-child.ts. */
  readonly childArgument: string;
  remove(): void;
};

/** A kind of store; start it before and stop it after the tests that open places in it. */
export type StoreKind = {
  readonly name: string;
  start(): Promise<void>;
  openPlace(): Promise<StorePlace>;
  stop(): Promise<void>;
};

const disk: StoreKind = {
  name: "disk",
  async start() {},
  async openPlace() {
    const first = openDiskStore();
    return {
      open: () => openDiskStore(first.directory),
      childArgument: first.directory,
      remove: first.remove,
    };
  },
  async stop() {},
};

export function s3Kind(): StoreKind {
  let server: S3Server | undefined;
  return {
    name: "S3",
    async start() {
      server = await openS3Server();
    },
    async openPlace() {
      if (!server) throw new Error("no S3 server was started");
      const s3 = await server.openBuckets();
      return { open: () => openS3Store(s3), childArgument: JSON.stringify(s3), remove() {} };
    },
    async stop() {
      await server?.close();
    },
  };
}

export const storeKinds = (): readonly StoreKind[] => [disk, s3Kind()];
