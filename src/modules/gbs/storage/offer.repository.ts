import { and, asc, count, eq, gt, isNull, or, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { blocks, debts } from "./tables.ts";

/** How far an offer is on its way to whoever is invited. */
export type OfferDelivery = {
  readonly invitedAddress: string;
  readonly invitedAddressKey: string;
  readonly deliveredAt: Instant | null;
};

export type OfferRepository = ReturnType<typeof createOfferRepository>;

/** Offers on their way: how many, to whom, and who wants none. */
export function createOfferRepository() {
  return {
    /** One at a time offers something in a lender's name; held to the end of the transaction. */
    async lockLender(tx: Tx, lenderId: Id): Promise<void> {
      await tx.execute(
        sql`select pg_advisory_xact_lock(hashtextextended(${`gbs offers ${lenderId}`}, 0))`,
      );
    },

    /** Also those that time has ended, and no job has come to yet, unless they are over by `now`. */
    async countOpen(reader: Reader, lenderId: Id, now: Instant): Promise<number> {
      const [row] = await reader
        .select({ open: count() })
        .from(debts)
        .where(
          and(
            eq(debts.lenderId, lenderId),
            eq(debts.state, "offered"),
            gt(debts.offerExpiresAt, now),
          ),
        );
      return row?.open ?? 0;
    },

    async delivery(reader: Reader, debtId: Id): Promise<OfferDelivery | undefined> {
      const [row] = await reader
        .select({
          invitedAddress: debts.invitedAddress,
          invitedAddressKey: debts.invitedAddressKey,
          deliveredAt: debts.deliveredAt,
        })
        .from(debts)
        .where(eq(debts.id, debtId));
      return row;
    },

    async markDelivered(tx: Tx, debtId: Id, at: Instant): Promise<void> {
      await tx.update(debts).set({ deliveredAt: at }).where(eq(debts.id, debtId));
    },

    /** The debt's version stays: the lender sees nothing of it. */
    async bind(
      tx: Tx,
      debtId: Id,
      bound: { readonly borrowerId: Id; readonly suppressed: boolean },
    ): Promise<void> {
      await tx.update(debts).set(bound).where(eq(debts.id, debtId));
    },

    /** Open offers to an address whose owner is not known, by id. */
    async waiting(
      reader: Reader,
      addressKey: string,
      after: Id | undefined,
      limit: number,
    ): Promise<Id[]> {
      const rows = await reader
        .select({ id: debts.id })
        .from(debts)
        .where(
          and(
            eq(debts.invitedAddressKey, addressKey),
            isNull(debts.borrowerId),
            // In the words of the partial index.
            sql`${debts.state} = 'offered'`,
            after && gt(debts.id, after),
          ),
        )
        .orderBy(asc(debts.id))
        .limit(limit);
      return rows.map(({ id }) => id);
    },

    /** Whether one of both has blocked the other. */
    async isBlocked(reader: Reader, one: Id, other: Id): Promise<boolean> {
      const rows = await reader
        .select({ blockerId: blocks.blockerId })
        .from(blocks)
        .where(
          or(
            and(eq(blocks.blockerId, one), eq(blocks.blockedId, other)),
            and(eq(blocks.blockerId, other), eq(blocks.blockedId, one)),
          ),
        )
        .limit(1);
      return rows.length > 0;
    },
  };
}
