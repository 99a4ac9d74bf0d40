import { pieceName } from "./archive.ts";
import { BackupError } from "./errors.ts";
import { readTar, type TarEntry } from "./tar.ts";

export type ArchivedFile = {
  readonly name: string;
  /** Read before the next file is asked for; whatever was not read is passed over. */
  readonly chunks: AsyncIterable<Uint8Array>;
};

/** The files of an archive in their order. Throws {@link BackupError} when a piece is missing or out of place. */
export async function* readFiles(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<ArchivedFile, void> {
  const entries = readTar(source);
  try {
    let ahead = await entries.next();
    while (!ahead.done) {
      const name = fileOf(ahead.value);
      let number = 0;
      const piece = async (): Promise<Uint8Array | undefined> => {
        if (ahead.done || fileOf(ahead.value) !== name) return undefined;
        number += 1;
        if (ahead.value.name !== pieceName(name, number))
          throw new BackupError(`The backup is damaged: ${name} lacks a piece.`);
        const { bytes } = ahead.value;
        ahead = await entries.next();
        return bytes;
      };
      yield { name, chunks: repeat(piece) };
      while ((await piece()) !== undefined);
    }
  } finally {
    await entries.return();
  }
}

const fileOf = ({ name }: TarEntry): string => name.slice(0, Math.max(0, name.lastIndexOf("/")));

async function* repeat<T>(next: () => Promise<T | undefined>): AsyncGenerator<T, void> {
  for (let value = await next(); value !== undefined; value = await next()) yield value;
}

/** A manifest of a hundred thousand tables and partitions is smaller. */
const maxJsonBytes = 64 * 1024 * 1024;

/** Throws {@link BackupError} when it is none. */
export async function readText({ name, chunks }: ArchivedFile): Promise<string> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > maxJsonBytes) throw new BackupError(`The backup's ${name} is too large.`);
  }
  return Buffer.concat(parts, sizeBytes).toString("utf8");
}
