import { createHash } from "node:crypto";
import type { SnapshotSource } from "../db/snapshot-ends.ts";
import type { SnapshotManifest, SnapshotTable } from "../db/snapshot-manifest.ts";
import { BackupError } from "./errors.ts";
import type { OpenBackup } from "./open-backup.ts";
import { type ArchivedFile, readFiles } from "./read-archive.ts";

export type BackupSource = SnapshotSource & { close(): Promise<void> };

/**
 * A snapshot in a verified backup, read from the file a second time. What was exchanged since it was verified is noticed
 * before the restore commits.
 */
export function openBackupSource(
  backup: OpenBackup,
  directory: "main" | "log",
  manifest: SnapshotManifest,
): BackupSource {
  let files: AsyncGenerator<ArchivedFile, void> | undefined;
  let ahead: IteratorResult<ArchivedFile, void> | undefined;

  async function* read({ file, sha256 }: SnapshotTable): AsyncGenerator<Uint8Array, void> {
    files ??= readFiles(backup.archive());
    ahead ??= await files.next();
    while (!ahead.done && !ahead.value.name.startsWith(`${directory}/`)) ahead = await files.next();
    const hash = createHash("sha256");
    // An empty table has no file.
    if (!ahead.done && ahead.value.name === `${directory}/${file}`) {
      for await (const chunk of ahead.value.chunks) {
        hash.update(chunk);
        yield chunk;
      }
      ahead = await files.next();
    }
    if (hash.digest("hex") !== sha256)
      throw new BackupError(`${backup.name} has changed while it was being restored.`);
  }
  return {
    ...{ manifest, read },
    close: async () => {
      await files?.return();
    },
  };
}
