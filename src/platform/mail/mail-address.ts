import { domainToASCII, domainToUnicode } from "node:url";

/** RFC 5321, 4.5.3.1.3, less the angle brackets. */
const maxAddressOctets = 254;
/** One addr-spec, no more: none of what would separate, quote or comment in a list of addresses. */
const oneAddress = /^[^\p{C}\p{Z}<>()[\]\\,;:@"]+@[^\p{C}\p{Z}<>()[\]\\,;:@"]+$/u;
const ascii = /^[\x21-\x7e]+$/;

/** What a name of the DNS is written with; the URL parser behind domainToASCII would cut off the rest of "a.org/x". */
const domainText = /^(?:[\p{L}\p{M}\p{N}._。．｡-]|\u200c|\u200d)+$/u;
/** The last part is no number: "1.2" would become an IP address. */
const asciiName = /^(?:[a-z0-9_-]+\.)*(?!\d+$|0x)[a-z0-9_-]+$/;

/** "Müller.DE" -> "xn--mller-kva.de" (UTS 46); null = no name. */
export function asciiDomain(domain: string): string | null {
  const name = domainText.test(domain) ? domainToASCII(domain) : "";
  return asciiName.test(name) ? name : null;
}

/** Whether the text is a single bare address, also to programs that fold full-width characters. */
export const isOneAddress = (text: string): boolean =>
  Buffer.byteLength(text) <= maxAddressOctets &&
  oneAddress.test(text) &&
  oneAddress.test(text.normalize("NFKC"));

/**
 * The address as a mail server is told it: with an ASCII local part the domain becomes ASCII, too (RFC 5891), and any
 * server can take it; otherwise both stay as they are and the server must offer SMTPUTF8 (RFC 6531). null = no address.
 */
export function envelopeAddress(address: string): string | null {
  const text = address.normalize("NFC");
  if (!isOneAddress(text)) return null;
  const at = text.lastIndexOf("@");
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)];
  const host = asciiDomain(domain);
  if (host === null) return null;
  return `${local}@${ascii.test(local) ? host : domainToUnicode(host)}`;
}

export const needsSmtpUtf8 = (address: string): boolean => !ascii.test(address);
