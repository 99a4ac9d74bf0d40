import type { WordLanguage } from "../words/currency-words.ts";

/** What a sentence is put together from, each as it is said. */
export type SpokenFacts = {
  readonly borrower: string;
  readonly lender: string;
  readonly today: string;
  /** "300.00 EUR", and the same in words. */
  readonly figures: string;
  readonly words: string;
  /** Days of all instalments; of many only the first and the last. */
  readonly days: readonly string[];
  readonly count: number;
  readonly randomWords: readonly string[];
};

/** Whether every day is said, and not just the first and the last. */
const saysAll = ({ days, count }: SpokenFacts): boolean => days.length === count;
const joined = (language: string, items: readonly string[]): string =>
  new Intl.ListFormat(language, { type: "conjunction" }).format(items);

/** As the borrower says it, in his own language: nothing in it has to be inflected to fit a name, a day or an amount. */
export const sentenceTexts: Readonly<Record<WordLanguage, (facts: SpokenFacts) => string>> = {
  en: (facts) =>
    [
      `My name is ${facts.borrower}.`,
      `Today is ${facts.today}.`,
      `I owe ${facts.lender} ${facts.figures}, in words: ${facts.words}.`,
      englishPlan(facts),
      `My four words are: ${facts.randomWords.join(", ")}.`,
    ].join(" "),
  de: (facts) =>
    [
      `Ich heiße ${facts.borrower}.`,
      `Heute ist der ${facts.today}.`,
      `Ich schulde ${facts.lender} ${facts.figures}, in Worten: ${facts.words}.`,
      germanPlan(facts),
      `Meine vier Wörter sind: ${facts.randomWords.join(", ")}.`,
    ].join(" "),
  tr: (facts) =>
    [
      `Benim adım ${facts.borrower}.`,
      `Bugünün tarihi ${facts.today}.`,
      `${facts.lender} adlı kişiye borcum ${facts.figures}, yazıyla ${facts.words}.`,
      turkishPlan(facts),
      `Dört kelimem: ${facts.randomWords.join(", ")}.`,
    ].join(" "),
};

function englishPlan(facts: SpokenFacts): string {
  const { days, count } = facts;
  if (count === 1) return `I will pay it by ${days[0]}.`;
  if (saysAll(facts)) return `I will pay it in ${count} parts, by ${joined("en-GB", days)}.`;
  return `I will pay it in ${count} parts, the first by ${days[0]} and the last by ${days.at(-1)}.`;
}

function germanPlan(facts: SpokenFacts): string {
  const { days, count } = facts;
  const byDays = days.map((day) => `bis zum ${day}`);
  if (count === 1) return `Ich zahle diesen Betrag ${byDays[0]}.`;
  if (saysAll(facts)) return `Ich zahle diesen Betrag in ${count} Raten: ${joined("de", byDays)}.`;
  return `Ich zahle diesen Betrag in ${count} Raten, die erste ${byDays[0]} und die letzte ${byDays.at(-1)}.`;
}

function turkishPlan(facts: SpokenFacts): string {
  const { days, count } = facts;
  if (count === 1) return `Bu tutarı en geç ${days[0]} tarihinde ödeyeceğim.`;
  if (saysAll(facts))
    return `Bu tutarı ${count} taksit hâlinde, en geç ${joined("tr", days)} tarihlerinde ödeyeceğim.`;
  return `Bu tutarı ${count} taksit hâlinde ödeyeceğim: ilkini en geç ${days[0]}, sonuncusunu en geç ${days.at(-1)} tarihinde.`;
}
