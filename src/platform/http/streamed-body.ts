import type { Exchange } from "./exchange.ts";

/**
 * A body that is made while it is sent, and no faster than the client takes it. Resolves with the first chunk at hand: what
 * fails before it is a problem like any other, what fails later breaks the connection, so that no half is taken for a
 * whole. A client that goes away ends `made` (its `return`); what comes or fails after that is nobody's.
 */
export async function streamBody(
  exchange: Exchange,
  made: AsyncIterable<string | Uint8Array>,
): Promise<ReadableStream<Uint8Array>> {
  const chunks = made[Symbol.asyncIterator]();
  const sent = Promise.withResolvers<unknown>();
  const encoder = new TextEncoder();
  let first: IteratorResult<string | Uint8Array> | undefined = await chunks.next();
  let isWanted = true;
  exchange.sending = sent.promise;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = first ?? (await chunks.next());
          first = undefined;
          // The client has left meanwhile: there is nobody to give it to.
          if (!isWanted) return;
          if (!done)
            return controller.enqueue(typeof value === "string" ? encoder.encode(value) : value);
          controller.close();
          sent.resolve(undefined);
        } catch (error) {
          if (!isWanted) return;
          // Bun prints this one; the cause, which may tell of somebody's data, is for the log alone.
          controller.error(new Error("an answer broke off"));
          sent.resolve(error);
        }
      },
      async cancel() {
        isWanted = false;
        try {
          await chunks.return?.();
        } finally {
          sent.resolve(undefined);
        }
      },
    },
    { highWaterMark: 0 },
  );
}
