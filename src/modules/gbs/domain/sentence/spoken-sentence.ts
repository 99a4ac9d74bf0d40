import type { Money } from "#platform/kernel/money";
import { dateOf, type LocalDate, startOfUtcDay } from "#platform/kernel/time";
import type { DebtTerms } from "../../contract.ts";
import { documentLanguageOf } from "../documents/languages.ts";
import { amountInWords } from "../words/amount-in-words.ts";
import type { WordLanguage } from "../words/currency-words.ts";
import { sentenceTexts } from "./sentence-texts.ts";

/** Of more instalments only the first and the last day are said. */
const maxSpokenDays = 6;

const languages = { "en-US": "en", "de-DE": "de", "tr-TR": "tr" } as const;
/** Days before months, as the other languages have them. */
const dateLocales = { en: "en-GB", de: "de", tr: "tr" } as const;

/** In which of our languages somebody with this BCP 47 tag is asked to speak. */
export const spokenLanguageOf = (locale: string): WordLanguage =>
  languages[documentLanguageOf(locale)];

/**
 * What the borrower says to bind himself: who owes whom how much until when, on which day he says it, and words that
 * were drawn for this recording.
 */
export function spokenSentence(asked: {
  readonly language: WordLanguage;
  readonly lender: string;
  readonly borrower: string;
  readonly terms: Pick<DebtTerms, "amount" | "instalments">;
  readonly today: LocalDate;
  readonly randomWords: readonly string[];
}): string {
  const { language, lender, borrower, terms, today, randomWords } = asked;
  const days = terms.instalments.map(({ dueOn }) => spokenDay(dueOn, language));
  const [first = "", last = ""] = [days.at(0), days.at(-1)];
  return sentenceTexts[language]({
    ...{ borrower, lender, randomWords, count: days.length },
    today: spokenDay(today, language),
    figures: figuresOf(terms.amount, language),
    words: amountInWords(terms.amount, language),
    days: days.length > maxSpokenDays ? [first, last] : days,
  });
}

const spokenDay = (day: LocalDate, language: WordLanguage): string =>
  new Intl.DateTimeFormat(dateLocales[language], {
    ...{ day: "numeric", month: "long", year: "numeric" },
    ...{ calendar: "gregory", numberingSystem: "latn", timeZone: "UTC" },
  }).format(dateOf(startOfUtcDay(day)));

function figuresOf({ amount, currency }: Money, language: WordLanguage): string {
  const digits = amount.split(".")[1]?.length ?? 0;
  const written = new Intl.NumberFormat(dateLocales[language], {
    ...{ minimumFractionDigits: digits, maximumFractionDigits: digits, numberingSystem: "latn" },
    // TypeScript's types are behind: text is taken as it is, not as a Number.
  }).format(amount as unknown as number);
  return `${written} ${currency}`;
}
