import { and, asc, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Reader } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { amendmentOf, cancellationOf, disputeOf, moneyIn, paymentOf } from "./stored-parts.ts";
import {
  amendments,
  cancellations,
  debts,
  disputes,
  instalments,
  payments,
  reminders,
} from "./tables.ts";

type DebtRow = typeof debts.$inferSelect;

/**
 * At most a page of debts with all that is open of them, in the order of the rows: one statement for each table. Which
 * reminders were sent is read only where something is to be changed by it.
 */
export async function loadSnapshots(
  reader: Reader,
  rows: readonly DebtRow[],
  options: { readonly reminded: boolean },
): Promise<DebtSnapshot[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const parts = {
    instalments: byDebt(await instalmentsInForce(reader, ids)),
    payments: byDebt(await openPayments(reader, ids)),
    amendments: byDebt(await openAmendments(reader, ids)),
    cancellations: byDebt(await openCancellations(reader, ids)),
    disputes: byDebt(await openDisputes(reader, ids)),
    reminders: byDebt(options.reminded ? await sentReminders(reader, ids) : []),
  };
  return rows.map((row) => snapshotOf(row, parts));
}

type Parts = {
  readonly instalments: ByDebt<typeof instalments.$inferSelect>;
  readonly payments: ByDebt<typeof payments.$inferSelect>;
  readonly amendments: ByDebt<typeof amendments.$inferSelect>;
  readonly cancellations: ByDebt<typeof cancellations.$inferSelect>;
  readonly disputes: ByDebt<typeof disputes.$inferSelect>;
  readonly reminders: ByDebt<typeof reminders.$inferSelect>;
};

function snapshotOf(row: DebtRow, parts: Parts): DebtSnapshot {
  const { id, lenderId, borrowerId, invitedAddress, suppressed, textHidden, state } = row;
  const { termsVersion, offeredAt, offerExpiresAt, acceptedAt, endedAt, version } = row;
  const { currency, description, timeZone, evidence, sendBacks, defaultedAt } = row;
  const money = moneyIn(currency);
  const plan = parts.instalments(id).map(({ dueOn, amount }) => ({ dueOn, amount: money(amount) }));
  return {
    ...{ id, lenderId, borrowerId, invitedAddress, suppressed, textHidden, state },
    ...{ termsVersion, offeredAt, offerExpiresAt, acceptedAt, endedAt, version },
    ...{ evidence, sendBacks, defaultedAt },
    terms: { amount: money(row.amount), instalments: plan, description, timeZone },
    paid: money(row.paid),
    openPayments: parts.payments(id).map((payment) => paymentOf(payment, currency)),
    openAmendment: parts.amendments(id).map((found) => amendmentOf(found, currency))[0] ?? null,
    openCancellation: parts.cancellations(id).map(cancellationOf)[0] ?? null,
    openDispute: parts.disputes(id).map(disputeOf)[0] ?? null,
    reminded: parts.reminders(id).map(({ dueOn, stage }) => ({ dueOn, stage })),
    custody: { length: row.chainLength, hash: row.chainHead },
  };
}

type ByDebt<Row> = (debtId: Id) => readonly Row[];

function byDebt<Row extends { readonly debtId: Id }>(rows: readonly Row[]): ByDebt<Row> {
  const grouped = Map.groupBy(rows, ({ debtId }) => debtId);
  return (debtId) => grouped.get(debtId) ?? [];
}

const instalmentsInForce = async (reader: Reader, ids: readonly Id[]) =>
  (
    await reader
      .select({ instalment: instalments })
      .from(instalments)
      .innerJoin(
        debts,
        and(eq(debts.id, instalments.debtId), eq(debts.termsVersion, instalments.termsVersion)),
      )
      .where(inArray(instalments.debtId, [...ids]))
      .orderBy(asc(instalments.debtId), asc(instalments.position))
  ).map(({ instalment }) => instalment);

const openPayments = (reader: Reader, ids: readonly Id[]) =>
  reader
    .select()
    .from(payments)
    // In the words of the partial index.
    .where(
      and(inArray(payments.debtId, [...ids]), sql`${payments.state} in ('claimed', 'contested')`),
    )
    .orderBy(asc(payments.claimedAt), asc(payments.id));

const openAmendments = (reader: Reader, ids: readonly Id[]) =>
  reader
    .select()
    .from(amendments)
    .where(and(inArray(amendments.debtId, [...ids]), sql`${amendments.state} = 'open'`));

const openCancellations = (reader: Reader, ids: readonly Id[]) =>
  reader
    .select()
    .from(cancellations)
    .where(and(inArray(cancellations.debtId, [...ids]), sql`${cancellations.state} = 'open'`));

const openDisputes = (reader: Reader, ids: readonly Id[]) =>
  reader
    .select()
    .from(disputes)
    .where(and(inArray(disputes.debtId, [...ids]), isNull(disputes.withdrawnAt)));

const sentReminders = (reader: Reader, ids: readonly Id[]) =>
  reader
    .select()
    .from(reminders)
    .where(inArray(reminders.debtId, [...ids]));
