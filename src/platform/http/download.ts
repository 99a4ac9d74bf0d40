import type { Exchange } from "./exchange.ts";
import { answerHead } from "./head-answer.ts";
import { streamBody } from "./streamed-body.ts";

/** Names of files are ours, never made of what users wrote: nothing to escape. */
const safeFileName = /^[\w-]{1,100}\.[a-z]{1,10}$/;

/**
 * Answers with a file as {@link streamBody} sends it. HEAD asks for no chunk: what is to happen only when somebody gets the
 * file belongs before the first of them, and so does what costs anything.
 */
export async function download(
  exchange: Exchange,
  file: {
    /** With its charset. */
    readonly type: string;
    readonly name: string;
    /** Where it is known beforehand; told to HEAD alone, for Bun leaves it out of streams. */
    readonly sizeBytes?: number;
    /** Bytes as they are, or text to be written in UTF-8. */
    readonly chunks: AsyncIterable<string | Uint8Array>;
  },
): Promise<Response> {
  if (!safeFileName.test(file.name)) throw new Error("not the name of a file");
  const headers = {
    "content-type": file.type,
    "content-disposition": `attachment; filename="${file.name}"`,
    "cache-control": "no-store",
  };
  if (exchange.isHead) {
    await file.chunks[Symbol.asyncIterator]().return?.();
    return answerHead(exchange, headers, { sizeBytes: file.sizeBytes });
  }
  return new Response(await streamBody(exchange, file.chunks), { headers });
}
