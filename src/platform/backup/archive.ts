import type { SnapshotSink, SnapshotWrite } from "../db/snapshot-ends.ts";
import { manifestFile, type SnapshotManifest } from "../db/snapshot-manifest.ts";
import { maxEntryBytes, tarBlocks, tarEnd } from "./tar.ts";

/*
 * A backup is a tar archive, compressed with Zstandard, encrypted with age. A file of unknown length stands in it as a
 * directory of its pieces, `<file>/000001`, `<file>/000002` and so on; an empty one not at all. In this order:
 *
 *   main/<table>.copy … main/manifest.json    a snapshot of MainDB, as db:snapshot writes it
 *   log/<table>.copy  … log/manifest.json     of LogDB, if asked for
 *   objects/<n>.key  objects/<n>  objects/<n>.sum …    stored files, if asked for
 *   backup.json       what this is; without it the archive is no backup
 */

/** The last file of an archive. */
export type BackupSummary = {
  readonly format: "fintrack-backup/1";
  /** The moment that MainDB is shown as it was; ISO 8601, UTC. */
  readonly takenAt: string;
  readonly log: boolean;
  /** How many stored files; null = none were asked for. */
  readonly objects: number | null;
};

export const backupFormat = "fintrack-backup/1";
export const summaryFile = "backup.json";

export type ArchiveWriter = {
  /** A file with all that `fill` writes. */
  file(name: string, fill: (write: SnapshotWrite) => Promise<void>): Promise<void>;
  json(name: string, value: object): Promise<void>;
  /** A snapshot below the directory. */
  sink(directory: "main" | "log"): SnapshotSink;
  end(): Promise<void>;
};

/** Files must come one after the other. `modifiedSeconds` since 1970 is what a lister shows. */
export function createArchiveWriter(write: SnapshotWrite, modifiedSeconds: number): ArchiveWriter {
  async function file(name: string, fill: (write: SnapshotWrite) => Promise<void>): Promise<void> {
    let number = 0;
    await fill(async (chunk) => {
      for (let at = 0; at < chunk.length; at += maxEntryBytes) {
        number += 1;
        const bytes = chunk.subarray(at, at + maxEntryBytes);
        await write(tarBlocks({ name: pieceName(name, number), bytes }, modifiedSeconds));
      }
    });
  }
  const json = (name: string, value: object) =>
    file(name, (put) => put(Buffer.from(JSON.stringify(value))));
  return {
    ...{ file, json },
    sink: (directory) => ({
      parallel: 1,
      file: (name, fill) => file(`${directory}/${name}`, fill),
      finish: (manifest: SnapshotManifest) => json(`${directory}/${manifestFile}`, manifest),
    }),
    end: () => write(tarEnd),
  };
}

/** More than six digits when there are more than a million pieces. */
export const pieceName = (file: string, number: number): string =>
  `${file}/${String(number).padStart(6, "0")}`;
