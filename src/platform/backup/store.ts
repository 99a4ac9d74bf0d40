import type { Instant } from "../kernel/time.ts";
import { maxKeysAtOnce, type ObjectStore } from "../storage/object-store.ts";
import {
  type BackupParts,
  backupName,
  checksumLine,
  checksumName,
  namePrefix,
  readBackupName,
  readChecksum,
} from "./backup-name.ts";
import { BackupError } from "./errors.ts";

export type KeptBackup = BackupParts & {
  readonly name: string;
  readonly takenAt: Instant;
  readonly sizeBytes: number;
};

/** Where backups are kept: a directory or a bucket, which holds them whole or not at all. */
export type BackupStore = {
  /** What the content says of its moment is known when it has begun; the name is made from `takenAt` and `holds`. */
  put(
    takenAt: Instant,
    holds: BackupParts & { readonly isEncrypted: boolean },
    content: AsyncIterable<Uint8Array>,
  ): Promise<KeptBackup & { readonly sha256: string }>;
  /** The newest first. */
  list(): Promise<readonly KeptBackup[]>;
  delete(backups: readonly KeptBackup[]): Promise<void>;
  /** Throws {@link BackupError} when there is none of that name. */
  open(name: string): BackupFile;
};

/** A backup that can be read from its beginning as often as need be. */
export type BackupFile = {
  readonly name: string;
  read(): AsyncIterable<Uint8Array>;
  /** Hex; null when there is none beside the file. */
  checksum(): Promise<string | null>;
};

const maxChecksumBytes = 1_000;

export function createBackupStore(objects: ObjectStore): BackupStore {
  async function* read(name: string): AsyncGenerator<Uint8Array, void> {
    const found = await objects.get(name);
    if (!found) throw new BackupError(`There is no backup ${name}.`);
    yield* found.chunks;
  }
  return {
    async put(takenAt, holds, content) {
      const name = backupName(takenAt, holds);
      const { sizeBytes, sha256 } = await objects.put(name, content);
      await objects.put(checksumName(name), bytesOf(checksumLine(name, sha256)));
      const { log, objects: withObjects } = holds;
      return { name, takenAt, log, objects: withObjects, sizeBytes, sha256 };
    },
    async list() {
      const found: KeptBackup[] = [];
      for (let after = ""; ; ) {
        const page = await objects.list(namePrefix, { after, limit: maxKeysAtOnce });
        for (const { key, sizeBytes } of page) {
          const read = readBackupName(key);
          if (read) found.push({ name: key, ...read, sizeBytes });
        }
        const last = page.at(-1);
        if (page.length < maxKeysAtOnce || !last) break;
        after = last.key;
      }
      return found.sort((a, b) => (a.takenAt < b.takenAt ? 1 : -1));
    },
    async delete(backups) {
      // One after the other: the checksum goes last, so that no backup is ever without.
      for (const { name } of backups) {
        await objects.delete([name]);
        await objects.delete([checksumName(name)]);
      }
    },
    open: (name) => ({
      name,
      read: () => read(name),
      async checksum() {
        const found = await objects.get(checksumName(name));
        if (!found) return null;
        const parts: Uint8Array[] = [];
        if (found.sizeBytes <= maxChecksumBytes)
          for await (const chunk of found.chunks) parts.push(chunk);
        else await found.chunks.return?.();
        return readChecksum(Buffer.concat(parts).toString());
      },
    }),
  };
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(text);
}
