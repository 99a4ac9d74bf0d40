import { and, asc, count, eq, gte, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { Amendment, CancellationProposal, Dispute } from "../contract.ts";
import { amendmentOf } from "./stored-parts.ts";
import { amendments, cancellations, disputes, type ProposalState } from "./tables.ts";

export type ProposalPosition = { readonly proposedAt: Instant; readonly id: Id };
/** An amendment and what became of it. */
export type AnsweredAmendment = Amendment & {
  readonly state: ProposalState;
  readonly decidedAt: Instant | null;
};

export type ProposalRepository = ReturnType<typeof createProposalRepository>;

/** What parties propose and object to, of a debt whose row the caller has locked. The open ones stand in its snapshot. */
export function createProposalRepository() {
  return {
    async addAmendment(tx: Tx, debtId: Id, { terms, ...proposed }: Amendment): Promise<void> {
      await tx.insert(amendments).values({
        ...{ ...proposed, debtId, state: "open" },
        ...{ description: terms.description, timeZone: terms.timeZone },
        amount: terms.amount.amount,
        instalments: terms.instalments.map(({ dueOn, amount }) => ({
          ...{ dueOn, amount: amount.amount },
        })),
      });
    },

    async endAmendment(tx: Tx, id: Id, state: ProposalState, at: Instant): Promise<void> {
      await tx.update(amendments).set({ state, decidedAt: at }).where(eq(amendments.id, id));
    },

    /** The oldest first. */
    async amendments(
      reader: Reader,
      debt: { readonly id: Id; readonly currency: CurrencyCode },
      query: { readonly after: ProposalPosition | undefined; readonly limit: number },
    ): Promise<AnsweredAmendment[]> {
      const { after, limit } = query;
      const rows = await reader
        .select()
        .from(amendments)
        .where(
          and(
            eq(amendments.debtId, debt.id),
            after &&
              sql`(${amendments.proposedAt}, ${amendments.id}) > (${after.proposedAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(asc(amendments.proposedAt), asc(amendments.id))
        .limit(limit);
      return rows.map((row) => {
        const { state, decidedAt } = row;
        return { ...amendmentOf(row, debt.currency), state, decidedAt };
      });
    },

    /** Whether the debt has, or had, an amendment, cancellation or dispute of this id. */
    async isAmendment(reader: Reader, debtId: Id, id: Id): Promise<boolean> {
      const rows = await reader
        .select({ id: amendments.id })
        .from(amendments)
        .where(and(eq(amendments.id, id), eq(amendments.debtId, debtId)));
      return rows.length > 0;
    },
    async isCancellation(reader: Reader, debtId: Id, id: Id): Promise<boolean> {
      const rows = await reader
        .select({ id: cancellations.id })
        .from(cancellations)
        .where(and(eq(cancellations.id, id), eq(cancellations.debtId, debtId)));
      return rows.length > 0;
    },
    async isDispute(reader: Reader, debtId: Id, id: Id): Promise<boolean> {
      const rows = await reader
        .select({ id: disputes.id })
        .from(disputes)
        .where(and(eq(disputes.id, id), eq(disputes.debtId, debtId)));
      return rows.length > 0;
    },

    async addCancellation(tx: Tx, debtId: Id, proposed: CancellationProposal): Promise<void> {
      await tx.insert(cancellations).values({ ...proposed, debtId, state: "open" });
    },

    async endCancellation(tx: Tx, id: Id, state: ProposalState, at: Instant): Promise<void> {
      await tx.update(cancellations).set({ state, decidedAt: at }).where(eq(cancellations.id, id));
    },

    async addDispute(tx: Tx, debtId: Id, raised: Dispute): Promise<void> {
      await tx.insert(disputes).values({ ...raised, debtId });
    },

    async withdrawDispute(tx: Tx, id: Id, at: Instant): Promise<void> {
      await tx.update(disputes).set({ withdrawnAt: at }).where(eq(disputes.id, id));
    },

    /** How many were begun on a debt since then, whatever became of them. */
    async countSince(
      reader: Reader,
      what: "amendments" | "cancellations" | "disputes",
      debtId: Id,
      since: Instant,
    ): Promise<number> {
      const { table, at } = {
        amendments: { table: amendments, at: amendments.proposedAt },
        cancellations: { table: cancellations, at: cancellations.proposedAt },
        disputes: { table: disputes, at: disputes.raisedAt },
      }[what];
      const [row] = await reader
        .select({ all: count() })
        .from(table)
        .where(and(eq(table.debtId, debtId), gte(at, since)));
      return row?.all ?? 0;
    },
  };
}
