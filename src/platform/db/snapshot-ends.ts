import type { SnapshotManifest, SnapshotTable } from "./snapshot-manifest.ts";

/** Where a snapshot goes. */
export type SnapshotSink = {
  /** Files that it takes at the same time. */
  readonly parallel: number;
  /** A file with all that `fill` writes; each write waits until the sink has room. */
  file(name: string, fill: (write: SnapshotWrite) => Promise<void>): Promise<void>;
  /** Comes last: what has no manifest is no snapshot. */
  finish(manifest: SnapshotManifest): Promise<void>;
};
export type SnapshotWrite = (chunk: Uint8Array) => Promise<void>;

/** A snapshot that was read once and found whole. */
export type SnapshotSource = {
  readonly manifest: SnapshotManifest;
  /** The rows of a table. Asked for in the manifest's order, each read to its end before the next. */
  read(table: SnapshotTable): AsyncIterable<Uint8Array>;
};
