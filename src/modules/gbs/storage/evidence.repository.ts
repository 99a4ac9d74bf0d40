import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { evidence, integrityChecks, lenderHeaders, reviews } from "./evidence-tables.ts";

export type StoredEvidence = typeof evidence.$inferSelect;
export type { EvidenceState } from "./evidence-tables.ts";
export type NewEvidence = Pick<
  StoredEvidence,
  "id" | "debtId" | "submittedAt" | "sha256" | "sizeBytes" | "mediaType" | "payloadSha256"
>;
/** A recording with what parties are shown beside its row. */
export type ListedEvidence = StoredEvidence & {
  readonly hasLenderHeader: boolean;
  readonly reason: string | null;
  readonly integrity: { readonly checkedAt: Instant; readonly intact: boolean } | null;
};

export type EvidenceRepository = ReturnType<typeof createEvidenceRepository>;

/** Recordings that were submitted, and what became of them. Written by whoever holds the lock of the debt's row. */
export function createEvidenceRepository() {
  return {
    async add(tx: Tx, row: NewEvidence): Promise<void> {
      await tx.insert(evidence).values({ ...row, state: "submitted" });
    },

    async find(reader: Reader, id: Id): Promise<StoredEvidence | undefined> {
      const [row] = await reader.select().from(evidence).where(eq(evidence.id, id));
      return row;
    },

    /** The one that waits for a decision, or that was approved. */
    async inForce(reader: Reader, debtId: Id): Promise<StoredEvidence | undefined> {
      const [row] = await reader
        .select()
        .from(evidence)
        .where(
          and(
            eq(evidence.debtId, debtId),
            // In the words of the partial index.
            sql`${evidence.state} in ('submitted', 'approved')`,
          ),
        );
      return row;
    },

    /** The newest first. */
    async ofDebt(reader: Reader, debtId: Id, limit: number): Promise<ListedEvidence[]> {
      const lastCheck = reader
        .selectDistinctOn([integrityChecks.evidenceId])
        .from(integrityChecks)
        .innerJoin(evidence, eq(evidence.id, integrityChecks.evidenceId))
        .where(eq(evidence.debtId, debtId))
        .orderBy(
          integrityChecks.evidenceId,
          desc(integrityChecks.checkedAt),
          desc(integrityChecks.id),
        );
      const [rows, checks] = await Promise.all([
        reader
          .select({
            row: evidence,
            reason: reviews.reason,
            hasLenderHeader: sql<boolean>`exists (
              select 1 from ${lenderHeaders} where ${lenderHeaders.evidenceId} = ${evidence.id})`,
          })
          .from(evidence)
          .leftJoin(reviews, and(eq(reviews.evidenceId, evidence.id), isNotNull(reviews.decision)))
          .where(eq(evidence.debtId, debtId))
          .orderBy(desc(evidence.submittedAt), desc(evidence.id))
          .limit(limit),
        lastCheck,
      ]);
      return rows.map(({ row, ...beside }) => {
        const check = checks.find(({ integrity_checks: { evidenceId } }) => evidenceId === row.id);
        const { checkedAt, intact } = check?.integrity_checks ?? {};
        return {
          ...{ ...row, ...beside },
          integrity: checkedAt === undefined || intact === undefined ? null : { checkedAt, intact },
        };
      });
    },

    /** What waited for a decision that nobody needs any more: to be destroyed. */
    async drop(tx: Tx, debtId: Id, at: Instant): Promise<void> {
      await tx
        .update(evidence)
        .set({ state: "dropped", decidedAt: at, destroyAfter: at })
        .where(and(eq(evidence.debtId, debtId), eq(evidence.state, "submitted")));
    },
  };
}
