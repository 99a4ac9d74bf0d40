import { and, asc, eq, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { Payment } from "../contract.ts";
import { paymentOf } from "./stored-parts.ts";
import { payments } from "./tables.ts";

export type PaymentPosition = { readonly claimedAt: Instant; readonly id: Id };

export type PaymentRepository = ReturnType<typeof createPaymentRepository>;

/** Payments of a debt whose row the caller has locked, or only reads. */
export function createPaymentRepository() {
  return {
    async find(
      reader: Reader,
      debt: { readonly id: Id; readonly currency: CurrencyCode },
      id: Id,
    ): Promise<Payment | undefined> {
      const [row] = await reader
        .select()
        .from(payments)
        .where(and(eq(payments.id, id), eq(payments.debtId, debt.id)));
      return row && paymentOf(row, debt.currency);
    },

    /** The oldest first. */
    async list(
      reader: Reader,
      debt: { readonly id: Id; readonly currency: CurrencyCode },
      query: { readonly after: PaymentPosition | undefined; readonly limit: number },
    ): Promise<Payment[]> {
      const { after, limit } = query;
      const rows = await reader
        .select()
        .from(payments)
        .where(
          and(
            eq(payments.debtId, debt.id),
            after &&
              sql`(${payments.claimedAt}, ${payments.id}) > (${after.claimedAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(asc(payments.claimedAt), asc(payments.id))
        .limit(limit);
      return rows.map((row) => paymentOf(row, debt.currency));
    },

    async add(tx: Tx, debtId: Id, { amount, ...payment }: Payment): Promise<void> {
      await tx.insert(payments).values({ ...payment, debtId, amount: amount.amount });
    },

    async decide(
      tx: Tx,
      { id, state, decidedAt, contestReason }: Omit<Payment, "amount" | "paidOn">,
    ): Promise<void> {
      await tx.update(payments).set({ state, decidedAt, contestReason }).where(eq(payments.id, id));
    },
  };
}
