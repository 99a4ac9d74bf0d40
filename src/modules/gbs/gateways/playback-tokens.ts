import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { deriveKey } from "#platform/age/derive";
import { unwrapFileKey, wrapFileKey } from "#platform/age/file-key";
import type { Id } from "#platform/kernel/ids";

/** What a token is for: it opens nothing for another playback, debt or user. */
export type PlaybackPlace = { readonly playbackId: Id; readonly debtId: Id; readonly userId: Id };

/** What of a token is stored: neither tells the token, and without it the file key is not found. */
export type StoredToken = {
  /** Of the token, hex. */
  readonly tokenSha256: string;
  /** The file key under a key that only the token gives, base64. */
  readonly sealedFileKey: string;
};

/** Secrets that let somebody watch for some minutes: the server keeps what it needs to know them again, and no more. */
export type PlaybackTokens = {
  /** A new token, 43 characters of base64url, and what is stored of it. */
  issue(
    place: PlaybackPlace,
    fileKey: Uint8Array,
  ): Promise<StoredToken & { readonly token: string }>;
  /** The file key; null for another token. Compares in constant time. */
  open(place: PlaybackPlace, token: string, stored: StoredToken): Promise<Uint8Array | null>;
};

const tokenBytes = 32;
const tokenShape = /^[\w-]{43}$/;
/** Each token gives one key, which wraps one file key. */
const label = "fintrack playback v1";

export function createPlaybackTokens(): PlaybackTokens {
  const keyOf = (token: string, { playbackId, debtId, userId }: PlaybackPlace): Uint8Array =>
    deriveKey(
      Buffer.from(token, "base64url"),
      new Uint8Array(),
      [label, playbackId, debtId, userId].join("\n"),
    );

  return {
    async issue(place, fileKey) {
      const token = randomBytes(tokenBytes).toString("base64url");
      const sealed = await wrapFileKey(keyOf(token, place), fileKey);
      return {
        token,
        tokenSha256: sha256(token).toString("hex"),
        sealedFileKey: Buffer.from(sealed).toString("base64"),
      };
    },

    async open(place, token, { tokenSha256, sealedFileKey }) {
      // Of the text: a token has one spelling.
      if (!tokenShape.test(token)) return null;
      if (!timingSafeEqual(sha256(token), Buffer.from(tokenSha256, "hex"))) return null;
      return unwrapFileKey(
        keyOf(token, place),
        new Uint8Array(Buffer.from(sealedFileKey, "base64")),
      );
    },
  };
}

const sha256 = (token: string): Buffer => createHash("sha256").update(token).digest();
