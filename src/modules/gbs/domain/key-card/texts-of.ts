import type { DocumentLanguage } from "#platform/documents/model";
import { de } from "./de.ts";
import { en } from "./en.ts";
import type { KeyCardTexts } from "./key-card-texts.ts";
import { tr } from "./tr.ts";

const texts: Readonly<Record<DocumentLanguage, KeyCardTexts>> = {
  ...{ "en-US": en, "de-DE": de, "tr-TR": tr },
};

export const keyCardTexts = (language: DocumentLanguage): KeyCardTexts => texts[language];
