import { Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { bytesOfBech32 } from "./bech32.ts";
import { type CurveKeys, curveKeysOf, newCurveKeys, sharedSecret } from "./curve.ts";
import { AgeError } from "./errors.ts";

/** 32 bytes are 52 characters of five bits; the checksum has six more. Other kinds of recipients are longer. */
const recipientShape = /^age1[02-9ac-hj-np-z]{58}$/;
const identityShape = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/;

/** As "AGE-SECRET-KEY-", or with other dashes, breaks or cases before what makes it one. */
const secretLook =
  /age\p{Pd}secret\p{Pd}key|age[\s\p{Pd}_]{0,3}secret[\s\p{Pd}_]{0,3}key[\s\p{Pd}_]{0,3}(pq|1)/iu;

/** `identity` ("AGE-SECRET-KEY-1…") opens what is encrypted to `recipient` ("age1…"). */
export async function newIdentity(): Promise<{
  readonly identity: string;
  readonly recipient: string;
}> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** An X25519 recipient ("age1…" in lower case) that something can be encrypted to; no other kind. */
export const isRecipient = (text: string): boolean => pointOf(text) !== null;

/** Whether a text seems to hold a secret key of age: such a text is refused unread, and neither stored nor logged. */
export const holdsAgeIdentity = (text: string): boolean => secretLook.test(text.normalize("NFKC"));

/** The 32 bytes of a recipient. Throws {@link AgeError} `recipient_invalid`. */
export function recipientPoint(recipient: string): Uint8Array {
  const point = pointOf(recipient);
  if (!point) throw new AgeError("recipient_invalid", "This is no X25519 recipient of age.");
  return point;
}

/** Throws {@link AgeError} `identity_invalid`. */
export async function identityKeys(identity: string): Promise<CurveKeys> {
  if (identityShape.test(identity) && (await isChecked(identity)))
    return curveKeysOf(bytesOfBech32(identity));
  throw new AgeError("identity_invalid", "This is no X25519 identity of age.");
}

function pointOf(text: string): Uint8Array | null {
  if (!recipientShape.test(text)) return null;
  try {
    new Encrypter().addRecipient(text);
  } catch {
    return null; // the checksum is wrong
  }
  const point = bytesOfBech32(text);
  return sharedSecret(newCurveKeys().secret, point) ? point : null;
}

const isChecked = (identity: string): Promise<boolean> =>
  identityToRecipient(identity).then(
    () => true,
    () => false,
  );
