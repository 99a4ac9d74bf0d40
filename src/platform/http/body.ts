import { HttpError } from "./http-error.ts";
import { parseJson } from "./json.ts";

/** What a JSON body may weigh unless its route says otherwise. */
export const defaultBodyLimitBytes = 256 * 1024;

const jsonType = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/**
 * Reads a JSON body of at most `limitBytes`. Throws {@link HttpError}: 413 (also for a chunked body, as soon as it is
 * too long), 415 (anything but application/json in UTF-8, or a compressed one), 400 (empty, not UTF-8, not JSON).
 * Where it is `optional`, one of no bytes is `{}`, whatever its type.
 */
export async function readJsonBody(
  request: Request,
  { limitBytes, optional }: { readonly limitBytes: number; readonly optional: boolean },
): Promise<unknown> {
  const { headers } = request;
  if (optional && (request.body === null || headers.get("content-length") === "0")) return {};
  if (!jsonType.test(headers.get("content-type") ?? ""))
    throw new HttpError("unsupported_media_type", "The body must be application/json in UTF-8.");
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity")
    throw new HttpError("unsupported_media_type", "The body must not be compressed.");
  const declared = headers.get("content-length");
  if (declared !== null && Number(declared) > limitBytes) throw tooLarge(limitBytes);
  const bytes = await readBytes(request, limitBytes);
  if (bytes.byteLength === 0) {
    if (optional) return {};
    throw new HttpError("malformed", "The body is empty; send JSON.");
  }
  return parseJson(decodeUtf8(bytes));
}

/** Counts while it reads: a chunked body tells its length only at its end. */
async function readBytes(request: Request, limitBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength;
      if (size > limitBytes) throw tooLarge(limitBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    // The client went away, or its chunks are no chunks.
    throw new HttpError("malformed", "The body ended before it was complete.", { cause: error });
  }
  return Buffer.concat(chunks);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new HttpError("malformed", "The body is not UTF-8.");
  }
}

const tooLarge = (limitBytes: number) =>
  new HttpError("too_large", `The body may have at most ${limitBytes} bytes.`);
