import type { NotificationDefinition } from "#platform/notify/notifications";
import { de } from "./texts/de.ts";
import { en } from "./texts/en.ts";
import { tr } from "./texts/tr.ts";

type Kind = keyof typeof en;

/** What binds is worth a long wait for the mail server. */
const noticeSeconds = 7 * 86_400;
/** A reminder that comes later is no reminder. */
const dueSoonSeconds = 86_400;
const overdueSeconds = 3 * 86_400;

/** The names of a message's data are kept literal, so that a missing datum does not compile. */
const told = <const Data extends readonly string[]>(kind: Kind, data: Data) => ({
  category: null,
  expiresAfterSeconds: noticeSeconds,
  data,
  texts: { en: en[kind], tr: tr[kind], de: de[kind] },
});
const reminding = { category: "debts" } as const;

/**
 * What debts tell people; who is told stands above each. `person` is the other party, `address` the borrower as the
 * lender has named him: until he has accepted, his name is nobody's business. `about` is the description, which only
 * those read who have agreed to it. `money` is the amount of the debt, or of what the message is about; `link` an address
 * of ours; `chain` the custody log's length and head after the step that is told of ("7:ab12…", all 64 digits): each
 * inbox keeps one that nobody can change afterwards. Whatever binds cannot be switched off.
 */
export const gbsNotifications = {
  /** The borrower, who has an account. `time`: it can be accepted until then. */
  "gbs.offer_received": told("gbs.offer_received", ["person", "money", "time", "link", "chain"]),
  /** An address without an account: no word of it is the lender's, but a name that looks like no link. */
  "gbs.offer_invited": told("gbs.offer_invited", ["person", "money", "time", "link", "chain"]),
  /** The lender. */
  "gbs.offer_accepted": told("gbs.offer_accepted", ["person", "about", "money", "link", "chain"]),
  /** The lender. */
  "gbs.offer_declined": told("gbs.offer_declined", ["address", "money", "link", "chain"]),
  /** The borrower, if he has been told of the offer. */
  "gbs.offer_withdrawn": told("gbs.offer_withdrawn", ["person", "money", "chain"]),
  /** The lender. */
  "gbs.offer_expired": told("gbs.offer_expired", ["address", "money", "link", "chain"]),
  /** Both, at the beginning and after each amendment. */
  "gbs.agreement_ready": told("gbs.agreement_ready", ["person", "about", "money", "link", "chain"]),
  /** Whoever is to answer. `reason`: the proposer's words. */
  "gbs.amendment_proposed": told("gbs.amendment_proposed", [
    ...(["person", "about", "money", "reason", "link", "chain"] as const),
  ]),
  /** Whoever has proposed it. */
  "gbs.amendment_accepted": told("gbs.amendment_accepted", [
    ...(["person", "about", "money", "link", "chain"] as const),
  ]),
  "gbs.amendment_declined": told("gbs.amendment_declined", [
    ...(["person", "about", "money", "link", "chain"] as const),
  ]),
  /** The lender. `money` is the payment, `day` the one on which it was made. */
  "gbs.payment_claimed": told("gbs.payment_claimed", [
    ...(["person", "about", "money", "day", "reference", "link", "chain"] as const),
  ]),
  /** The borrower. `money` is the payment, `outstanding` what is left of the debt. */
  "gbs.payment_confirmed": told("gbs.payment_confirmed", [
    ...(["person", "about", "money", "day", "outstanding", "link", "chain"] as const),
  ]),
  /** The borrower. `reason`: the lender's words. */
  "gbs.payment_contested": told("gbs.payment_contested", [
    ...(["person", "about", "money", "day", "reason", "link", "chain"] as const),
  ]),
  /** Whoever is to answer. */
  "gbs.cancellation_proposed": told("gbs.cancellation_proposed", [
    ...(["person", "about", "outstanding", "reason", "link", "chain"] as const),
  ]),
  /** Whoever has proposed it. */
  "gbs.cancellation_accepted": told("gbs.cancellation_accepted", [
    ...(["person", "about", "money", "link", "chain"] as const),
  ]),
  "gbs.cancellation_declined": told("gbs.cancellation_declined", [
    ...(["person", "about", "outstanding", "link", "chain"] as const),
  ]),
  /** The lender. */
  "gbs.dispute_raised": told("gbs.dispute_raised", [
    ...(["person", "about", "outstanding", "reason", "link", "chain"] as const),
  ]),
  /** The borrower. `money` is what is not paid yet of the instalment that is due on `day`. */
  "gbs.due_soon": {
    ...told("gbs.due_soon", ["person", "about", "money", "day", "link", "chain"]),
    ...reminding,
    expiresAfterSeconds: dueSoonSeconds,
  },
  /** The borrower; data as above. */
  "gbs.overdue_borrower": {
    ...told("gbs.overdue_borrower", ["person", "about", "money", "day", "link", "chain"]),
    ...reminding,
    expiresAfterSeconds: overdueSeconds,
  },
  /** The lender; data as above. */
  "gbs.overdue_lender": {
    ...told("gbs.overdue_lender", ["person", "about", "money", "day", "link", "chain"]),
    ...reminding,
    expiresAfterSeconds: overdueSeconds,
  },
  /** The borrower. */
  "gbs.defaulted": told("gbs.defaulted", ["person", "about", "outstanding", "link", "chain"]),
  /** Both; `link` leads to the receipt. */
  "gbs.settled": told("gbs.settled", ["person", "about", "money", "link", "chain"]),
  /** The lender. */
  "gbs.consent_withdrawn": told("gbs.consent_withdrawn", [
    ...(["person", "about", "money", "link", "chain"] as const),
  ]),
  /** The borrower, who has accepted a debt that takes a recording. */
  "gbs.evidence_wanted": told("gbs.evidence_wanted", [
    ...(["person", "about", "money", "link", "chain"] as const),
  ]),
  /** Both. */
  "gbs.evidence_submitted": told("gbs.evidence_submitted", [
    ...(["person", "about", "money", "link", "chain"] as const),
  ]),
  /** The borrower, whose upload was whole and could not be read back. */
  "gbs.evidence_unusable": told("gbs.evidence_unusable", [
    ...(["person", "about", "money", "link", "chain"] as const),
  ]),
  /** The borrower. `reason`: the operator's words. */
  "gbs.evidence_sent_back": told("gbs.evidence_sent_back", [
    ...(["person", "about", "money", "reason", "link", "chain"] as const),
  ]),
  /** Both; data as above. */
  "gbs.evidence_refused": told("gbs.evidence_refused", [
    ...(["person", "about", "money", "reason", "link", "chain"] as const),
  ]),
  /** The lender, who has no key of his own: never with a key. */
  "gbs.evidence_approved": told("gbs.evidence_approved", [
    ...(["person", "about", "money", "link", "chain"] as const),
  ]),
  /** The lender; data as above, and no key either. */
  "gbs.key_revealed": told("gbs.key_revealed", [
    ...(["person", "about", "money", "link", "chain"] as const),
  ]),
  /** The lender, who has typed no key back. */
  "gbs.key_reminder": told("gbs.key_reminder", [
    ...(["person", "about", "money", "link", "chain"] as const),
  ]),
  /** Both. */
  "gbs.evidence_sealed": told("gbs.evidence_sealed", [
    ...(["person", "about", "money", "link", "chain"] as const),
  ]),
  /** Both. */
  "gbs.evidence_damaged": told("gbs.evidence_damaged", [
    ...(["person", "about", "money", "link", "chain"] as const),
  ]),
  /** Both. */
  "gbs.evidence_destroyed": told("gbs.evidence_destroyed", [
    ...(["person", "about", "money", "link", "chain"] as const),
  ]),
  /** The lender, whose text an admin has hidden. */
  "gbs.text_hidden": told("gbs.text_hidden", ["address", "money", "link", "chain"]),
} as const satisfies Readonly<Record<Kind, NotificationDefinition>>;
