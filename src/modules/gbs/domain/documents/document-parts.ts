import type { DocumentLanguage, DocumentPart, Fact } from "#platform/documents/model";
import { amountInWords } from "../words/amount-in-words.ts";
import type { Consent, DocumentFacts } from "./facts.ts";
import type { DocumentTexts } from "./texts/document-texts.ts";
import { documentTexts } from "./texts/texts-of.ts";

/** The whole document in its first language, and after it in the others. */
export function inAllLanguages<F extends DocumentFacts>(
  facts: F,
  title: (texts: DocumentTexts) => string,
  body: (facts: F, texts: DocumentTexts) => readonly DocumentPart[],
): DocumentPart[] {
  const [first, ...others] = facts.languages;
  const inOne = (language: DocumentLanguage) => body(facts, documentTexts(language));
  const { lender, borrower } = facts.parties;
  return [
    {
      part: "document",
      head: {
        ...{ id: facts.debtId, title: title(documentTexts(first)), language: first, facts: [] },
        subtitle: `${lender.displayName} – ${borrower.displayName}`,
        ...{ timeZone: facts.terms.timeZone, createdAt: facts.madeAt },
      },
    },
    ...inOne(first),
    ...others.flatMap((language): DocumentPart[] => [
      { part: "translation", language, title: title(documentTexts(language)) },
      ...inOne(language),
    ]),
  ];
}

export const said = (id: string, label: string, value: string): Fact => ({
  ...{ id, label, kind: "text", value },
});

export const partiesPart = ({ parties }: DocumentFacts, texts: DocumentTexts): DocumentPart[] => [
  { part: "heading", text: texts.parties },
  {
    part: "facts",
    facts: [
      said("lender", texts.lender, parties.lender.displayName),
      said("lenderAddress", texts.address, parties.lender.address),
      said("borrower", texts.borrower, parties.borrower.displayName),
      said("borrowerAddress", texts.address, parties.borrower.address),
    ],
  },
];

/** In figures and in words, and what it is for. */
export const amountFacts = (
  { terms, textHidden }: DocumentFacts,
  texts: DocumentTexts,
): readonly Fact[] => [
  { id: "amount", label: texts.amount, kind: "money", value: terms.amount },
  said("inWords", texts.inWords, amountInWords(terms.amount, texts.words)),
  said("description", texts.description, textHidden ? texts.hidden : terms.description),
];

/** When each has consented: by the clocks of the terms' zone, and in UTC. */
export const consentFacts = (consents: readonly Consent[], texts: DocumentTexts): Fact[] =>
  consents.flatMap(({ party, what, at }): Fact[] => {
    const label = `${texts[what]} ${party === "lender" ? texts.byLender : texts.byBorrower}`;
    return [
      { id: what, label, kind: "instant", value: at },
      said(`${what}Utc`, `${label}, ${texts.utc}`, at),
    ];
  });

export const proofParts = (facts: DocumentFacts, texts: DocumentTexts): DocumentPart[] => [
  { part: "heading", text: texts.proof },
  { part: "paragraph", text: texts.proofBelow },
  {
    part: "facts",
    facts: [
      said("version", texts.version, String(facts.termsVersion)),
      said("logLength", texts.logLength, String(facts.custody.length)),
      said("logHead", texts.logHead, facts.custody.hash),
      said("keyFingerprint", texts.keyFingerprint, facts.keyFingerprint),
    ],
  },
];
