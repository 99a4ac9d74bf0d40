import { randomBytes, scrypt } from "node:crypto";
import { fromBase64, toBase64 } from "./base64.ts";
import { AgeError } from "./errors.ts";
import { canBeFileKey, unwrapFileKey, wrapFileKey } from "./file-key.ts";
import type { Stanza } from "./stanza.ts";

const kind = "scrypt";
const label = "age-encryption.org/v1/scrypt";
const saltBytes = 16;
const wrappingKeyBytes = 32;

/**
 * The binary logarithm of scrypt's cost: 16 MiB and some 40 ms. The keys that we show have 100 random bits, so nobody
 * guesses them however fast a try is.
 */
const logN = 14;
/** A header names the cost itself, and each step up doubles it: one that asks for more than ours is a bomb. */
const maxLogN = logN;

const decimal = /^[1-9][0-9]?$/;

export async function scryptStanza(fileKey: Uint8Array, passphrase: string): Promise<Stanza> {
  const salt = new Uint8Array(randomBytes(saltBytes));
  const wrappingKey = await stretch(passphrase, salt, logN);
  return {
    args: [kind, toBase64(salt), String(logN)],
    body: await wrapFileKey(wrappingKey, fileKey),
  };
}

/** Null when the passphrase does not open it, or no stanza wants one. Checks everything before it computes. */
export async function openScrypt(
  stanzas: readonly Stanza[],
  passphrase: string,
): Promise<Uint8Array | null> {
  const stanza = stanzas.find(({ args }) => args[0] === kind);
  if (!stanza) return null;
  const { args, body } = stanza;
  const salt = args.length === 3 ? fromBase64(args[1] ?? "", saltBytes) : null;
  const cost = decimal.test(args[2] ?? "") ? Number(args[2]) : null;
  if (!salt || cost === null || !canBeFileKey(body))
    throw new AgeError("header_invalid", "The scrypt stanza is malformed.");
  if (cost > maxLogN)
    throw new AgeError("header_invalid", `The scrypt stanza asks for more than 2^${maxLogN}.`);
  return unwrapFileKey(await stretch(passphrase, salt, cost), body);
}

/** Whoever could add a stanza beside it would know the file key without the passphrase: it must stand alone. */
export const isScryptAmongOthers = (stanzas: readonly Stanza[]): boolean =>
  stanzas.length > 1 && stanzas.some(({ args }) => args[0] === kind);

/** scrypt (RFC 7914) with r = 8 and p = 1, off the main thread. */
function stretch(passphrase: string, salt: Uint8Array, cost: number): Promise<Uint8Array> {
  const salted = Buffer.concat([Buffer.from(label), salt]);
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  scrypt(passphrase, salted, wrappingKeyBytes, { N: 2 ** cost, r: 8, p: 1 }, (error, key) => {
    if (error) reject(error);
    else resolve(new Uint8Array(key));
  });
  return promise;
}
