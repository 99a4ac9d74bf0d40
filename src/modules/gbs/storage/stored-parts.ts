import type { DecimalString } from "#platform/kernel/decimal";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import type { Amendment, CancellationProposal, Dispute, Payment } from "../contract.ts";
import type { amendments, cancellations, disputes, payments } from "./tables.ts";

/** Rows keep no currency of their own: it is the debt's. */
export const moneyIn =
  (currency: CurrencyCode) =>
  (amount: DecimalString): Money => ({ amount, currency });

export const paymentOf = (row: typeof payments.$inferSelect, currency: CurrencyCode): Payment => {
  const { id, paidOn, reference, state, claimedAt, decidedAt, contestReason } = row;
  const amount = moneyIn(currency)(row.amount);
  return { id, amount, paidOn, reference, state, claimedAt, decidedAt, contestReason };
};

export function amendmentOf(
  row: typeof amendments.$inferSelect,
  currency: CurrencyCode,
): Amendment {
  const { id, proposedBy, proposedAt, reason, description, timeZone } = row;
  const money = moneyIn(currency);
  const instalments = row.instalments.map(({ dueOn, amount }) => ({
    dueOn,
    amount: money(amount),
  }));
  const terms = { amount: money(row.amount), instalments, description, timeZone };
  return { id, proposedBy, proposedAt, reason, terms };
}

export const cancellationOf = (row: typeof cancellations.$inferSelect): CancellationProposal => {
  const { id, proposedBy, proposedAt, reason } = row;
  return { id, proposedBy, proposedAt, reason };
};

export const disputeOf = ({ id, raisedAt, reason }: typeof disputes.$inferSelect): Dispute => ({
  ...{ id, raisedAt, reason },
});
