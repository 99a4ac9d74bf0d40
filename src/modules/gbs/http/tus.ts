import { defineErrors, invalidField } from "#platform/kernel/errors";
import { dateOf, type Instant } from "#platform/kernel/time";
import { segmentBytes } from "../bounds.ts";

/** What is spoken of https://tus.io/protocols/resumable-upload (1.0.0). */
export const tusVersion = "1.0.0";
export const tusExtensions = "creation,expiration,termination";
export const tusHeaders = { "tus-resumable": tusVersion, "tus-version": tusVersion } as const;
/**
 * Of Upload-Limit (draft-ietf-httpbis-resumable-upload): tus has no word for it, and a client that sends less at a time gets
 * nowhere. The last bytes of an upload may be fewer.
 */
export const leastAppend = `min-append-size=${segmentBytes}`;
/** Media type of the bytes of an upload. */
export const tusBytes = "application/offset+octet-stream";

const errors = defineErrors("tus", {
  version_unsupported: { kind: "precondition_failed", title: "Another version of tus" },
});

/** Throws `tus.version_unsupported` (412): every request but OPTIONS says which version it speaks. */
export function requireTus({ headers }: Request): void {
  if (headers.get("tus-resumable") === tusVersion) return;
  throw errors.fail("version_unsupported", `Send Tus-Resumable: ${tusVersion}.`);
}

/** Of Upload-Length and Upload-Offset. Throws 422 that names the header. */
export function readByteCount({ headers }: Request, name: string): number {
  const count = byteCount(headers.get(name));
  if (count !== null) return count;
  throw invalidField(name, "Must be a whole number of bytes.");
}

/** How many bytes the body has; null when only its end tells. */
export const sentBytesOf = ({ headers }: Request): number | null =>
  byteCount(headers.get("content-length"));

/** As Upload-Expires has it (RFC 9110, 5.6.7). */
export const httpDate = (instant: Instant): string => dateOf(instant).toUTCString();

const byteCount = (text: string | null): number | null =>
  text !== null && /^(0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : null;
