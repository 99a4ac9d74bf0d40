import { type ByteRange, readByteRange } from "./byte-range.ts";
import type { Exchange } from "./exchange.ts";
import { answerHead } from "./head-answer.ts";
import { HttpError } from "./http-error.ts";
import { streamBody } from "./streamed-body.ts";

/** What is no larger is read before it is answered: then the answer states its length, which Bun leaves out of streams. */
const maxReadAheadBytes = 64 * 1024;

/** A representation that can be read from anywhere. */
export type Media = {
  /** Content-Type. */
  readonly type: string;
  /** At least 1. */
  readonly sizeBytes: number;
  /** Strong: the same for the same bytes alone. With its quotes. */
  readonly etag: string;
  read(range: ByteRange): AsyncIterable<Uint8Array>;
};

/** Nobody keeps it, frames it, guesses what it is or learns where it was shown; as a page it may do nothing. */
const headers = {
  "accept-ranges": "bytes",
  "cache-control": "private, no-store",
  "content-disposition": "inline",
  "content-security-policy": "default-src 'none'; sandbox",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Answers GET and HEAD for something that players seek in: a single range with 206, everything else whole (RFC 9110, 14).
 * If-Range takes the ETag. Sent as {@link streamBody} sends it. Throws {@link HttpError} 416.
 */
export async function mediaResponse(
  request: Request,
  exchange: Exchange,
  { type, sizeBytes, etag, read }: Media,
): Promise<Response> {
  const common = { ...headers, "content-type": type, etag };
  if (exchange.isHead) return answerHead(exchange, common, { sizeBytes });
  const range = readByteRange(rangeOf(request, etag), sizeBytes);
  if (range === "unsatisfiable")
    throw new HttpError("range_not_satisfiable", "It has no such bytes.", {
      headers: { "content-range": `bytes */${sizeBytes}`, "cache-control": "private, no-store" },
    });
  if (range === "whole") {
    const body = await streamBody(exchange, read({ first: 0, last: sizeBytes - 1 }));
    return new Response(body, { headers: common });
  }
  const { first, last } = range;
  const body =
    last - first < maxReadAheadBytes
      ? Buffer.concat(await Array.fromAsync(read(range)))
      : await streamBody(exchange, read(range));
  return new Response(body, {
    status: 206,
    headers: { ...common, "content-range": `bytes ${first}-${last}/${sizeBytes}` },
  });
}

/** The Range header, unless it was meant for other bytes (RFC 9110, 13.1.5): a weak ETag or a date never fits. */
function rangeOf({ headers }: Request, etag: string): string | null {
  const ifRange = headers.get("if-range");
  return ifRange === null || ifRange.trim() === etag ? headers.get("range") : null;
}
