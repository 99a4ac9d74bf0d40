import type { ReportLanguage } from "../../contract.ts";
import { de } from "./de.ts";
import { en, type ReportTexts } from "./en.ts";
import { tr } from "./tr.ts";

const texts: Readonly<Record<ReportLanguage, ReportTexts>> = {
  "en-US": en,
  "de-DE": de,
  "tr-TR": tr,
};

/** All words of reports in a language; what a user wrote is in none of them. */
export const textsOf = (language: ReportLanguage): ReportTexts => texts[language];
