import type { DocumentPart } from "#platform/documents/model";
import {
  amountFacts,
  consentFacts,
  inAllLanguages,
  partiesPart,
  proofParts,
  said,
} from "./document-parts.ts";
import type { DocumentFacts } from "./facts.ts";
import type { DocumentTexts } from "./texts/document-texts.ts";

/** What both have agreed to, for both of them: who, how much, until when, what holds meanwhile, and how it is proved. */
export const agreementModel = (facts: DocumentFacts): DocumentPart[] =>
  inAllLanguages(facts, (texts) => texts.agreement, agreement);

function agreement(facts: DocumentFacts, texts: DocumentTexts): DocumentPart[] {
  const { terms, parties, termsVersion } = facts;
  return [
    ...partiesPart(facts, texts),
    { part: "heading", text: texts.owed },
    {
      part: "paragraph",
      text: texts.owes(parties.lender.displayName, parties.borrower.displayName),
    },
    ...(termsVersion > 1 ? [{ part: "paragraph", text: texts.replaces } as const] : []),
    {
      part: "facts",
      facts: [
        ...amountFacts(facts, texts),
        said("interestAndFees", texts.interestAndFees, texts.none),
      ],
    },
    ...planParts(facts, texts),
    { part: "heading", text: texts.rules },
    ...texts.agreed(terms.timeZone).map((text) => ({ part: "paragraph", text }) as const),
    { part: "heading", text: texts.consents },
    { part: "facts", facts: consentFacts(facts.consents, texts) },
    { part: "paragraph", text: texts.consentsBelow },
    ...proofParts(facts, texts),
  ];
}

function planParts({ terms }: DocumentFacts, texts: DocumentTexts): DocumentPart[] {
  const { currency } = terms.amount;
  return [
    {
      part: "table",
      table: {
        ...{ id: "plan", title: texts.plan },
        columns: [
          { id: "number", title: texts.number, kind: "number", width: 5 },
          { id: "dueOn", title: texts.dueOn, kind: "date", width: 20 },
          { id: "amount", title: texts.amount, kind: "money", currency, width: 20 },
        ],
      },
    },
    ...terms.instalments.map(
      ({ dueOn, amount }, index): DocumentPart => ({
        part: "row",
        cells: [String(index + 1), dueOn, amount],
      }),
    ),
    {
      part: "totals",
      totals: [{ label: texts.total, sums: [{ column: "amount", value: terms.amount }] }],
    },
  ];
}
