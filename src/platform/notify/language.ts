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

/** A LocalDate as "5 October 2026"; languages as of {@link writtenTime}. */
export const writtenDay = (day: string, tag: string): string =>
  inLanguageOf(tag, (language) =>
    new Intl.DateTimeFormat(language, {
      ...{ day: "numeric", month: "long", year: "numeric" },
      ...{ calendar: "gregory", numberingSystem: "latn", timeZone: "UTC" },
    }).format(new Date(`${day}T00:00:00.000Z`)),
  );

/** "1250.00 EUR" as "1,250.00 EUR", with all of its digits; languages as of {@link writtenTime}. */
export function writtenMoney(money: string, tag: string): string {
  const [, amount = "", currency = ""] = /^(-?\d+(?:\.\d+)?) ([A-Z0-9]+)$/.exec(money) ?? [];
  if (amount === "") throw new Error("an amount in a message is a decimal and a currency");
  const digits = amount.split(".")[1]?.length ?? 0;
  const written = inLanguageOf(tag, (language) =>
    new Intl.NumberFormat(language, {
      ...{ minimumFractionDigits: digits, maximumFractionDigits: digits, numberingSystem: "latn" },
      // TypeScript's types are behind: text is taken as it is, not as a Number.
    }).format(amount as unknown as number),
  );
  return `${written}\u00a0${currency}`;
}

/** With the reader's own region where we write in the reader's language; a tag that this runtime does not know throws. */
function inLanguageOf(tag: string, format: (language: string) => string): string {
  const locale = mailLocaleOf(tag);
  if (tag.split("-")[0]?.toLowerCase() === locale)
    try {
      return format(tag);
    } catch {}
  return format(locale);
}
