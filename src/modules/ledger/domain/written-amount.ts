import type { Money } from "#platform/kernel/money";
import { dateOf, startOfUtcDay } from "#platform/kernel/time";
import type { Period } from "./budget-period.ts";

/** Languages that people are written to in; whoever reads another one gets English. */
const languages = ["en", "tr", "de"] as const;
const languageOf = (locale: string) =>
  languages.find((language) => language === locale.split("-")[0]?.toLowerCase()) ?? "en";

/** "1,234.50 EUR" in English, "1.234,50 EUR" in Turkish and German; every digit as it is. */
export function writtenAmount({ amount, currency }: Money, locale: string): string {
  const [integer = "", fraction] = amount.split(".");
  const [group, point] = languageOf(locale) === "en" ? [",", "."] : [".", ","];
  const grouped = integer.replace(/\B(?=(\d{3})+$)/g, group);
  return `${grouped}${fraction === undefined ? "" : `${point}${fraction}`} ${currency}`;
}

/** "November 1 – 30, 2026", as the language writes it. */
export function writtenPeriod({ start, end }: Pick<Period, "start" | "end">, locale: string) {
  const format = new Intl.DateTimeFormat(languageOf(locale), {
    ...{ day: "numeric", month: "long", year: "numeric" },
    ...{ calendar: "gregory", numberingSystem: "latn", timeZone: "UTC" },
  });
  const [first, last] = [start, end].map((day) => dateOf(startOfUtcDay(day)));
  return first && last ? format.formatRange(first, last) : "";
}
