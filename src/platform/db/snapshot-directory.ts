import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, readdirSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { SnapshotSink, SnapshotSource } from "./snapshot-ends.ts";
import {
  manifestFile,
  readManifest,
  SnapshotError,
  type SnapshotManifest,
  type SnapshotTable,
} from "./snapshot-manifest.ts";

/** Tables copied at the same time. */
const parallel = 2;
const readSizeBytes = 256 * 1024;

/** Makes the directory, which holds a file for each table and the manifest. Throws {@link SnapshotError} if it is not empty. */
export function createDirectorySink(directory: string): SnapshotSink {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (readdirSync(directory).length > 0)
    throw new SnapshotError(`${directory} is not empty. A snapshot needs a directory of its own.`);
  return {
    parallel,
    async file(name, fill) {
      const handle = await open(join(directory, name), "wx", 0o600);
      try {
        await fill((chunk) => handle.writeFile(chunk));
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
    finish: (manifest) => writeManifest(directory, manifest),
  };
}

/** Every file was read and is what the manifest says. Throws {@link SnapshotError}. */
export async function openSnapshotDirectory(directory: string): Promise<SnapshotSource> {
  const manifest = readManifest(directory);
  for (const table of manifest.tables) await verifyFile(directory, table);
  return {
    manifest,
    read: ({ file }) => createReadStream(join(directory, file), { highWaterMark: readSizeBytes }),
  };
}

async function verifyFile(directory: string, table: SnapshotTable): Promise<void> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  try {
    for await (const chunk of createReadStream(join(directory, table.file))) {
      hash.update(chunk);
      sizeBytes += chunk.length;
    }
  } catch (cause) {
    throw new SnapshotError(`${table.file} cannot be read.`, { cause });
  }
  if (sizeBytes !== table.sizeBytes || hash.digest("hex") !== table.sha256)
    throw new SnapshotError(`${table.file} is damaged: it is not what the snapshot wrote.`);
}

async function writeManifest(directory: string, manifest: SnapshotManifest): Promise<void> {
  const unfinished = join(directory, `${manifestFile}.new`);
  const handle = await open(unfinished, "wx", 0o600);
  await handle.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
  await handle.sync();
  await handle.close();
  await rename(unfinished, join(directory, manifestFile));
  const folder = await open(directory, "r");
  await folder.sync();
  await folder.close();
}
