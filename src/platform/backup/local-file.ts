import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { checksumName, readChecksum } from "./backup-name.ts";
import type { BackupFile } from "./store.ts";

const readBytes = 256 * 1024;

/** A backup that somebody has fetched; null when there is no such file. */
export function openLocalFile(path: string): (BackupFile & { readonly sizeBytes: number }) | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) return null;
  return {
    name: basename(path),
    sizeBytes: found.size,
    read: () => createReadStream(path, { highWaterMark: readBytes }),
    async checksum() {
      const beside = checksumName(path);
      return existsSync(beside) ? readChecksum(readFileSync(beside, "utf8")) : null;
    },
  };
}
