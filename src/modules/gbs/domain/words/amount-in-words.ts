import type { Money } from "#platform/kernel/money";
import { currencyWords, germanOne, hundredthOf, type WordLanguage } from "./currency-words.ts";
import { englishNumber } from "./english.ts";
import { germanNumber } from "./german.ts";
import { turkishNumber } from "./turkish.ts";

/**
 * An amount as contracts and cheques of a language have it: "one thousand two hundred fifty euros and fifty cents",
 * "eintausendzweihundertfünfzig Euro und 50 Cent", "bin iki yüz elli Türk lirası elli kuruş". Where hundredths have no
 * name that everybody uses, and of all other decimals, a fraction stands in their place: "…, 500/1000". Up to 24 digits
 * before the point; never a negative amount, for nobody agrees to owe one.
 */
export function amountInWords({ amount, currency }: Money, language: WordLanguage): string {
  const [, digits, decimals = ""] = /^(\d+)(?:\.(\d+))?$/.exec(amount) ?? [];
  if (digits === undefined) throw new RangeError("only amounts from zero on have words");
  const name = currencyWords(currency, language);
  const isOne = digits === "1";
  const whole = `${numberIn(language, digits, name.one)} ${isOne ? name.one : name.other}`;
  if (/^0*$/.test(decimals)) return whole;
  const hundredth = decimals.length === 2 ? hundredthOf(currency, language) : undefined;
  if (!hundredth) return `${whole}, ${decimals}/1${"0".repeat(decimals.length)}`;
  const cents = decimals === "01" ? hundredth.one : hundredth.other;
  const count = decimals.replace(/^0/, "");
  switch (language) {
    case "en":
      return `${whole} and ${englishNumber(count)} ${cents}`;
    case "de":
      return `${whole} und ${count} ${cents}`;
    case "tr":
      return `${whole} ${turkishNumber(count)} ${cents}`;
  }
}

function numberIn(language: WordLanguage, digits: string, noun: string): string {
  switch (language) {
    case "en":
      return englishNumber(digits);
    case "de":
      return germanNumber(digits, germanOne(noun));
    case "tr":
      return turkishNumber(digits);
  }
}
