import type { CurrencyCode } from "#platform/kernel/money";

export type WordLanguage = "en" | "de" | "tr";
/** The name beside one, and beside any other number. */
type Name = { readonly one: string; readonly other: string };

const same = (name: string): Name => ({ one: name, other: name });
const named = (one: string, other: string): Name => ({ one, other });

/** Hundredths that have a name which everybody uses; all others are written as a fraction. */
const hundredths: Readonly<Record<string, Readonly<Record<WordLanguage, Name>>>> = {
  EUR: { en: named("cent", "cents"), de: same("Cent"), tr: same("sent") },
  USD: { en: named("cent", "cents"), de: same("Cent"), tr: same("sent") },
  GBP: { en: named("penny", "pence"), de: named("Penny", "Pence"), tr: same("peni") },
  CHF: { en: named("centime", "centimes"), de: same("Rappen"), tr: same("santim") },
  TRY: { en: same("kuruş"), de: same("Kuruş"), tr: same("kuruş") },
};

export const hundredthOf = (currency: CurrencyCode, language: WordLanguage): Name | undefined =>
  Object.hasOwn(hundredths, currency) ? hundredths[currency]?.[language] : undefined;

/** The currency's name as the runtime's language data have it (CLDR); of others their code. */
export function currencyWords(currency: CurrencyCode, language: WordLanguage): Name {
  if (!/^[A-Z]{3}$/.test(currency)) return same(currency);
  // No plural follows a number in Turkish, and beside one the lira would stand as its sign.
  if (language === "tr")
    return same(
      new Intl.DisplayNames("tr", { type: "currency", fallback: "code" }).of(currency) ?? currency,
    );
  const beside = (count: number) =>
    new Intl.NumberFormat(language, {
      ...{ style: "currency", currency, currencyDisplay: "name" },
      ...{ minimumFractionDigits: 0, maximumFractionDigits: 0 },
    })
      .formatToParts(count)
      .find(({ type }) => type === "currency")?.value ?? currency;
  return named(beside(1), beside(2));
}

/** Last words of German names that are feminine; of all others "ein" is right. */
const feminine = /(?:^|[ -])(?:Lira|Krone|Rupie|Rupiah|Hrywnja|Mark|Unze Gold|Unze Silber)$/;

export const germanOne = (name: string): "ein" | "eine" => (feminine.test(name) ? "eine" : "ein");
