/**
 * - `header_invalid`: no header of age v1, a malformed one, or one that asks for more than we allow.
 * - `header_altered`: the key fits, but the header's MAC does not.
 * - `no_match`: a well-formed file that is encrypted to somebody else.
 * - `chunk_not_authentic`: a chunk was changed or moved, or belongs to another file, key or nonce.
 * - `truncated`: everything up to here is authentic, but the payload goes on.
 * - `trailing_data`: something follows the payload's final chunk.
 * - `recipient_invalid`, `identity_invalid`: no X25519 recipient ("age1…") or identity of age.
 */
export type AgeErrorCode =
  | "header_invalid"
  | "header_altered"
  | "no_match"
  | "chunk_not_authentic"
  | "truncated"
  | "trailing_data"
  | "recipient_invalid"
  | "identity_invalid";

/** What is wrong with a file or key. Never holds a key, nor what a file says of itself. */
export class AgeError extends Error {
  override readonly name = "AgeError";
  readonly code: AgeErrorCode;

  constructor(code: AgeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
