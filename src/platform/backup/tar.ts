import { BackupError } from "./errors.ts";

/** What an archive is made of: files in the format of POSIX ustar (IEEE 1003.1-2017, pax), which any `tar` lists. */
export type TarEntry = { readonly name: string; readonly bytes: Uint8Array };

const blockBytes = 512;
/** Of a name, and of what may stand before its last part. */
const [nameBytes, prefixBytes] = [100, 155];
/** An entry is held in memory as a whole. */
export const maxEntryBytes = 1024 * 1024;
const ownerOnly = 0o600;
/** Two blocks of zeros. */
export const tarEnd: Uint8Array = new Uint8Array(2 * blockBytes);

/** The entry with its header, filled up to whole blocks. `modifiedSeconds` since 1970. */
export function tarBlocks({ name, bytes }: TarEntry, modifiedSeconds: number): Uint8Array {
  if (bytes.length > maxEntryBytes) throw new RangeError("an entry of an archive is too large");
  const blocks = Buffer.alloc(blockBytes + Math.ceil(bytes.length / blockBytes) * blockBytes);
  const cut = name.lastIndexOf("/");
  const [prefix, last] = [name.slice(0, Math.max(0, cut)), name.slice(cut + 1)];
  if (Buffer.byteLength(last) > nameBytes || Buffer.byteLength(prefix) > prefixBytes)
    throw new RangeError("a name in an archive is too long");
  const field = (text: string, offset: number) => blocks.write(text, offset, "utf8");
  const octal = (value: number, offset: number, length: number) =>
    field(value.toString(8).padStart(length - 1, "0"), offset);
  field(last, 0);
  octal(ownerOnly, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(bytes.length, 124, 12);
  octal(modifiedSeconds, 136, 12);
  field("0", 156);
  field("ustar\u000000", 257);
  field(prefix, 345);
  octal(checksumOf(blocks), 148, 7);
  blocks[155] = 0x20;
  blocks.set(bytes, blockBytes);
  return blocks;
}

/**
 * The entries of an archive that {@link tarBlocks} wrote, one after the other. Reads the source to its end. Throws
 * {@link BackupError} on anything else, and when the end is missing.
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void> {
  const reader = createReader(source);
  try {
    for (;;) {
      const header = await reader.take(blockBytes);
      if (header.every((byte) => byte === 0)) break;
      const { name, sizeBytes } = readHeader(header);
      const blocks = await reader.take(Math.ceil(sizeBytes / blockBytes) * blockBytes);
      yield { name, bytes: blocks.subarray(0, sizeBytes) };
    }
    if (!(await reader.take(blockBytes)).every((byte) => byte === 0)) throw damaged();
    if (await reader.hasMore()) throw damaged();
  } finally {
    await reader.close();
  }
}

const damaged = () => new BackupError("The backup is damaged: its archive is malformed.");
const cutOff = () => new BackupError("The backup is cut off: its archive has no end.");

function readHeader(header: Buffer): { readonly name: string; readonly sizeBytes: number } {
  const text = (offset: number, length: number) => {
    const field = header.subarray(offset, offset + length);
    const end = field.indexOf(0);
    return field.toString("utf8", 0, end < 0 ? length : end);
  };
  const octal = (offset: number, length: number) => {
    const digits = text(offset, length).trim();
    return /^[0-7]{1,11}$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
  };
  const isOurs = text(257, 6) === "ustar" && header[156] === 0x30;
  const sizeBytes = octal(124, 12);
  if (!isOurs || octal(148, 7) !== checksumOf(header) || !(sizeBytes <= maxEntryBytes))
    throw damaged();
  const prefix = text(345, prefixBytes);
  return { name: `${prefix}${prefix === "" ? "" : "/"}${text(0, nameBytes)}`, sizeBytes };
}

/** Of the header's bytes, those of the checksum itself taken as spaces. */
function checksumOf(header: Buffer): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < blockBytes; at += 1) if (at < 148 || at >= 156) sum += header[at] ?? 0;
  return sum;
}

/** Pieces of exactly the length that was asked for. */
function createReader(source: AsyncIterable<Uint8Array>) {
  const iterator = source[Symbol.asyncIterator]();
  let ahead: Uint8Array[] = [];
  let aheadBytes = 0;

  async function readOn(): Promise<boolean> {
    const { done, value } = await iterator.next();
    if (done) return false;
    ahead.push(value);
    aheadBytes += value.length;
    return true;
  }

  return {
    async take(length: number): Promise<Buffer> {
      while (aheadBytes < length) if (!(await readOn())) throw cutOff();
      const all = ahead.length === 1 ? (ahead[0] ?? new Uint8Array()) : Buffer.concat(ahead);
      ahead = [all.subarray(length)];
      aheadBytes -= length;
      return Buffer.from(all.buffer, all.byteOffset, length);
    },
    async hasMore(): Promise<boolean> {
      while (aheadBytes === 0) if (!(await readOn())) return false;
      return true;
    },
    close: async (): Promise<void> => {
      await iterator.return?.();
    },
  };
}
