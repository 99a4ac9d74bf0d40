import { invalidField } from "#platform/kernel/errors";

/** Longer than any name of the IANA time zone database. */
export const maxTimeZoneLength = 64;

/** An IANA name in its usual spelling ("europe/istanbul" -> "Europe/Istanbul"); anything else is a 422 naming `path`. */
export function parseTimeZone(text: string, path = "timeZone"): string {
  // A fixed offset ("+03:00") is a zone for Intl, but it has no summer time and no name.
  const zone = /^[A-Za-z]/.test(text) ? trySpell(text) : undefined;
  if (zone === undefined)
    throw invalidField(path, 'Must be the name of a time zone like "Europe/Istanbul".');
  return zone;
}

function trySpell(text: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return undefined; // its message would repeat the text
  }
}
