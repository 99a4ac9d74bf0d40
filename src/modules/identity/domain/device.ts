const maxDeviceLength = 200;

/** Control characters, marks that turn the direction of text, invisible ones, and halves of characters. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]+/gu;

/** What a client says it is (User-Agent), fit to be shown to people: one line, nothing invisible, shortened. */
export function deviceName(userAgent: string): string {
  const clean = userAgent.replace(unprintable, " ").replace(/\s+/gu, " ").trim();
  if (clean.length <= maxDeviceLength) return clean;
  return clean
    .slice(0, maxDeviceLength)
    .replace(/[\uD800-\uDBFF]$/u, "")
    .trimEnd();
}
