import type { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";

/** One Zstandard frame with a checksum (RFC 8878), as `zstd` writes it. */
export const compressed = (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> =>
  through(source, createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } }));

/**
 * The opposite. Rejects on what is no Zstandard; does not notice when the end is missing (Bun's does not tell), so
 * whoever reads must know what the end looks like.
 */
export const decompressed = (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> =>
  through(source, createZstdDecompress());

async function* through(
  source: AsyncIterable<Uint8Array>,
  transform: Transform,
): AsyncGenerator<Uint8Array, void> {
  const fed = pipeline(source, transform);
  fed.catch(() => {}); // it comes out of the loop as well
  try {
    for await (const chunk of transform) yield chunk;
    await fed;
  } finally {
    transform.destroy();
  }
}
