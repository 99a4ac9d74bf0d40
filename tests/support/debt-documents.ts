import type { DocumentFacts, ReceiptFacts } from "#modules/gbs/domain/documents/facts";
import type { Id } from "#platform/kernel/ids";
import { parseInstant, parseLocalDate } from "#platform/kernel/time";
import { money } from "./documents.ts";

/** What an agreement says, with whatever a test is about in place of some of it. */
export const agreementFacts = (changes: Partial<DocumentFacts> = {}): DocumentFacts => ({
  debtId: "01a2043b-44d9-7747-9bb1-fb12a1cb95e4" as Id,
  terms: {
    amount: money("1250.50", "EUR"),
    instalments: [
      { dueOn: parseLocalDate("2026-12-20"), amount: money("625.25", "EUR") },
      { dueOn: parseLocalDate("2027-01-20"), amount: money("625.25", "EUR") },
    ],
    description: "Deposit of the flat",
    timeZone: "Europe/Istanbul",
  },
  ...{ termsVersion: 1, textHidden: false },
  parties: {
    lender: { displayName: "Ayşe Yılmaz", address: "ayse@example.org" },
    borrower: { displayName: "Bora Kaya", address: "bora@example.org" },
  },
  languages: ["en-US", "tr-TR"],
  consents: [
    { party: "lender", what: "offered", at: parseInstant("2026-11-22T09:30:00Z") },
    { party: "borrower", what: "accepted", at: parseInstant("2026-11-22T21:30:12.345Z") },
  ],
  custody: { length: 7, hash: "5f".repeat(32) },
  keyFingerprint: "0a".repeat(32),
  madeAt: parseInstant("2026-11-22T21:30:14Z"),
  ...changes,
});

export const receiptFacts = (changes: Partial<ReceiptFacts> = {}): ReceiptFacts => ({
  ...agreementFacts(),
  settledAt: parseInstant("2027-01-21T08:00:00Z"),
  paid: money("1250.50", "EUR"),
  payments: [
    {
      ...{ paidOn: parseLocalDate("2026-12-19"), amount: money("1000.00", "EUR") },
      ...{ reference: "SEPA 1", confirmedAt: parseInstant("2026-12-20T08:00:00Z") },
    },
    {
      ...{ paidOn: parseLocalDate("2027-01-20"), amount: money("250.50", "EUR") },
      ...{ reference: "cash", confirmedAt: parseInstant("2027-01-21T08:00:00Z") },
    },
  ],
  hasMore: false,
  ...changes,
});
