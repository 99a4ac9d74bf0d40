import type { DocumentLanguage } from "../model.ts";

/** What only Excel's files say; notes end with the sheets or cells that they are about. */
export type ExcelWords = {
  /** The first sheet. */
  readonly overview: string;
  /** "1,200 entries"; `shown` is the count as text. */
  entries(count: number, shown: string): string;
  longNumbers(places: string): string;
  earlyDays(places: string): string;
  longTexts(places: string): string;
  plainSums(places: string): string;
};

export const excelWords: Readonly<Record<DocumentLanguage, ExcelWords>> = {
  "en-US": {
    overview: "Overview",
    entries: (count, shown) => (count === 1 ? "1 entry" : `${shown} entries`),
    longNumbers: (places) =>
      `Numbers of more than 15 digits stand as text, since Excel would change the last ones: ${places}.`,
    earlyDays: (places) =>
      `Days before 1 March 1900 stand as text, since Excel counts them wrongly: ${places}.`,
    longTexts: (places) => `Texts of more than 32,767 characters are cut: ${places}.`,
    plainSums: (places) =>
      `These sums are right, but no formulas, since Excel would get their last digits wrong: ${places}.`,
  },
  "de-DE": {
    overview: "Übersicht",
    entries: (count, shown) => (count === 1 ? "1 Eintrag" : `${shown} Einträge`),
    longNumbers: (places) =>
      `Zahlen mit mehr als 15 Stellen stehen als Text, weil Excel die letzten verändern würde: ${places}.`,
    earlyDays: (places) =>
      `Tage vor dem 1. März 1900 stehen als Text, weil Excel sie falsch zählt: ${places}.`,
    longTexts: (places) => `Texte mit mehr als 32.767 Zeichen sind gekürzt: ${places}.`,
    plainSums: (places) =>
      `Diese Summen stimmen, sind aber keine Formeln, weil Excel sich in den letzten Stellen verrechnen würde: ${places}.`,
  },
  "tr-TR": {
    overview: "Genel bakış",
    entries: (_, shown) => `${shown} kayıt`,
    longNumbers: (places) =>
      `15 basamaktan uzun sayılar metin olarak yazılmıştır, çünkü Excel son basamakları değiştirirdi: ${places}.`,
    earlyDays: (places) =>
      `1 Mart 1900'den önceki günler metin olarak yazılmıştır, çünkü Excel onları yanlış sayar: ${places}.`,
    longTexts: (places) => `32.767 karakterden uzun metinler kısaltılmıştır: ${places}.`,
    plainSums: (places) =>
      `Bu toplamlar doğrudur ama formül değildir, çünkü Excel son basamakları yanlış hesaplardı: ${places}.`,
  },
};
