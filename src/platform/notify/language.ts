import { type MailLocale, mailLocales } from "./notifications.ts";

/** The language that we write in to somebody with this BCP 47 tag: "tr-TR" -> "tr", "ja" -> "en". */
export function mailLocaleOf(tag: string): MailLocale {
  const language = tag.split("-")[0]?.toLowerCase();
  return mailLocales.find((locale) => locale === language) ?? mailLocales[0];
}

/**
 * "5 October 2026 at 14:03 CEST". With the reader's own region where we write in the reader's language. An unknown time
 * zone counts as UTC.
 */
export function writtenTime(instant: string, tag: string, timeZone: string): string {
  const locale = mailLocaleOf(tag);
  const format = (language: string, zone: string) =>
    new Intl.DateTimeFormat(language, {
      ...{ day: "numeric", month: "long", year: "numeric" },
      ...{ hour: "2-digit", minute: "2-digit", timeZoneName: "short" },
      ...{ calendar: "gregory", numberingSystem: "latn", timeZone: zone },
    }).format(new Date(instant));
  const isOurs = tag.split("-")[0]?.toLowerCase() === locale;
  // A tag or zone that this runtime does not know throws.
  for (const [language, zone] of [
    [isOurs ? tag : locale, timeZone],
    [locale, timeZone],
  ] as const) {
    try {
      return format(language, zone);
    } catch {}
  }
  return format(locale, "UTC");
}
