/// <reference path="./tr46.d.ts" />
import tr46 from "tr46";
import type { DomainNames } from "../domain/address.ts";

/** Nontransitional processing of https://www.unicode.org/reports/tr46/: "ß" stays a letter of its own. */
const rules = {
  checkBidi: true,
  checkJoiners: true,
  useSTD3ASCIIRules: true,
  transitionalProcessing: false,
  ignoreInvalidPunycode: false,
  // Domains with "--" in places three and four exist; hyphens at the ends are refused by whoever asks.
  checkHyphens: false,
} as const;

export const domainNames: DomainNames = {
  toAscii: (domain) => tr46.toASCII(domain, { ...rules, verifyDNSLength: true }),
  toUnicode(domain) {
    const unicode = tr46.toUnicode(domain, rules);
    return unicode.error ? null : unicode.domain;
  },
};
