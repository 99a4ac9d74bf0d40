import type { Amendment, DebtParty, DebtTerms, Payment, PaymentState } from "#modules/gbs/contract";
import type { DebtSnapshot } from "#modules/gbs/domain/debt-snapshot";
import { parseDecimal } from "#platform/kernel/decimal";
import { type Id, parseId } from "#platform/kernel/ids";
import { type Money, parseCurrencyCode, type Scales } from "#platform/kernel/money";
import { type Instant, parseInstant, parseLocalDate } from "#platform/kernel/time";

export const lenderId = parseId("01936f2e-7b3c-7a11-9d55-000000000001");
export const borrowerId = parseId("01936f2e-7b3c-7a11-9d55-000000000002");
export const anId = (number: number): Id =>
  parseId(`01936f2e-7b3c-7a11-9d55-${String(number).padStart(12, "0")}`);

export const someScales: Scales = {
  digitsOf: (currency) => ({ EUR: 2, JPY: 0, KWD: 3 })[String(currency)],
};
export const euros = (amount: string): Money => ({
  amount: parseDecimal(amount),
  currency: parseCurrencyCode("EUR"),
});
export const someZones = { lender: "Europe/Istanbul", borrower: "Europe/Istanbul" } as const;

/** 300 euros in three parts, agreed on the first of June; in the zone of Istanbul, three hours before UTC. */
export const someTerms: DebtTerms = {
  amount: euros("300.00"),
  instalments: ["2026-07-01", "2026-08-01", "2026-09-01"].map((day) => ({
    dueOn: parseLocalDate(day),
    amount: euros("100.00"),
  })),
  description: "A bicycle",
  timeZone: "Europe/Istanbul",
};

export const aDebt = (changes: Partial<DebtSnapshot> = {}): DebtSnapshot => ({
  id: anId(9),
  ...{ lenderId, borrowerId, invitedAddress: "ben@example.org" },
  ...{ suppressed: false, textHidden: false },
  ...{ state: "active", terms: someTerms, termsVersion: 1 },
  offeredAt: parseInstant("2026-06-01T09:00:00Z"),
  offerExpiresAt: parseInstant("2026-06-15T09:00:00Z"),
  acceptedAt: parseInstant("2026-06-01T12:00:00Z"),
  ...{ evidence: "none", sendBacks: 0, defaultedAt: null },
  ...{ endedAt: null, paid: euros("0.00"), openPayments: [] },
  ...{ openAmendment: null, openCancellation: null, openDispute: null, reminded: [] },
  custody: { length: 3, hash: "0".repeat(64) },
  version: 3,
  ...changes,
});

export const aPayment = (
  number: number,
  amount: string,
  state: PaymentState = "claimed",
): Payment => ({
  id: anId(100 + number),
  amount: euros(amount),
  paidOn: parseLocalDate("2026-06-20"),
  reference: "cash",
  state,
  claimedAt: parseInstant("2026-06-20T09:00:00Z"),
  decidedAt: null,
  contestReason: null,
});

export const anAmendment = (proposedBy: DebtParty): Amendment => ({
  ...{ id: anId(200), proposedBy, reason: "Later, please" },
  proposedAt: parseInstant("2026-06-20T09:00:00Z"),
  terms: someTerms,
});

export const at = (text: string): Instant => parseInstant(text);
