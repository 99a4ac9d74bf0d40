import type { DocumentLanguage } from "./model.ts";

/** What renderers say themselves; all else is in the model. */
export type Words = {
  /** "Page 2 of 7". Text where a format has fields for the numbers. */
  page(page: number | string, pages: number | string): string;
  /** Beside the document's id. */
  readonly document: string;
  /** Before the SHA-256 of the model. */
  readonly fingerprint: string;
  readonly created: string;
  readonly timeZone: string;
  /** Before a table's or a chart's title on the pages after its first. */
  continued(title: string): string;
  readonly total: string;
  readonly notes: string;
  /** The column beside one of amounts, and of a chart's axis. */
  readonly currency: string;
  /** Stands where a chart has no figure at all. */
  readonly noFigures: string;
  /** A table without rows. */
  readonly noRows: string;
  /** A note about characters that no font here has; `characters` as "U+1F600, U+5831". */
  missingGlyphs(characters: string): string;
  /** A note about controls and piled marks that are not carried out; `characters` as above. */
  invisibleCharacters(characters: string): string;
  /** A note about characters that XML has no place for; `characters` as above. */
  forbiddenCharacters(characters: string): string;
};

const words: Readonly<Record<DocumentLanguage, Words>> = {
  "en-US": {
    page: (page, pages) => `Page ${page} of ${pages}`,
    document: "Document",
    fingerprint: "Fingerprint (SHA-256)",
    created: "Created",
    timeZone: "Time zone",
    continued: (title) => `${title} (continued)`,
    total: "Total",
    notes: "Notes",
    currency: "Currency",
    noFigures: "No figures",
    noRows: "No entries",
    missingGlyphs: (characters) =>
      `Characters that this file's fonts do not have stand as their code in brackets: ${characters}.`,
    invisibleCharacters: (characters) =>
      `Characters that would hide or turn around others stand as their code in brackets: ${characters}.`,
    forbiddenCharacters: (characters) =>
      `Characters that XML does not allow stand as their code in brackets: ${characters}.`,
  },
  "de-DE": {
    page: (page, pages) => `Seite ${page} von ${pages}`,
    document: "Dokument",
    fingerprint: "Prüfsumme (SHA-256)",
    created: "Erstellt",
    timeZone: "Zeitzone",
    continued: (title) => `${title} (Fortsetzung)`,
    total: "Summe",
    notes: "Anmerkungen",
    currency: "Währung",
    noFigures: "Keine Zahlen",
    noRows: "Keine Einträge",
    missingGlyphs: (characters) =>
      `Zeichen, die den Schriften dieser Datei fehlen, stehen als Code in Klammern: ${characters}.`,
    invisibleCharacters: (characters) =>
      `Zeichen, die andere verdecken oder umkehren würden, stehen als Code in Klammern: ${characters}.`,
    forbiddenCharacters: (characters) =>
      `Zeichen, die XML nicht zulässt, stehen als Code in Klammern: ${characters}.`,
  },
  "tr-TR": {
    page: (page, pages) => `Sayfa ${page} / ${pages}`,
    document: "Belge",
    fingerprint: "Özet (SHA-256)",
    created: "Oluşturulma",
    timeZone: "Saat dilimi",
    continued: (title) => `${title} (devamı)`,
    total: "Toplam",
    notes: "Notlar",
    currency: "Para birimi",
    noFigures: "Rakam yok",
    noRows: "Kayıt yok",
    missingGlyphs: (characters) =>
      `Bu dosyanın yazı tiplerinde bulunmayan karakterler köşeli ayraç içinde kodlarıyla gösterilir: ${characters}.`,
    invisibleCharacters: (characters) =>
      `Başka karakterleri gizleyecek veya ters çevirecek karakterler köşeli ayraç içinde kodlarıyla gösterilir: ${characters}.`,
    forbiddenCharacters: (characters) =>
      `XML'in izin vermediği karakterler köşeli ayraç içinde kodlarıyla gösterilir: ${characters}.`,
  },
};

export const wordsOf = (language: DocumentLanguage): Words => words[language];
