import type { ObjectStore } from "../storage/object-store.ts";
import { BackupError } from "./errors.ts";
import type { OpenBackup } from "./open-backup.ts";
import { readFiles, readText } from "./read-archive.ts";
import { parse } from "./verify-backup.ts";

/** Puts the stored files of a verified backup back; gives how many. Replaces those that are there. */
export async function restoreObjects(
  backup: OpenBackup,
  objects: Pick<ObjectStore, "put">,
): Promise<number> {
  let count = 0;
  let key: string | undefined;
  for await (const file of readFiles(backup.archive())) {
    if (!file.name.startsWith("objects/")) continue;
    if (file.name.endsWith(".key")) key = keyOf(await readText(file), file.name);
    else if (!file.name.endsWith(".sum")) {
      if (key !== undefined) await objects.put(key, file.chunks);
      key = undefined;
      count += 1;
    } else if (key !== undefined) {
      // An empty one has no file of its own.
      await objects.put(key, nothing());
      key = undefined;
      count += 1;
    }
  }
  return count;
}

function keyOf(text: string, name: string): string {
  const { key } = parse(text, name);
  if (typeof key !== "string") throw new BackupError(`The backup is damaged: ${name} has no key.`);
  return key;
}

async function* nothing(): AsyncGenerator<Uint8Array, void> {}
