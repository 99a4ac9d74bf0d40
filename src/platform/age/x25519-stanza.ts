import { fromBase64, toBase64 } from "./base64.ts";
import { type CurveKeys, newCurveKeys, sharedSecret } from "./curve.ts";
import { deriveKey } from "./derive.ts";
import { AgeError } from "./errors.ts";
import { canBeFileKey, unwrapFileKey, wrapFileKey } from "./file-key.ts";
import { recipientPoint } from "./identities.ts";
import type { Stanza } from "./stanza.ts";

const kind = "X25519";
const label = "age-encryption.org/v1/X25519";
const pointBytes = 32;

/** Under a key agreed between a new key pair, whose public half is in the stanza, and the recipient. */
export async function x25519Stanza(fileKey: Uint8Array, recipient: string): Promise<Stanza> {
  const theirs = recipientPoint(recipient);
  const { secret, point: share } = newCurveKeys();
  const wrappingKey = wrappingKeyOf(sharedSecret(secret, theirs), share, theirs);
  return { args: [kind, toBase64(share)], body: await wrapFileKey(wrappingKey, fileKey) };
}

/** Null when no stanza is for these keys. */
export async function openX25519(
  stanzas: readonly Stanza[],
  keys: CurveKeys,
): Promise<Uint8Array | null> {
  for (const { args, body } of stanzas) {
    if (args[0] !== kind) continue;
    const share = args.length === 2 ? fromBase64(args[1] ?? "", pointBytes) : null;
    if (!share || !canBeFileKey(body)) throw malformed();
    const wrappingKey = wrappingKeyOf(sharedSecret(keys.secret, share), share, keys.point);
    const fileKey = await unwrapFileKey(wrappingKey, body);
    if (fileKey) return fileKey;
  }
  return null;
}

function wrappingKeyOf(
  secret: Uint8Array | null,
  share: Uint8Array,
  recipient: Uint8Array,
): Uint8Array {
  if (!secret) throw malformed();
  return deriveKey(secret, Buffer.concat([share, recipient]), label);
}

const malformed = () => new AgeError("header_invalid", "An X25519 stanza is malformed.");
