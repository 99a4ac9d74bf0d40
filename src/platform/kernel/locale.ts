import { invalidField } from "./errors.ts";

/** Room for language, script, region and a few extensions (RFC 5646, 4.4.1). */
export const maxLocaleLength = 35;

/** A BCP 47 tag in its canonical form ("tr-tr" -> "tr-TR"); what is none is a 422 that names `path`. */
export function parseLocale(text: string, path = "locale"): string {
  const canonical = tryCanonical(text);
  if (canonical === undefined || canonical.length > maxLocaleLength)
    throw invalidField(path, 'Must be a language tag like "tr-TR".');
  return canonical;
}

function tryCanonical(text: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(text)[0];
  } catch {
    return undefined; // its message would repeat the text
  }
}
