import type { DocumentPart } from "#platform/documents/model";
import { fractionDigits, roundDecimal } from "#platform/kernel/decimal";
import { sumMoney } from "#platform/kernel/money";
import { amountFacts, inAllLanguages, partiesPart, proofParts } from "./document-parts.ts";
import type { ReceiptFacts } from "./facts.ts";
import type { DocumentTexts } from "./texts/document-texts.ts";

/** That all is paid, by whom it was confirmed, and when. */
export const receiptModel = (facts: ReceiptFacts): DocumentPart[] =>
  inAllLanguages(facts, (texts) => texts.receipt, receipt);

function receipt(facts: ReceiptFacts, texts: DocumentTexts): DocumentPart[] {
  const { parties, paid, settledAt } = facts;
  return [
    ...partiesPart(facts, texts),
    {
      part: "paragraph",
      text: texts.received(parties.lender.displayName, parties.borrower.displayName),
    },
    {
      part: "facts",
      facts: [
        ...amountFacts(facts, texts),
        { id: "paid", label: texts.paid, kind: "money", value: paid },
        { id: "settled", label: texts.settledAt, kind: "instant", value: settledAt },
        {
          id: "settledUtc",
          label: `${texts.settledAt}, ${texts.utc}`,
          kind: "text",
          value: settledAt,
        },
      ],
    },
    ...paymentParts(facts, texts),
    ...proofParts(facts, texts),
  ];
}

function paymentParts(
  { payments, hasMore, paid }: ReceiptFacts,
  texts: DocumentTexts,
): DocumentPart[] {
  const { currency } = paid;
  const sum = sumMoney(
    payments.map(({ amount }) => amount),
    currency,
  );
  const listed = { currency, amount: roundDecimal(sum.amount, fractionDigits(paid.amount)) };
  return [
    {
      part: "table",
      table: {
        ...{ id: "payments", title: texts.payments },
        columns: [
          { id: "paidOn", title: texts.paidOn, kind: "date", width: 12 },
          { id: "amount", title: texts.amount, kind: "money", currency, width: 16 },
          { id: "reference", title: texts.reference, kind: "text", width: 30 },
          { id: "confirmedAt", title: texts.confirmedAt, kind: "instant", width: 22 },
        ],
      },
    },
    ...payments.map(
      ({ paidOn, amount, reference, confirmedAt }): DocumentPart => ({
        part: "row",
        cells: [paidOn, amount, reference, confirmedAt],
      }),
    ),
    {
      part: "totals",
      totals: [{ label: texts.total, sums: [{ column: "amount", value: listed }] }],
    },
    ...(hasMore ? [{ part: "paragraph", text: texts.morePayments } as const] : []),
  ];
}
