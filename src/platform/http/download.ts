import type { Exchange } from "./exchange.ts";
import { streamBody } from "./streamed-body.ts";

/** Names of files are ours, never made of what users wrote: nothing to escape. */
const safeFileName = /^[\w-]{1,100}\.[a-z]{1,10}$/;

/** Answers with a file as {@link streamBody} sends it. */
export async function download(
  exchange: Exchange,
  file: {
    /** With its charset. */
    readonly type: string;
    readonly name: string;
    /** Bytes as they are, or text to be written in UTF-8. */
    readonly chunks: AsyncIterable<string | Uint8Array>;
  },
): Promise<Response> {
  if (!safeFileName.test(file.name)) throw new Error("not the name of a file");
  const body = await streamBody(exchange, file.chunks);
  return new Response(body, {
    headers: {
      "content-type": file.type,
      "content-disposition": `attachment; filename="${file.name}"`,
      "cache-control": "no-store",
    },
  });
}
