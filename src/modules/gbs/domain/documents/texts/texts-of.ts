import type { DocumentLanguage } from "#platform/documents/model";
import { de } from "./de.ts";
import type { DocumentTexts } from "./document-texts.ts";
import { en } from "./en.ts";
import { tr } from "./tr.ts";

const texts: Readonly<Record<DocumentLanguage, DocumentTexts>> = {
  "en-US": en,
  "de-DE": de,
  "tr-TR": tr,
};

export const documentTexts = (language: DocumentLanguage): DocumentTexts => texts[language];
