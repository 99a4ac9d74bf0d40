import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { formatEntries, type KeyEntry, KeyringError, parseEntries } from "./key-entries.ts";

/** Reads the keyring file; refuses one that others than its owner may read. */
export function readKeyringFile(path: string): KeyEntry[] {
  const { mode } = statSync(path);
  if ((mode & 0o077) !== 0)
    throw new KeyringError(`${path} may be read by others; run: chmod 600 ${path}`);
  return parseEntries(readFileSync(path, "utf8"));
}

/** Replaces the file in one step: a crash leaves the old or the new one, never half of it. */
export function replaceKeyringFile(path: string, entries: readonly KeyEntry[]): void {
  renameSync(writeBeside(path, entries), path);
}

/** Makes the file unless another process was faster; then the other's stays. */
export function createKeyringFile(path: string, entries: readonly KeyEntry[]): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const written = writeBeside(path, entries);
  try {
    linkSync(written, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    unlinkSync(written);
  }
}

function writeBeside(path: string, entries: readonly KeyEntry[]): string {
  const beside = `${path}.${process.pid}.new`;
  const file = openSync(beside, "w", 0o600);
  try {
    writeSync(file, formatEntries(entries));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  chmodSync(beside, 0o600);
  return beside;
}
