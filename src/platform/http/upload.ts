import { giveBack } from "../give-back.ts";
import { type Exchange, signalOf, type Upload } from "./exchange.ts";
import { HttpError } from "./http-error.ts";

/** A body that is read as it comes, and is no JSON. */
export type UploadOptions = {
  readonly maxBytes: number;
  /** Media types in lower case, without parameters. */
  readonly types: readonly string[];
  /** Of a body that may have no bytes at all. */
  readonly mayBeEmpty?: boolean;
  /** Bytes that keep coming move a request's deadline, but no longer than this; {@link maxUploadMs} unless said otherwise. */
  readonly maxMs?: number;
  /** The reader keeps no piece once he asks for the next: its memory is given back at once. */
  readonly inPassing?: boolean;
};

/** 50 MB at 85 kB a second. */
const maxUploadMs = 600_000;

/** How long an upload waits for other requests before it takes its next bytes, of which half a MiB may have come by then. */
const patienceMs = 50;
const lookAgainMs = 1;
/** Uploads that are being read: they do not wait for each other. */
let beingRead = 0;

/** Who asks for little is answered first. Where somebody always asks, or takes a long answer, uploads go on slower. */
async function letOthersGoFirst({ server }: Exchange): Promise<void> {
  if (!server) return;
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += lookAgainMs) {
    if (server.pendingRequests <= beingRead) return;
    await Bun.sleep(lookAgainMs);
  }
}

/**
 * Checks what the headers tell: 415 (another type, or compressed), 413 (a length beyond `maxBytes`). No byte is read
 * before the first is asked for; the client is held back while nobody asks for the next. Reading throws {@link HttpError}
 * 413 for a chunked body as soon as it is too long and 400 for an empty one and one that broke off (so that no end is
 * mistaken for its end), and the reason of the exchange's signal once the request has run into its time limit.
 */
export function openUpload(request: Request, exchange: Exchange, options: UploadOptions): Upload {
  const { headers } = request;
  const type = (headers.get("content-type") ?? "").split(";", 1).join().trim().toLowerCase();
  if (!options.types.includes(type))
    throw new HttpError(
      "unsupported_media_type",
      `The body must be ${options.types.join(" or ")}.`,
    );
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity")
    throw new HttpError("unsupported_media_type", "The body must not be compressed.");
  const declared = headers.get("content-length");
  if (declared !== null && Number(declared) > options.maxBytes) throw tooLarge(options.maxBytes);
  return read(request, exchange, options);
}

async function* read(request: Request, exchange: Exchange, options: UploadOptions) {
  const { maxBytes, mayBeEmpty = false, maxMs = maxUploadMs, inPassing = false } = options;
  const reader = request.body?.getReader();
  const signal = signalOf(exchange);
  // A client that fell silent would be waited for long after it was answered.
  const stop = () => void reader?.cancel().catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  let size = 0;
  beingRead += 1;
  try {
    for (;;) {
      await letOthersGoFirst(exchange);
      const chunk = await reader?.read().catch(brokenOff);
      signal.throwIfAborted();
      if (chunk?.value === undefined) break;
      size += chunk.value.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      const now = performance.now();
      if (now - exchange.startedMs < maxMs) exchange.waitedForSinceMs = now;
      yield chunk.value;
      if (inPassing) giveBack(chunk.value);
    }
    if (size === 0 && !mayBeEmpty) throw new HttpError("malformed", "The body is empty.");
  } finally {
    beingRead -= 1;
    signal.removeEventListener("abort", stop);
    stop();
  }
}

function brokenOff(cause: unknown): never {
  throw new HttpError("malformed", "The body ended before it was complete.", { cause });
}

const tooLarge = (maxBytes: number) =>
  new HttpError("too_large", `The body may have at most ${maxBytes} bytes.`);

/** The `requestBody` of an operation. */
export const describeUpload = ({ maxBytes, types }: UploadOptions) => ({
  description: `The file as it is, at most ${maxBytes} bytes.`,
  required: true,
  content: Object.fromEntries(
    types.map((type) => [type, { schema: { type: "string" as const, format: "binary" } }]),
  ),
});
