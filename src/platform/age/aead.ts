const name = "ChaCha20-Poly1305";

/** Bytes of the Poly1305 tag that ends whatever is sealed. */
export const tagBytes = 16;

/** ChaCha20-Poly1305 (RFC 8439) without associated data, computed off the main thread. */
export type Aead = {
  /** Ciphertext and tag. `nonce`: 12 bytes, never twice under one key. */
  seal(nonce: Uint8Array, plain: Uint8Array): Promise<Uint8Array>;
  /** Null for what was not sealed under this key and nonce. */
  open(nonce: Uint8Array, sealed: Uint8Array): Promise<Uint8Array | null>;
};

/** `key`: 32 bytes. */
export async function createAead(key: Uint8Array): Promise<Aead> {
  const imported = await crypto.subtle.importKey("raw-secret", own(key), { name }, false, [
    "encrypt",
    "decrypt",
  ]);
  return {
    async seal(iv, plain) {
      return new Uint8Array(
        await crypto.subtle.encrypt({ name, iv: own(iv) }, imported, own(plain)),
      );
    },
    async open(iv, sealed) {
      try {
        return new Uint8Array(
          await crypto.subtle.decrypt({ name, iv: own(iv) }, imported, own(sealed)),
        );
      } catch (error) {
        if (error instanceof DOMException && error.name === "OperationError") return null;
        throw error;
      }
    },
  };
}

/** WebCrypto's types refuse memory that threads share, which nobody here has. */
const own = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>;
