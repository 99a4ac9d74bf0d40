import { createHash } from "node:crypto";
import { chunksOf } from "./durable-file.ts";
import type { ObjectSource, StoredObject } from "./object-store.ts";

export type ObjectPart = {
  readonly bytes: Uint8Array;
  /** Of this part, hex. */
  readonly sha256: string;
};

const firstBytes = 64 * 1024;

/**
 * A source in parts of `partBytes`, the last one shorter; an empty source is one empty part. Only the part that is being
 * filled is held. `whole` tells what came, once all of it has.
 */
export function openParts(source: ObjectSource, partBytes: number) {
  const hash = createHash("sha256");
  let sizeBytes = 0;

  async function* cut(): AsyncGenerator<ObjectPart, void, void> {
    let part = openPart(partBytes, Math.min(firstBytes, partBytes));
    let parts = 0;
    for await (const chunk of chunksOf(source)) {
      hash.update(chunk);
      sizeBytes += chunk.byteLength;
      for (let at = 0; at < chunk.byteLength; ) {
        // A full one goes out only when more comes: the last part is never empty.
        if (part.room() === 0) {
          yield part.close();
          parts += 1;
          part = openPart(partBytes, partBytes);
        }
        at += part.add(chunk.subarray(at, at + part.room()));
      }
    }
    if (parts === 0 || part.room() < partBytes) yield part.close();
  }

  return {
    parts: cut(),
    whole: (): StoredObject => ({ sizeBytes, sha256: hash.digest("hex") }),
  };
}

/** A buffer that grows as it is filled, so that a small object takes little. */
function openPart(partBytes: number, startBytes: number) {
  const hash = createHash("sha256");
  let buffer = new Uint8Array(startBytes);
  let length = 0;
  return {
    room: () => partBytes - length,
    add(chunk: Uint8Array): number {
      const needed = length + chunk.byteLength;
      if (needed > buffer.byteLength) {
        const grown = new Uint8Array(Math.min(partBytes, Math.max(needed, 2 * buffer.byteLength)));
        grown.set(buffer.subarray(0, length));
        buffer = grown;
      }
      buffer.set(chunk, length);
      hash.update(chunk);
      length = needed;
      return chunk.byteLength;
    },
    close: (): ObjectPart => ({ bytes: buffer.subarray(0, length), sha256: hash.digest("hex") }),
  };
}
