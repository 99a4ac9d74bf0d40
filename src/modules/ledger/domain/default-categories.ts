import type { CategoryKind } from "../contract.ts";

/** Languages that a new book can be filled in. */
type Language = "en" | "tr" | "de";
type Names = Readonly<Record<Language, string>>;

export type DefaultCategory = {
  readonly kind: CategoryKind;
  readonly name: string;
  readonly isUncategorised: boolean;
  readonly children: readonly string[];
};

type Entry = { readonly names: Names; readonly children?: readonly Names[] };

const uncategorised: Names = { en: "Uncategorised", tr: "Kategorisiz", de: "Ohne Kategorie" };

const expense: readonly Entry[] = [
  {
    names: { en: "Housing", tr: "Konut", de: "Wohnen" },
    children: [
      { en: "Rent", tr: "Kira", de: "Miete" },
      {
        en: "Electricity, water, heating",
        tr: "Elektrik, su, ısınma",
        de: "Strom, Wasser, Heizung",
      },
      { en: "Internet and phone", tr: "İnternet ve telefon", de: "Internet und Telefon" },
      { en: "Household goods", tr: "Ev eşyası", de: "Haushalt und Einrichtung" },
    ],
  },
  {
    names: { en: "Food and drink", tr: "Yiyecek ve içecek", de: "Essen und Trinken" },
    children: [
      { en: "Groceries", tr: "Market alışverişi", de: "Lebensmittel" },
      { en: "Eating out", tr: "Dışarıda yemek", de: "Restaurant und Café" },
    ],
  },
  {
    names: { en: "Transport", tr: "Ulaşım", de: "Mobilität" },
    children: [
      { en: "Public transport", tr: "Toplu taşıma", de: "Bus und Bahn" },
      { en: "Car and fuel", tr: "Araba ve yakıt", de: "Auto und Kraftstoff" },
    ],
  },
  {
    names: { en: "Leisure", tr: "Eğlence", de: "Freizeit" },
    children: [
      { en: "Travel", tr: "Seyahat", de: "Reisen" },
      { en: "Subscriptions", tr: "Abonelikler", de: "Abonnements" },
    ],
  },
  { names: { en: "Health", tr: "Sağlık", de: "Gesundheit" } },
  { names: { en: "Education", tr: "Eğitim", de: "Bildung" } },
  { names: { en: "Clothing", tr: "Giyim", de: "Kleidung" } },
  { names: { en: "Insurance", tr: "Sigorta", de: "Versicherungen" } },
  { names: { en: "Taxes", tr: "Vergiler", de: "Steuern" } },
  {
    names: {
      en: "Bank fees and interest",
      tr: "Banka masrafları ve faiz",
      de: "Bankgebühren und Zinsen",
    },
  },
  {
    names: {
      en: "Gifts and donations",
      tr: "Hediyeler ve bağışlar",
      de: "Geschenke und Spenden",
    },
  },
];

const income: readonly Entry[] = [
  { names: { en: "Salary", tr: "Maaş", de: "Gehalt" } },
  { names: { en: "Self-employment", tr: "Serbest çalışma", de: "Selbstständige Arbeit" } },
  {
    names: { en: "Interest and dividends", tr: "Faiz ve temettü", de: "Zinsen und Dividenden" },
  },
  {
    names: {
      en: "Benefits and pension",
      tr: "Sosyal yardım ve emeklilik",
      de: "Sozialleistungen und Rente",
    },
  },
];

const defaultBookNames: Names = { en: "Personal", tr: "Kişisel", de: "Privat" };

/** What a new book begins with, parents before children, in the language of the locale (BCP 47), else in English. */
export function defaultCategories(locale: string): readonly DefaultCategory[] {
  const language = languageOf(locale);
  const read = (kind: CategoryKind, entries: readonly Entry[]) => [
    ...entries.map(({ names, children = [] }) => ({
      ...{ kind, name: names[language], isUncategorised: false },
      children: children.map((child) => child[language]),
    })),
    { kind, name: uncategorised[language], isUncategorised: true, children: [] },
  ];
  return [...read("expense", expense), ...read("income", income)];
}

/** What the book is called that everybody has. */
export const defaultBookName = (locale: string): string => defaultBookNames[languageOf(locale)];

function languageOf(locale: string): Language {
  const [language = ""] = locale.toLowerCase().split("-");
  return language === "tr" || language === "de" ? language : "en";
}
