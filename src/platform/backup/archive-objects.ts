import { createHash } from "node:crypto";
import { maxKeysAtOnce, type ObjectStore } from "../storage/object-store.ts";
import type { ArchiveWriter } from "./archive.ts";

/** All objects, each between its key and its sum. Gives how many. */
export async function archiveObjects(
  objects: Pick<ObjectStore, "list" | "get">,
  archive: ArchiveWriter,
): Promise<number> {
  let count = 0;
  for (let after = ""; ; ) {
    const page = await objects.list("", { after, limit: maxKeysAtOnce });
    for (const { key } of page) {
      const found = await objects.get(key);
      if (!found) continue; // deleted since
      count += 1;
      await archiveObject(archive, { key, number: count, chunks: found.chunks });
    }
    const last = page.at(-1);
    if (page.length < maxKeysAtOnce || !last) return count;
    after = last.key;
  }
}

export const objectFile = (number: number): string => `objects/${String(number).padStart(9, "0")}`;

async function archiveObject(
  archive: ArchiveWriter,
  object: {
    readonly key: string;
    readonly number: number;
    readonly chunks: AsyncIterable<Uint8Array>;
  },
): Promise<void> {
  const file = objectFile(object.number);
  const hash = createHash("sha256");
  let sizeBytes = 0;
  await archive.json(`${file}.key`, { key: object.key });
  await archive.file(file, async (write) => {
    for await (const chunk of object.chunks) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      await write(chunk);
    }
  });
  await archive.json(`${file}.sum`, { sizeBytes, sha256: hash.digest("hex") });
}
