import type { WordLanguage } from "../../words/currency-words.ts";

export type DocumentTexts = {
  /** Of the amount in words. */
  readonly words: WordLanguage;
  readonly agreement: string;
  readonly receipt: string;
  readonly version: string;
  readonly parties: string;
  readonly lender: string;
  readonly borrower: string;
  readonly address: string;
  readonly owed: string;
  /** What is agreed, in a sentence. It begins with no name: one from right to left would turn all of it. */
  owes(lender: string, borrower: string): string;
  readonly replaces: string;
  readonly amount: string;
  readonly inWords: string;
  readonly description: string;
  readonly hidden: string;
  readonly interestAndFees: string;
  readonly none: string;
  readonly plan: string;
  readonly number: string;
  readonly dueOn: string;
  readonly total: string;
  readonly rules: string;
  /** What both agree to for the time after, a paragraph each; `zone` is that in which due days end. */
  agreed(zone: string): readonly string[];
  readonly consents: string;
  readonly consentsBelow: string;
  readonly offered: string;
  readonly proposed: string;
  readonly accepted: string;
  readonly byLender: string;
  readonly byBorrower: string;
  readonly utc: string;
  readonly proof: string;
  readonly proofBelow: string;
  readonly logLength: string;
  readonly logHead: string;
  readonly keyFingerprint: string;
  /** Of a receipt. */
  received(lender: string, borrower: string): string;
  readonly settledAt: string;
  readonly paid: string;
  readonly payments: string;
  readonly paidOn: string;
  readonly reference: string;
  readonly confirmedAt: string;
  readonly morePayments: string;
};
