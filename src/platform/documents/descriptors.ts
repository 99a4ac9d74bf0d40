import { read, write } from "node:fs";
import { Writable } from "node:stream";
import { promisify } from "node:util";

/** Read, and waiting to be written, at a time. */
const pieceBytes = 64 * 1024;

const readAt = promisify(read);
const writeTo = promisify(write);

/** The text of an open file. Unlike a stream of `node:fs` it never closes the file, also not when it is left early. */
export async function* textOf(descriptor: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const buffer = Buffer.allocUnsafe(pieceBytes);
  for (let position = 0; ; ) {
    const { bytesRead } = await readAt(descriptor, buffer, 0, pieceBytes, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    yield decoder.decode(buffer.subarray(0, bytesRead), { stream: true });
  }
  yield decoder.decode();
}

/** Writes to the end of an open file, and leaves closing it to whoever has opened it. */
export const writableTo = (descriptor: number): Writable =>
  new Writable({
    highWaterMark: pieceBytes,
    write(chunk: Buffer, _encoding, done) {
      writeWhole(descriptor, chunk).then(() => done(), done);
    },
  });

async function writeWhole(descriptor: number, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length; )
    written += (await writeTo(descriptor, bytes, written, bytes.length - written)).bytesWritten;
}
