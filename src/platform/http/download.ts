import type { Exchange } from "./exchange.ts";

/** Names of files are ours, never made of what users wrote: nothing to escape. */
const safeFileName = /^[\w-]{1,100}\.[a-z]{1,10}$/;

/**
 * Answers with a file that is made while it is sent, and no faster than the client takes it. Waits for the first chunk: what
 * fails before it is a problem like any other, what fails later breaks the connection, so that no half is taken for a
 * whole. A client that goes away ends `chunks` (its `return`).
 */
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
  const chunks = file.chunks[Symbol.asyncIterator]();
  const sent = Promise.withResolvers<unknown>();
  const encoder = new TextEncoder();
  let first: IteratorResult<string | Uint8Array> | undefined = await chunks.next();
  exchange.sending = sent.promise;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = first ?? (await chunks.next());
          first = undefined;
          if (!done)
            return controller.enqueue(typeof value === "string" ? encoder.encode(value) : value);
          controller.close();
          sent.resolve(undefined);
        } catch (error) {
          // Bun prints this one; the cause, which may tell of somebody's data, is for the log alone.
          controller.error(new Error("an answer broke off"));
          sent.resolve(error);
        }
      },
      async cancel() {
        await chunks.return?.();
        sent.resolve(undefined);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: {
      "content-type": file.type,
      "content-disposition": `attachment; filename="${file.name}"`,
      "cache-control": "no-store",
    },
  });
}
