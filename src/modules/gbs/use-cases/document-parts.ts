import type { DocumentPart } from "#platform/documents/model";
import type { Instant } from "#platform/kernel/time";
import { maxReceiptPayments } from "../bounds.ts";
import type { DocumentOrder, GbsDeps } from "../deps.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { agreementModel } from "../domain/documents/agreement-model.ts";
import type { Consent, DocumentFacts, ReceivedPayment } from "../domain/documents/facts.ts";
import { documentLanguages } from "../domain/documents/languages.ts";
import { receiptModel } from "../domain/documents/receipt-model.ts";
import type { People } from "./debt-step.ts";

type Deps = Pick<GbsDeps, "db" | "documents" | "custodySigner">;

/** The model of a document, of a debt as it was read. */
export async function documentParts(
  deps: Deps,
  order: DocumentOrder,
  now: { readonly debt: DebtSnapshot; readonly people: People; readonly at: Instant },
): Promise<DocumentPart[]> {
  const { debt } = now;
  const facts = await factsOf(deps, order, now);
  if (order.kind === "agreement") return agreementModel(facts);
  if (debt.endedAt === null) throw new Error("a receipt is asked for of a debt that goes on");
  return receiptModel({
    ...{ ...facts, settledAt: debt.endedAt, paid: debt.paid },
    ...(await receivedOf(deps, debt)),
  });
}

async function factsOf(
  deps: Deps,
  { termsVersion }: DocumentOrder,
  now: { readonly debt: DebtSnapshot; readonly people: People; readonly at: Instant },
): Promise<DocumentFacts> {
  const { debt, people, at } = now;
  const { lender, borrower } = people;
  const [key] = deps.custodySigner.publicKeys();
  if (!borrower || !key) throw new Error("a document is asked for of a debt that nobody agreed to");
  return {
    ...{ debtId: debt.id, terms: debt.terms, termsVersion, textHidden: debt.textHidden },
    parties: { lender, borrower },
    languages: documentLanguages(lender.locale, borrower.locale),
    consents: await consentsTo(deps, debt),
    ...{ custody: debt.custody, keyFingerprint: key.fingerprint, madeAt: at },
  };
}

async function consentsTo(deps: Deps, debt: DebtSnapshot): Promise<readonly Consent[]> {
  const { id: debtId, termsVersion, offeredAt, acceptedAt } = debt;
  const amendment = await deps.documents.amendmentTo(deps.db.read, { debtId, termsVersion });
  if (amendment) {
    const { proposedBy, proposedAt, acceptedAt: at } = amendment;
    const other = proposedBy === "lender" ? "borrower" : "lender";
    return [
      { party: proposedBy, what: "proposed", at: proposedAt },
      { party: other, what: "accepted", at },
    ];
  }
  if (acceptedAt === null || termsVersion > 1) throw new Error("terms that nobody accepted");
  return [
    { party: "lender", what: "offered", at: offeredAt },
    { party: "borrower", what: "accepted", at: acceptedAt },
  ];
}

async function receivedOf(deps: Deps, { id, terms }: DebtSnapshot) {
  const { currency } = terms.amount;
  const found = await deps.documents.confirmedPayments(
    ...([deps.db.read, { id, currency }, maxReceiptPayments + 1] as const),
  );
  const payments = found.slice(0, maxReceiptPayments).map((payment): ReceivedPayment => {
    const { paidOn, amount, reference, decidedAt } = payment;
    if (decidedAt === null) throw new Error("a payment that counts was confirmed at some time");
    return { paidOn, amount, reference, confirmedAt: decidedAt };
  });
  return { payments, hasMore: found.length > maxReceiptPayments };
}
