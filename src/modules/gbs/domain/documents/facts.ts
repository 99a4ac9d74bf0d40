import type { DocumentLanguage } from "#platform/documents/model";
import type { Id } from "#platform/kernel/ids";
import type { Money } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";
import type { CustodyHead, DebtParty, DebtTerms } from "../../contract.ts";

export type NamedParty = { readonly displayName: string; readonly address: string };

/** One of two who have agreed: the one who asked, then the one who accepted. */
export type Consent = {
  readonly party: DebtParty;
  readonly what: "offered" | "proposed" | "accepted";
  readonly at: Instant;
};

/** All that stands in any document of a debt. */
export type DocumentFacts = {
  readonly debtId: Id;
  readonly terms: DebtTerms;
  /** 1 as offered; what is stated is these terms. */
  readonly termsVersion: number;
  /** An administrator has hidden the description. */
  readonly textHidden: boolean;
  readonly parties: Readonly<Record<DebtParty, NamedParty>>;
  /** In the order of the document; the lender's, then the borrower's when it is another one. */
  readonly languages: readonly [DocumentLanguage, ...DocumentLanguage[]];
  readonly consents: readonly Consent[];
  /** Of the log, and of the key that signs it, when the document is made. */
  readonly custody: CustodyHead;
  readonly keyFingerprint: string;
  readonly madeAt: Instant;
};

/** A payment that counts. */
export type ReceivedPayment = {
  readonly paidOn: LocalDate;
  readonly amount: Money;
  readonly reference: string;
  readonly confirmedAt: Instant;
};

export type ReceiptFacts = DocumentFacts & {
  readonly settledAt: Instant;
  /** Of all payments. */
  readonly paid: Money;
  /** The first ones, in the order of their claims. */
  readonly payments: readonly ReceivedPayment[];
  /** Some are left out. */
  readonly hasMore: boolean;
};
