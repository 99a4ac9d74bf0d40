import { createHmac } from "node:crypto";
import { Decrypter } from "age-encryption";
import { toBase64 } from "./base64.ts";
import { deriveKey } from "./derive.ts";
import { AgeError } from "./errors.ts";
import { identityKeys } from "./identities.ts";
import { isScryptAmongOthers, openScrypt, scryptStanza } from "./scrypt-stanza.ts";
import { type Stanza, stanzaText } from "./stanza.ts";
import { openX25519, x25519Stanza } from "./x25519-stanza.ts";

/** A header of ours has some 170 bytes and 100 more for each further recipient. */
export const maxHeaderBytes = 4096;
/** Their header is read again: it stays well below {@link maxHeaderBytes}. */
export const maxRecipients = 20;

const versionLine = "age-encryption.org/v1";
const footer = /\n--- [A-Za-z0-9+/]{43}\n$/;

/** What opens a header: an identity ("AGE-SECRET-KEY-1…") or a passphrase. */
export type HeaderKey = { readonly identity: string } | { readonly passphrase: string };

/**
 * A header of the age v1 format (C2SP, https://age-encryption.org/v1) through the end of its MAC line. Whatever headers
 * are made for one file key: each of them, followed by nonce and payload, is a whole .age file.
 * Throws {@link AgeError} `recipient_invalid` for what is no X25519 recipient.
 */
export const headerForRecipient = (fileKey: Uint8Array, recipient: string): Promise<Uint8Array> =>
  headerForRecipients(fileKey, [recipient]);

/** As {@link headerForRecipient}, opened by each of them alone. */
export async function headerForRecipients(
  fileKey: Uint8Array,
  recipients: readonly string[],
): Promise<Uint8Array> {
  if (recipients.length === 0 || recipients.length > maxRecipients)
    throw new RangeError(`a file has 1 to ${maxRecipients} recipients`);
  return encodeHeader(
    fileKey,
    await Promise.all(recipients.map((recipient) => x25519Stanza(fileKey, recipient))),
  );
}

/**
 * As {@link headerForRecipient}, opened by the passphrase exactly as it is given. Costs 16 MiB and some 40 ms of a core:
 * belongs behind the CPU gate.
 */
export async function headerForPassphrase(
  fileKey: Uint8Array,
  passphrase: string,
): Promise<Uint8Array> {
  return encodeHeader(fileKey, [await scryptStanza(fileKey, passphrase)]);
}

/**
 * The file key of exactly one header, without anything that follows it; null when the key does not fit. Reads at most
 * {@link maxHeaderBytes} and computes at most as much scrypt as our own headers ask for; with a passphrase it belongs
 * behind the CPU gate.
 * Throws {@link AgeError} `header_invalid`, `header_altered` (the key fits, the MAC does not) or `identity_invalid`.
 */
export async function openHeader(header: Uint8Array, key: HeaderKey): Promise<Uint8Array | null> {
  const unwrap = await unwrapperOf(key);
  requireWholeHeader(header);
  // The library tells its refusals apart by words only: how far it came tells them apart for certain.
  const reached: { stage: "parsing" | "unwrapping" | "wrong key" | "checking" } = {
    stage: "parsing",
  };
  const decrypter = new Decrypter();
  decrypter.addIdentity({
    async unwrapFileKey(stanzas) {
      reached.stage = "unwrapping";
      if (isScryptAmongOthers(stanzas))
        throw new AgeError("header_invalid", "A scrypt stanza does not stand alone.");
      const fileKey = await unwrap(stanzas);
      reached.stage = fileKey ? "checking" : "wrong key";
      return fileKey;
    },
  });
  try {
    return await decrypter.decryptHeader(header);
  } catch (error) {
    switch (reached.stage) {
      case "wrong key":
        return null;
      case "unwrapping":
        throw error;
      case "parsing":
        throw noHeader();
      case "checking":
        throw new AgeError("header_altered", "The header does not fit its MAC.");
    }
  }
}

/** Bytes of the header that these begin with, through the end of its MAC line; null when it does not end in them. */
export function headerLength(bytes: Uint8Array): number | null {
  const within = Buffer.from(
    bytes.buffer,
    bytes.byteOffset,
    Math.min(bytes.length, maxHeaderBytes),
  );
  // Arguments follow "-> " and bodies are Base64: no line but the last of a header begins like this.
  const footerAt = within.indexOf("\n---");
  const end = footerAt < 0 ? -1 : within.indexOf("\n", footerAt + 1);
  return end < 0 ? null : end + 1;
}

export const noHeader = () => new AgeError("header_invalid", "This is no header of an age file.");

type Unwrap = (stanzas: readonly Stanza[]) => Promise<Uint8Array | null>;

async function unwrapperOf(key: HeaderKey): Promise<Unwrap> {
  if ("passphrase" in key) return (stanzas) => openScrypt(stanzas, key.passphrase);
  const keys = await identityKeys(key.identity);
  return (stanzas) => openX25519(stanzas, keys);
}

function requireWholeHeader(header: Uint8Array): void {
  if (headerLength(header) !== header.length) throw noHeader();
  if (!footer.test(Buffer.from(header).toString("latin1"))) throw noHeader();
}

function encodeHeader(fileKey: Uint8Array, stanzas: readonly Stanza[]): Uint8Array {
  const covered = `${versionLine}\n${stanzas.map(stanzaText).join("")}---`;
  const macKey = deriveKey(fileKey, new Uint8Array(), "header");
  const mac = createHmac("sha256", macKey).update(covered).digest();
  return new TextEncoder().encode(`${covered} ${toBase64(mac)}\n`);
}
