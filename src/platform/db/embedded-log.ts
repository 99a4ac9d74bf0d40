import { copyFileSync, existsSync, statSync, truncateSync } from "node:fs";

const maxLogSizeBytes = 8 * 1024 * 1024;

/**
 * Keeps the log file and one older copy within bounds. PostgreSQL holds the file open and appends, so it is copied
 * and emptied; lines written in between are lost.
 */
export function rotateLog(path: string, maxSizeBytes = maxLogSizeBytes): void {
  if (!existsSync(path) || statSync(path).size <= maxSizeBytes) return;
  copyFileSync(path, `${path}.1`);
  truncateSync(path, 0);
}
