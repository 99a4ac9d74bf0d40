import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDiskStore } from "#platform/storage/disk-store";
import type { ObjectStore } from "#platform/storage/object-store";

export type DiskStore = ObjectStore & {
  readonly directory: string;
  /** Every file below the directory, also what is no object. */
  files(): string[];
  /** What the key holds; undefined when there is nothing. */
  bytes(key: string): Promise<Uint8Array | undefined>;
  /** The store's time goes on, that of the files does not. */
  advance(seconds: number): void;
  remove(): void;
};

/** A store of its own; `directory` of another one for a second process's view of it. */
export function openDiskStore(
  directory = mkdtempSync(join(tmpdir(), "fintrack-objects-")),
  { overwrites = false } = {},
) {
  let aheadMs = 0;
  const store = createDiskStore({
    ...{ directory, silentMs: 3_600_000, overwrites, newName: () => crypto.randomUUID() },
    nowMs: () => Date.now() + aheadMs,
  });
  return {
    ...{ ...store, directory },
    files: () =>
      readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
        .sort(),
    async bytes(key: string) {
      const found = await store.get(key);
      return found && new Uint8Array(Buffer.concat(await Array.fromAsync(found.chunks)));
    },
    advance(seconds: number) {
      aheadMs += seconds * 1000;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  } satisfies DiskStore;
}

/** Pieces as a client sends them. */
export async function* piecesOf(...pieces: readonly (string | Uint8Array)[]) {
  for (const piece of pieces) yield typeof piece === "string" ? Buffer.from(piece) : piece;
}
