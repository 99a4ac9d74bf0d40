import { open, rm, rmdir, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { walkKeys } from "./disk-walk.ts";
import { makeDirectory, placeDurably, syncDirectory, writeDurably } from "./durable-file.ts";
import { storing, systemCodeOf } from "./errors.ts";
import { deleteLeftovers } from "./leftovers.ts";
import { requireKey, requirePrefix } from "./object-key.ts";
import {
  type ListedObject,
  maxKeysAtOnce,
  type ObjectStore,
  type ReadObject,
} from "./object-store.ts";

/** No key begins with a dot: what is being written is no object yet. */
const incomingName = ".incoming";
/** Whoever has not written for so long writes no more. */
const silentMs = 3_600_000;
const readBytes = 256 * 1024;

/**
 * Objects as files below `directory`, readable by this user alone. Several processes may use one directory. Files that a
 * crash left half-written are deleted at the first write and then hourly, once nobody has written to them for an hour.
 */
export function createDiskStore(options: {
  readonly directory: string;
  /** Unique to each call. */
  readonly newName: () => string;
  /** By the clock of the file system. */
  readonly nowMs: () => number;
}): ObjectStore {
  const { directory: root, newName, nowMs } = options;
  const incoming = join(root, incomingName);
  let sweptMs = Number.NEGATIVE_INFINITY;

  async function prepare(): Promise<void> {
    await makeDirectory(root, root);
    await makeDirectory(incoming, root);
    if (nowMs() - sweptMs < silentMs) return;
    sweptMs = nowMs();
    await deleteLeftovers(incoming, { silentMs, nowMs: nowMs() });
  }

  return {
    async put(key, source) {
      requireKey(key);
      return storing(async () => {
        await prepare();
        const path = join(incoming, newName());
        try {
          const stored = await writeDurably(path, source);
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
        for (const key of keys) await ignoring(["ENOENT", "ENOTDIR"], unlink(join(root, key)));
        for (const directory of new Set(keys.map((key) => dirname(key)))) {
          await syncDirectory(join(root, directory));
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
          found.push({ key, sizeBytes: file.size });
          if (found.length === limit) break;
        }
        return found;
      });
    },
  };
}

async function read(path: string): Promise<ReadObject | undefined> {
  const file = await ignoring(["ENOENT", "ENOTDIR"], open(path, "r"));
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

function requireBounded(count: number): void {
  if (count < 0 || count > maxKeysAtOnce)
    throw new RangeError(`at most ${maxKeysAtOnce} objects at once`);
}
