import type { Clock } from "../kernel/clock.ts";
import { epochMs } from "../kernel/time.ts";

/** The standard `fetch`, as far as it is used here: the global one, or one of a test. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type OutgoingRequest = {
  /** From the first byte sent to the last byte of the body received. */
  readonly timeoutMs: number;
  /** Of the body after decompression. */
  readonly maxBytes: number;
  /** The Accept header. */
  readonly accept: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The caller's own reason to stop. */
  readonly signal?: AbortSignal;
};

/**
 * address: not https (or http to this machine), or with credentials in it. status: anything but 2xx, redirects included.
 * network: no connection, a broken one, or a body that could not be decompressed. not_utf8: the body is no UTF-8 text.
 */
export type OutgoingFailureReason =
  | "address"
  | "status"
  | "timeout"
  | "network"
  | "too_large"
  | "not_utf8";

/**
 * Carries no address, no header, no body and no cause: addresses may hold keys, and Bun's own network errors repeat
 * the address.
 */
export class OutgoingFailure extends Error {
  override readonly name = "OutgoingFailure";
  readonly reason: OutgoingFailureReason;
  /** The HTTP status when `reason` is "status", else null. */
  readonly status: number | null;
  /** The answer's Retry-After (RFC 9110, 10.2.3), at most {@link maxRetryAfterSeconds}; null when there was none. */
  readonly retryAfterSeconds: number | null;

  constructor(
    reason: OutgoingFailureReason,
    message: string,
    status: number | null = null,
    retryAfterSeconds: number | null = null,
  ) {
    super(message);
    this.reason = reason;
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A month: a monthly quota may ask for that, nothing sensible asks for more. */
export const maxRetryAfterSeconds = 31 * 86_400;

/** Some hosts refuse requests without one. */
const userAgent = "FinTrack";

export type Outgoing = {
  /**
   * GET, answered by UTF-8 text. Follows no redirect, so that an answer comes from the host that was configured.
   * Throws {@link OutgoingFailure}; when `request.signal` aborts, that signal's reason.
   */
  getText(url: string, request: OutgoingRequest): Promise<string>;
};

export function createOutgoing(deps: { readonly fetch: Fetch; readonly clock: Clock }): Outgoing {
  return {
    async getText(url, request) {
      requireSafeAddress(url);
      const timeout = AbortSignal.timeout(request.timeoutMs);
      const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
      try {
        signal.throwIfAborted();
        const response = await deps.fetch(url, {
          method: "GET",
          redirect: "manual",
          headers: { "user-agent": userAgent, accept: request.accept, ...request.headers },
          signal,
        });
        if (!response.ok) {
          await response.body?.cancel();
          throw new OutgoingFailure(
            "status",
            `the answer has status ${response.status}`,
            response.status,
            retryAfterSeconds(response.headers.get("retry-after"), deps.clock),
          );
        }
        return decodeUtf8(await readBounded(response, request.maxBytes));
      } catch (error) {
        if (error instanceof OutgoingFailure) throw error;
        request.signal?.throwIfAborted();
        if (timeout.aborted)
          throw new OutgoingFailure("timeout", `no complete answer in ${request.timeoutMs} ms`);
        throw new OutgoingFailure("network", "the connection failed or broke off");
      }
    },
  };
}

function requireSafeAddress(text: string): void {
  const url = URL.parse(text);
  const loopback = /^(localhost|127\.[\d.]+|\[::1\])$/.test(url?.hostname ?? "");
  const encrypted = url?.protocol === "https:" || (url?.protocol === "http:" && loopback);
  if (!encrypted || url?.username || url?.password)
    throw new OutgoingFailure("address", "only https, or http to this machine, is asked");
}

/** Counts what arrives: a Content-Length may be missing, wrong, or that of the compressed body. */
async function readBounded(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the body and with it the connection.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes)
      throw new OutgoingFailure("too_large", `the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new OutgoingFailure("not_utf8", "the answer is not UTF-8 text");
  }
}

/** Seconds or an IMF-fixdate ("Sun, 22 Nov 2026 09:30:00 GMT"); anything else counts as absent. */
function retryAfterSeconds(header: string | null, clock: Clock): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text), maxRetryAfterSeconds);
  const at = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(at)) return null;
  const seconds = Math.ceil((at - epochMs(clock.now())) / 1000);
  return Math.min(Math.max(0, seconds), maxRetryAfterSeconds);
}
