import { and, asc, eq, inArray, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { DebtParty, Payment } from "../contract.ts";
import { paymentOf } from "./stored-parts.ts";
import { amendments, type DocumentKind, documents, payments } from "./tables.ts";

export type StoredDocument = typeof documents.$inferSelect;
export type { DocumentKind } from "./tables.ts";
export type DocumentPosition = { readonly madeAt: Instant; readonly id: Id };

/** Of which debt, what, and by which terms. */
export type DocumentOrder = {
  readonly debtId: Id;
  readonly kind: DocumentKind;
  readonly termsVersion: number;
};

export type DocumentRepository = ReturnType<typeof createDocumentRepository>;

/** Agreements and receipts: made once of each version of the terms, and never changed. */
export function createDocumentRepository() {
  return {
    async made(
      reader: Reader,
      { debtId, kind, termsVersion }: DocumentOrder,
    ): Promise<StoredDocument | undefined> {
      const [row] = await reader
        .select()
        .from(documents)
        .where(
          and(
            eq(documents.debtId, debtId),
            eq(documents.kind, kind),
            eq(documents.termsVersion, termsVersion),
          ),
        );
      return row;
    },

    async find(reader: Reader, debtId: Id, id: Id): Promise<StoredDocument | undefined> {
      const [row] = await reader
        .select()
        .from(documents)
        .where(and(eq(documents.id, id), eq(documents.debtId, debtId)));
      return row;
    },

    /** The oldest first. */
    list(
      reader: Reader,
      debtId: Id,
      query: { readonly after: DocumentPosition | undefined; readonly limit: number },
    ): Promise<StoredDocument[]> {
      const { after, limit } = query;
      return reader
        .select()
        .from(documents)
        .where(
          and(
            eq(documents.debtId, debtId),
            after &&
              sql`(${documents.madeAt}, ${documents.id}) > (${after.madeAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(asc(documents.madeAt), asc(documents.id))
        .limit(limit);
    },

    /** Keys of the files of these debts' documents: two for each version of their terms. */
    async keysOf(reader: Reader, debtIds: readonly Id[]): Promise<string[]> {
      if (debtIds.length === 0) return [];
      const rows = await reader
        .select({ objectKey: documents.objectKey })
        .from(documents)
        .where(inArray(documents.debtId, debtIds));
      return rows.map(({ objectKey }) => objectKey);
    },

    async add(tx: Tx, document: StoredDocument): Promise<void> {
      await tx.insert(documents).values(document);
    },

    /** Who proposed the terms of this version, and when that and their acceptance was; of the first one undefined. */
    async amendmentTo(
      reader: Reader,
      { debtId, termsVersion }: Pick<DocumentOrder, "debtId" | "termsVersion">,
    ): Promise<
      | {
          readonly proposedBy: DebtParty;
          readonly proposedAt: Instant;
          readonly acceptedAt: Instant;
        }
      | undefined
    > {
      if (termsVersion < 2) return undefined;
      const [row] = await reader
        .select()
        .from(amendments)
        .where(and(eq(amendments.debtId, debtId), eq(amendments.state, "accepted")))
        .orderBy(asc(amendments.decidedAt), asc(amendments.id))
        // Each accepted one made the version after the one before it.
        .offset(termsVersion - 2)
        .limit(1);
      if (!row?.decidedAt) return undefined;
      const { proposedBy, proposedAt, decidedAt } = row;
      return { proposedBy, proposedAt, acceptedAt: decidedAt };
    },

    /** Payments that count, in the order of their claims. */
    async confirmedPayments(
      reader: Reader,
      debt: { readonly id: Id; readonly currency: Payment["amount"]["currency"] },
      limit: number,
    ): Promise<Payment[]> {
      const rows = await reader
        .select()
        .from(payments)
        .where(and(eq(payments.debtId, debt.id), eq(payments.state, "confirmed")))
        .orderBy(asc(payments.claimedAt), asc(payments.id))
        .limit(limit);
      return rows.map((row) => paymentOf(row, debt.currency));
    },
  };
}
