import { createReadStream, existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { checksumName, readChecksum } from "./backup-name.ts";
import type { BackupFile } from "./store.ts";

const readBytes = 256 * 1024;

/** A backup that somebody has fetched; null when there is no such file. */
export function openLocalFile(path: string): BackupFile | null {
  if (!existsSync(path)) return null;
  return {
    name: basename(path),
    read: () => createReadStream(path, { highWaterMark: readBytes }),
    async checksum() {
      const beside = checksumName(path);
      return existsSync(beside) ? readChecksum(readFileSync(beside, "utf8")) : null;
    },
  };
}
