import { ImportFileError } from "../domain/import-file-error.ts";
import type { CsvRow, CsvShape } from "../domain/import-format.ts";
import { createRowSplitter } from "../domain/import-splitter.ts";

/** Text is handed on in pieces of this many bytes, so that one of 50 MB is never a string. */
const pieceBytes = 64 * 1024;

/**
 * The rows of a file, in groups: those that end in one piece of it. Nothing but the row that is being read stays in
 * memory. Throws {@link ImportFileError} when nothing sensible can follow; a row that cannot be read is a faulty row.
 */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  shape: CsvShape,
): AsyncGenerator<readonly CsvRow[]> {
  // What is no character of the encoding becomes U+FFFD; the byte order mark is taken off.
  const decoder = new TextDecoder(shape.encoding);
  const splitter = createRowSplitter(shape);
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      const rows = splitter.push(
        decoder.decode(chunk.subarray(at, at + pieceBytes), { stream: true }),
      );
      if (rows.length > 0) yield rows;
    }
  }
  const rest = [...splitter.push(decoder.decode()), ...splitter.end()];
  if (rest.length > 0) yield rest;
}

export { ImportFileError };
