import { createReadStream } from "node:fs";

/** Why a file is not the text it should be; the message says what to do about it. */
export class TextFileError extends Error {
  override readonly name = "TextFileError";
  /** Counted from 1. */
  readonly line: number;
  constructor(line: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.line = line;
  }
}

const chunkSizeBytes = 64 * 1024;

/** First bytes of what people hand over instead of a text file. */
const otherFormats: readonly { readonly bytes: readonly number[]; readonly what: string }[] = [
  { bytes: [0xff, 0xfe], what: "is UTF-16: save it as UTF-8" },
  { bytes: [0xfe, 0xff], what: "is UTF-16: save it as UTF-8" },
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: "is a ZIP archive or a spreadsheet: save it as CSV" },
  { bytes: [0x1f, 0x8b], what: "is compressed with gzip: unpack it first" },
];

/** The text of a file, piece by piece. Throws {@link TextFileError} when it cannot be read, is binary or not UTF-8. */
export async function* readUtf8(path: string): AsyncGenerator<string> {
  // The CSV parser takes the byte order mark off.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let start = true;
  let line = 1;
  for await (const bytes of chunks(path)) {
    if (start) refuseOtherFormats(bytes);
    start = false;
    const zero = bytes.indexOf(0);
    if (zero >= 0) throw new TextFileError(line + lineBreaks(bytes, zero), "is binary, not text");
    yield decode(decoder, line, bytes);
    line += lineBreaks(bytes, bytes.length);
  }
  yield decode(decoder, line);
}

async function* chunks(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: chunkSizeBytes }))
      yield bytes;
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? ` (${cause.code})` : "";
    throw new TextFileError(1, `cannot be read${code}`, { cause });
  }
}

function refuseOtherFormats(start: Buffer): void {
  for (const { bytes, what } of otherFormats)
    if (bytes.every((byte, index) => start[index] === byte)) throw new TextFileError(1, what);
}

/** `line`: that of the first byte. */
function decode(decoder: TextDecoder, line: number, bytes?: Buffer): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch (cause) {
    const lines = bytes ? lineBreaks(bytes, firstUndecodable(bytes)) : 0;
    throw new TextFileError(line + lines, "is not UTF-8 text", { cause });
  }
}

const lineFeed = 0x0a;

const lineBreaks = (bytes: Buffer, end: number): number =>
  bytes.subarray(0, end).reduce((count, byte) => (byte === lineFeed ? count + 1 : count), 0);

/** To a line: lines are decoded one by one. Only the first can begin within a character that the last chunk began. */
function firstUndecodable(bytes: Buffer): number {
  let from = bytes.indexOf(lineFeed) + 1;
  while (from > 0) {
    const end = bytes.indexOf(lineFeed, from);
    const isLast = end < 0;
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(
        bytes.subarray(from, isLast ? bytes.length : end),
      );
    } catch {
      return from;
    }
    if (isLast) break;
    from = end + 1;
  }
  return 0;
}
