import type { Exchange, LeftOut } from "./exchange.ts";

/** The answer to a HEAD (RFC 9110, 9.3.2) of what is not made for it: the headers of the GET alone. */
export function answerHead(
  exchange: Exchange,
  headers: Readonly<Record<string, string>>,
  leftOut: LeftOut,
): Response {
  exchange.leftOut = leftOut;
  return new Response(null, { headers });
}

/**
 * The same answer as it goes out. Elysia states the length of the body that it has read, and there was none to read;
 * Bun states 0 where nothing else is said, but for streams.
 */
export function withoutBody(response: Response, { sizeBytes }: LeftOut): Response {
  const { status, headers } = response;
  if (sizeBytes !== undefined) {
    headers.set("content-length", String(sizeBytes));
    return response;
  }
  headers.delete("content-length");
  return new Response(nothing(), { status, headers });
}

const nothing = (): ReadableStream<Uint8Array> =>
  new ReadableStream({ pull: (controller) => controller.close() }, { highWaterMark: 0 });
