import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Session } from "./snapshot-catalog.ts";

/** Rows come one by one; writing them so would cost a system call each. */
const chunkSizeBytes = 256 * 1024;

/**
 * Hands the output of `COPY … TO STDOUT` to `write` in chunks of some size; the server waits while that is busy.
 * Rejects with the error of the server or of `write`, and leaves the connection ready for the next statement: after a
 * failed write the rest is read and thrown away, for a stream that nobody reads to its end blocks the connection.
 */
export async function copyOut(
  session: Session,
  statement: string,
  write: (chunk: Buffer) => Promise<void>,
): Promise<void> {
  const query = session.unsafe(statement);
  hearErrors(query);
  const rows: Readable = await query.readable();
  let failure: { readonly error: unknown } | undefined;
  let parts: Buffer[] = [];
  let sizeBytes = 0;
  async function flush() {
    const chunk = Buffer.concat(parts, sizeBytes);
    parts = [];
    sizeBytes = 0;
    if (!failure && chunk.length > 0)
      await write(chunk).catch((error) => {
        failure = { error };
      });
  }
  try {
    for await (const row of rows) {
      parts.push(row);
      sizeBytes += row.length;
      if (sizeBytes >= chunkSizeBytes) await flush();
    }
  } finally {
    // postgres.js stops reading its socket while the stream is full and goes on when somebody reads the stream: after
    // its end or failure nobody does, and the answer to the next statement would never be read.
    rows._read(0);
  }
  await flush();
  if (failure) throw failure.error;
}

/**
 * An error that comes with the very first bytes is emitted before whoever awaits the stream has it: unheard, it would
 * end the process. It also comes out of the loop that reads the stream.
 */
function hearErrors(query: object): void {
  const resolvable = query as { resolve(value: unknown): void };
  const original = resolvable.resolve;
  // First the stream; at its end postgres.js resolves once more, with the result that nobody waits for.
  resolvable.resolve = (value) => {
    if (value instanceof Readable) value.on("error", () => {});
    original(value);
  };
}

/** Feeds `COPY … FROM STDIN`; resolves when the server has taken all rows and checked them. */
export async function copyIn(
  session: Session,
  statement: string,
  source: AsyncIterable<Uint8Array> | Readable,
): Promise<void> {
  const query = session.unsafe(statement);
  const refused = lateRejection(query);
  const writable = await query.writable();
  await Promise.race([pipeline(source, writable), refused]);
}

/**
 * postgres.js settles the query when the server asks for data, and rejects it once more, unheard, when the server then
 * refuses what it got: a small file is sent in full before the first refusal comes back. The stream's own end would
 * never come, and the next statement would pass for it.
 */
function lateRejection(query: object): Promise<never> {
  const rejectable = query as { reject(reason: unknown): void };
  const original = rejectable.reject;
  const refused = new Promise<never>((_, reject) => {
    rejectable.reject = (reason) => {
      original(reason);
      reject(reason);
    };
  });
  refused.catch(() => {}); // heard by the race above, when one is running
  return refused;
}
