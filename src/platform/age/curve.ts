import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";

/** A PKCS #8 private key (RFC 8410) up to its 32 bytes. */
const pkcs8Prefix = Buffer.from("302e020100300506032b656e04220420", "hex");

export type CurveKeys = { readonly secret: KeyObject; readonly point: Uint8Array };

/** A new X25519 (RFC 7748) key pair. */
export const newCurveKeys = (): CurveKeys => curveKeys(generateKeyPairSync("x25519").privateKey);

/** `scalar`: 32 bytes. */
export const curveKeysOf = (scalar: Uint8Array): CurveKeys =>
  curveKeys(
    createPrivateKey({
      key: Buffer.concat([pkcs8Prefix, scalar]),
      format: "der",
      type: "pkcs8",
    }),
  );

function curveKeys(secret: KeyObject): CurveKeys {
  const { x = "" } = createPublicKey(secret).export({ format: "jwk" });
  return { secret, point: new Uint8Array(Buffer.from(x, "base64url")) };
}

/**
 * The shared secret of a private key and somebody's point (32 bytes); null for a point of low order, with which the
 * secret would be zero, known to everybody (RFC 7748 section 6.1).
 */
export function sharedSecret(secret: KeyObject, point: Uint8Array): Uint8Array | null {
  const publicKey = createPublicKey({
    key: { kty: "OKP", crv: "X25519", x: Buffer.from(point).toString("base64url") },
    format: "jwk",
  });
  try {
    return new Uint8Array(diffieHellman({ privateKey: secret, publicKey }));
  } catch {
    return null; // there is nothing else that node:crypto could refuse here
  }
}
