import { invalidField } from "#platform/kernel/errors";

/** RFC 5321, 4.5.3.1.1 and 4.5.3.1.3 less the angle brackets of a path. */
const maxLocalOctets = 64;
const maxAddressOctets = 254;
/** What is worth reading at all: the longest address with the spaces that people paste around one. */
export const maxAddressTextLength = 320;

/** Names of the DNS under Unicode TS #46; null = not a name. */
export type DomainNames = {
  /** "MÜNCHEN.de" -> "xn--mnchen-3ya.de" */
  toAscii(domain: string): string | null;
  /** "MÜNCHEN.de" -> "münchen.de" */
  toUnicode(domain: string): string | null;
};

export type Address = {
  /** Where mail goes: NFC and trimmed, otherwise as it was given. */
  readonly address: string;
  /**
   * One per mailbox. Local parts are compared without the case of ASCII letters alone: nobody runs "Ali" and "ali" as
   * two mailboxes, while "İ", "I" and "ı" are different letters to whoever does.
   */
  readonly addressKey: string;
};

/** One addr-spec of RFC 6531 in dot-atom form; null = anything else. */
export function readAddress(domains: DomainNames, text: string): Address | null {
  if (text.length > maxAddressTextLength) return null;
  const address = text.trim().normalize("NFC");
  const at = address.lastIndexOf("@");
  const [local, domain] = [address.slice(0, Math.max(at, 0)), address.slice(at + 1)];
  if (!isLocalPart(local)) return null;
  const ascii = asciiDomain(domains, domain);
  const stored = ascii && `${local}@${spelledDomain(domains, domain)}`;
  if (!ascii || !stored) return null;
  const addressKey = `${localKey(local)}@${ascii}`;
  if (octets(stored) > maxAddressOctets || octets(addressKey) > maxAddressOctets) return null;
  return { address: stored, addressKey };
}

/** Like {@link readAddress}; what is no address is a 422 that names `path`. */
export function parseAddress(domains: DomainNames, text: string, path = "/email"): Address {
  const address = readAddress(domains, text);
  if (!address) throw invalidField(path, 'Must be one mail address like "name@example.org".');
  return address;
}

/** atext of RFC 5322, 3.2.3 with the characters of RFC 6532; no quotes, commas, brackets or spaces. */
const dotAtom =
  /^(?:[\w!#$%&'*+/=?^`{|}~-]|[^\p{ASCII}\p{C}\p{Z}])+(?:\.(?:[\w!#$%&'*+/=?^`{|}~-]|[^\p{ASCII}\p{C}\p{Z}])+)*$/u;

function isLocalPart(local: string): boolean {
  if (octets(local) > maxLocalOctets) return false;
  // A full-width "，" or "＠" is a comma or an at-sign to whatever program folds it on the way.
  return dotAtom.test(local) && dotAtom.test(local.normalize("NFKC"));
}

function localKey(local: string): string {
  const lower = local.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  // "H" with a macron below has no form of one character, "h" has.
  return lower.normalize("NFC");
}

const label = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
/** At least two labels (no "localhost"), and the last is not a number (no 127.0.0.1). */
const asciiDomainPattern = new RegExp(`^(?:${label}\\.)+(?!\\d+$)${label}$`);

function asciiDomain(domains: DomainNames, domain: string): string | null {
  const ascii = domains.toAscii(domain);
  return ascii !== null && asciiDomainPattern.test(ascii) ? ascii : null;
}

/** Mail programs encode domains without folding them first: what is not ASCII is kept folded. */
function spelledDomain(domains: DomainNames, domain: string): string | null {
  const spelled = /^[\x21-\x7e]+$/.test(domain) ? domain : domains.toUnicode(domain);
  // The tables of names may know newer characters than this runtime: nobody here can say how those are read.
  return spelled === null || /[\p{C}\p{Z}]/u.test(spelled.normalize("NFKC")) ? null : spelled;
}

const octets = (text: string): number => new TextEncoder().encode(text).length;
