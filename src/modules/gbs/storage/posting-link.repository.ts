import { and, asc, count, eq, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { PostingLink } from "../contract.ts";
import { postingLinks } from "./tables.ts";

export type PostingLinkPosition = { readonly linkedAt: Instant; readonly id: Id };
/** Links of one party; the other one's are nobody else's business. */
export type LinkOwner = { readonly debtId: Id; readonly userId: Id };

export type PostingLinkRepository = ReturnType<typeof createPostingLinkRepository>;

export function createPostingLinkRepository() {
  const of = ({ debtId, userId }: LinkOwner) =>
    and(eq(postingLinks.debtId, debtId), eq(postingLinks.userId, userId));
  return {
    /** Those beside this transaction's. */
    async countOthers(reader: Reader, owner: LinkOwner, transactionId: Id): Promise<number> {
      const [row] = await reader
        .select({ all: count() })
        .from(postingLinks)
        .where(and(of(owner), sql`${postingLinks.transactionId} <> ${transactionId}`));
      return row?.all ?? 0;
    },

    /** One that is linked already is linked to this instead. */
    async save(tx: Tx, owner: LinkOwner, link: PostingLink): Promise<void> {
      const { debtId, userId } = owner;
      const { paymentId, linkedAt } = link;
      await tx
        .insert(postingLinks)
        .values({ debtId, userId, ...link })
        .onConflictDoUpdate({
          target: [postingLinks.debtId, postingLinks.userId, postingLinks.transactionId],
          set: { paymentId, linkedAt },
        });
    },

    /** The oldest first. */
    list(
      reader: Reader,
      owner: LinkOwner,
      query: { readonly after: PostingLinkPosition | undefined; readonly limit: number },
    ): Promise<PostingLink[]> {
      const { after, limit } = query;
      return reader
        .select({
          transactionId: postingLinks.transactionId,
          paymentId: postingLinks.paymentId,
          linkedAt: postingLinks.linkedAt,
        })
        .from(postingLinks)
        .where(
          and(
            of(owner),
            after &&
              sql`(${postingLinks.linkedAt}, ${postingLinks.transactionId}) > (${after.linkedAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(asc(postingLinks.linkedAt), asc(postingLinks.transactionId))
        .limit(limit);
    },

    /** False when there is no such link. */
    async remove(tx: Tx, owner: LinkOwner, transactionId: Id): Promise<boolean> {
      const rows = await tx
        .delete(postingLinks)
        .where(and(of(owner), eq(postingLinks.transactionId, transactionId)))
        .returning({ transactionId: postingLinks.transactionId });
      return rows.length > 0;
    },
  };
}
