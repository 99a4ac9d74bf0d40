import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { systemCodeOf } from "./errors.ts";
import type { ObjectSource, StoredObject } from "./object-store.ts";

const ownerOnlyFile = 0o600;
const ownerOnlyDirectory = 0o700;
const copyBytes = 256 * 1024;
/** Somebody else may prune the directory between its making and the rename; not this often. */
const maxPlacements = 10;

/**
 * A new file at `path`, below `root`, with all of the source, on the disk when it resolves. What a failure leaves is the
 * caller's. Unhashed: `sha256` is empty.
 */
export async function writeDurably(
  path: string,
  root: string,
  source: ObjectSource,
  { hashed = true }: { readonly hashed?: boolean } = {},
): Promise<StoredObject> {
  const file = await openNew(path, root);
  try {
    const hash = hashed ? createHash("sha256") : undefined;
    let sizeBytes = 0;
    for await (const chunk of chunksOf(source)) {
      const written = writeAll(file, chunk);
      // Another thread writes it meanwhile.
      hash?.update(chunk);
      await written;
      sizeBytes += chunk.byteLength;
    }
    await oneAtATime(() => file.sync());
    return { sizeBytes, sha256: hash?.digest("hex") ?? "" };
  } finally {
    await file.close();
  }
}

/** Directories are made when one is missing, which is seldom. */
async function openNew(path: string, root: string): Promise<FileHandle> {
  const create = () => open(path, "wx", ownerOnlyFile);
  try {
    return await create();
  } catch (error) {
    if (systemCodeOf(error) !== "ENOENT") throw error;
    await makeDirectory(dirname(path), root);
    return create();
  }
}

let lastSync: Promise<unknown> = Promise.resolve();
/**
 * Waiting for the disk holds a thread, and Bun has no more of them than the machine has cores, for files as for
 * cryptography: several waits at once would keep everybody waiting.
 */
function oneAtATime<T>(sync: () => Promise<T>): Promise<T> {
  const next = lastSync.then(sync);
  lastSync = next.catch(() => {});
  return next;
}

/** Of a file in pieces, of bytes as they come. */
export const chunksOf = (source: ObjectSource): AsyncIterable<Uint8Array> =>
  "path" in source ? createReadStream(source.path, { highWaterMark: copyBytes }) : source;

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.byteLength; ) {
    const { bytesWritten } = await file.write(chunk, written);
    written += bytesWritten;
  }
}

/** Moves a durable file to `root`/`name`, which it replaces; the move is durable, too. */
export async function placeDurably(path: string, root: string, name: string): Promise<void> {
  const target = join(root, name);
  for (let placement = 0; ; placement += 1) {
    try {
      await rename(path, target);
      break;
    } catch (error) {
      if (systemCodeOf(error) !== "ENOENT" || placement === maxPlacements) throw error;
      await makeDirectory(dirname(target), root);
    }
  }
  await syncDirectory(dirname(target));
}

/** With those above it, as far down as `root`. */
export async function makeDirectory(path: string, root: string): Promise<void> {
  try {
    await mkdir(path, { mode: ownerOnlyDirectory });
  } catch (error) {
    if (systemCodeOf(error) === "EEXIST") return;
    if (systemCodeOf(error) !== "ENOENT" || path === root) throw error;
    await makeDirectory(dirname(path), root);
    return makeDirectory(path, root);
  }
  await syncDirectory(dirname(path));
}

/** Names in a directory are durable after this. One that is gone needs no more. */
export async function syncDirectory(path: string): Promise<void> {
  await syncIfThere(path);
}

/**
 * What was unlinked in a directory stays away after a crash. Where somebody has deleted the directory meanwhile, so does
 * the next one above it, as far up as `root`.
 */
export async function syncRemoval(path: string, root: string): Promise<void> {
  if (await syncIfThere(path)) return;
  if (path !== root) await syncRemoval(dirname(path), root);
}

async function syncIfThere(path: string): Promise<boolean> {
  try {
    const directory = await open(path, "r");
    try {
      await oneAtATime(() => directory.sync());
    } finally {
      await directory.close();
    }
    return true;
  } catch (error) {
    if (systemCodeOf(error) !== "ENOENT") throw error;
    return false;
  }
}

/**
 * Writes zeros over a file and waits for the disk. It promises nothing of copies: journals, snapshots, file systems that
 * write elsewhere (btrfs, ZFS, overlay) and SSDs, which all do, may keep what stood there.
 */
export async function overwrite(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    const zeros = new Uint8Array(Math.min(size, copyBytes));
    for (let at = 0; at < size; ) {
      const { bytesWritten } = await file.write(zeros, 0, Math.min(zeros.length, size - at), at);
      at += bytesWritten;
    }
    await oneAtATime(() => file.datasync());
  } finally {
    await file.close();
  }
}
