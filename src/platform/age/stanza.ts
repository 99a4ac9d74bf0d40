import { toBase64 } from "./base64.ts";

/** A file key, wrapped for somebody: what kind, with which parameters, and the wrapped key. */
export type Stanza = { readonly args: readonly string[]; readonly body: Uint8Array };

/** Bodies of ours have 32 bytes: one line, shorter than 48 bytes, which ends the stanza. */
export const stanzaText = ({ args, body }: Stanza): string =>
  `-> ${args.join(" ")}\n${toBase64(body)}\n`;
