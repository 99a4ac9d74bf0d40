import { open, rm, rmdir, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { walkKeys } from "./disk-walk.ts";
import { overwrite, placeDurably, syncRemoval, writeDurably } from "./durable-file.ts";
import { storing, systemCodeOf } from "./errors.ts";
import { deleteLeftovers } from "./leftovers.ts";
import { requireBounded, requireKey, requirePrefix } from "./object-key.ts";
import type { ListedObject, ObjectStore, ReadObject, Unhashed } from "./object-store.ts";

/** No key begins with a dot: what is being written is no object yet. */
const incomingName = ".incoming";
const readBytes = 256 * 1024;
const gone = ["ENOENT", "ENOTDIR"];

export type DiskStoreOptions = {
  readonly directory: string;
  /**
   * Whoever has not written for so long writes no more: what a crash left half-written is deleted at the first change
   * that comes so long after.
   */
  readonly silentMs: number;
  /** Whether a file is written over before it is unlinked. A reader may then see what it is written over with. */
  readonly overwrites: boolean;
  /** Unique to each call. */
  readonly newName: () => string;
  /** By the clock of the file system. */
  readonly nowMs: () => number;
};

/** Objects as files below `directory`, readable by this user alone. Several processes may use one directory. */
export function createDiskStore(options: DiskStoreOptions): ObjectStore {
  const { directory: root, silentMs, overwrites, newName, nowMs } = options;
  const incoming = join(root, incomingName);
  let sweptMs = Number.NEGATIVE_INFINITY;

  async function sweep(): Promise<void> {
    if (nowMs() - sweptMs < silentMs) return;
    sweptMs = nowMs();
    await deleteLeftovers(incoming, { silentMs, nowMs: nowMs() });
  }

  return {
    async put(key, source, options?: Unhashed) {
      requireKey(key);
      return storing(async () => {
        await sweep();
        const path = join(incoming, newName());
        try {
          const stored = await writeDurably(path, root, source, options);
          await placeDurably(path, root, key);
          return stored;
        } catch (error) {
          await rm(path, { force: true }).catch(() => {});
          throw error;
        }
      });
    },

    async get(key) {
      requireKey(key);
      return storing(() => read(join(root, key)));
    },

    async delete(keys) {
      requireBounded(keys.length);
      keys.forEach(requireKey);
      await storing(async () => {
        await sweep();
        for (const path of keys.map((key) => join(root, key))) {
          if (overwrites) await ignoring(gone, overwrite(path));
          await ignoring(gone, unlink(path));
        }
        for (const directory of new Set(keys.map((key) => dirname(key)))) {
          await syncRemoval(join(root, directory), root);
          await prune(root, directory);
        }
      });
    },

    async list(prefix, { after = "", limit }) {
      requireBounded(limit);
      requirePrefix(prefix);
      return storing(async () => {
        const found: ListedObject[] = [];
        for await (const key of walkKeys(root, { prefix, after })) {
          const file = await stat(join(root, key)).catch(() => undefined);
          // Deleted since.
          if (!file) continue;
          found.push({ key, sizeBytes: file.size, modifiedMs: Math.floor(file.mtimeMs) });
          if (found.length === limit) break;
        }
        return found;
      });
    },
  };
}

async function read(path: string): Promise<ReadObject | undefined> {
  const file = await ignoring(gone, open(path, "r"));
  if (!file) return undefined;
  const found = await file.stat();
  if (!found.isFile()) {
    await file.close();
    return undefined;
  }
  let closed = false;
  const end = async (): Promise<IteratorReturnResult<undefined>> => {
    if (!closed) await file.close();
    closed = true;
    return { done: true, value: undefined };
  };
  return {
    sizeBytes: found.size,
    // No generator: one that nobody began to read would not hear of its end.
    chunks: {
      async next() {
        if (closed) return end();
        const chunk = new Uint8Array(readBytes);
        const { bytesRead } = await storing(() => file.read(chunk, 0, readBytes));
        return bytesRead === 0 ? end() : { done: false, value: chunk.subarray(0, bytesRead) };
      },
      return: end,
      [Symbol.asyncIterator]() {
        return this;
      },
    },
  };
}

/** Deletes directories that have become empty. */
async function prune(root: string, directory: string): Promise<void> {
  for (let empty = directory; empty !== "."; empty = dirname(empty)) {
    try {
      await rmdir(join(root, empty));
    } catch (error) {
      // Somebody has put something into it meanwhile, or was faster.
      if (["ENOTEMPTY", "EEXIST", "ENOENT"].includes(systemCodeOf(error) ?? "")) return;
      throw error;
    }
  }
}

async function ignoring<T>(codes: readonly string[], work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codes.includes(systemCodeOf(error) ?? "")) return undefined;
    throw error;
  }
}
