import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Written in pieces of about this size. */
const pieceChars = 64 * 1024;

/** Writes text as UTF-8 as fast as `out` takes it, and ends it. */
export async function writeText(out: Writable, texts: AsyncIterable<string>): Promise<void> {
  await pipeline(Readable.from(inPieces(texts)), out);
}

async function* inPieces(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let pending = "";
  for await (const text of texts) {
    pending += text;
    if (pending.length < pieceChars) continue;
    yield Buffer.from(pending, "utf8");
    pending = "";
  }
  if (pending !== "") yield Buffer.from(pending, "utf8");
}
