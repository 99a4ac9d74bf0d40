import type { DocumentLanguage } from "#platform/documents/model";

const languages: Readonly<Record<string, DocumentLanguage>> = {
  ...{ en: "en-US", de: "de-DE", tr: "tr-TR" },
};

/** In which of ours somebody with this BCP 47 tag is written to. */
export const documentLanguageOf = (locale: string): DocumentLanguage => {
  const language = locale.split("-")[0]?.toLowerCase() ?? "";
  return (Object.hasOwn(languages, language) ? languages[language] : undefined) ?? "en-US";
};

/** The lender's, then the borrower's, unless it is the same. */
export function documentLanguages(
  lenderLocale: string,
  borrowerLocale: string,
): readonly [DocumentLanguage, ...DocumentLanguage[]] {
  const [first, second] = [documentLanguageOf(lenderLocale), documentLanguageOf(borrowerLocale)];
  return first === second ? [first] : [first, second];
}
