import { and, asc, eq, gt, inArray, isNotNull, isNull, lte, ne, or, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant, LocalDate } from "#platform/kernel/time";
import {
  type EvidenceState,
  evidence,
  type ReviewChecklist,
  type ReviewDecision,
  reviews,
  sentences,
  uploads,
} from "./evidence-tables.ts";
import { debts } from "./tables.ts";

export type { EvidenceState, ReviewChecklist, ReviewDecision } from "./evidence-tables.ts";

/** A recording as whoever reviews it needs it. */
export type ReviewedEvidence = {
  readonly id: Id;
  readonly debtId: Id;
  readonly lenderId: Id;
  readonly borrowerId: Id | null;
  readonly state: EvidenceState;
  readonly submittedAt: Instant;
  readonly decidedAt: Instant | null;
  readonly destroyedAt: Instant | null;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  /** Under whose key its review header is. */
  readonly epochId: Id;
  /** How often recordings of the debt came back to the borrower. */
  readonly sendBacks: number;
};

/** That an operator has a recording: nobody has ended it yet, though its time may be over. */
export type Claim = {
  readonly reviewId: Id;
  readonly operatorId: Id;
  readonly claimedAt: Instant;
  readonly claimEndsAt: Instant;
};

export type QueuedEvidence = ReviewedEvidence & { readonly claim: Claim | null };
export type QueuePosition = { readonly submittedAt: Instant; readonly id: Id };

/** What had to be said in a recording. */
export type SpokenSentence = {
  readonly text: string;
  readonly words: readonly string[];
  readonly language: string;
  readonly day: LocalDate;
};

/** What an operator decided about a recording of a debt. */
export type DecidedReview = {
  readonly evidenceId: Id;
  readonly decision: ReviewDecision;
  readonly reason: string | null;
  readonly decidedAt: Instant;
};

export type Decided = {
  readonly decision: ReviewDecision;
  readonly checklist: ReviewChecklist;
  readonly reason: string | null;
};

export type ReviewRepository = ReturnType<typeof createReviewRepository>;

/** What operators have before them. Written by whoever holds the lock of the debt's row. */
export function createReviewRepository() {
  const columns = {
    id: evidence.id,
    debtId: evidence.debtId,
    lenderId: debts.lenderId,
    borrowerId: debts.borrowerId,
    state: evidence.state,
    submittedAt: evidence.submittedAt,
    decidedAt: evidence.decidedAt,
    destroyedAt: evidence.destroyedAt,
    sha256: evidence.sha256,
    sizeBytes: evidence.sizeBytes,
    mediaType: evidence.mediaType,
    epochId: uploads.epochId,
    sendBacks: debts.sendBacks,
  };
  const claim = {
    reviewId: reviews.id,
    operatorId: reviews.operatorId,
    claimedAt: reviews.claimedAt,
    claimEndsAt: reviews.claimEndsAt,
  };
  return {
    async find(reader: Reader, id: Id): Promise<ReviewedEvidence | undefined> {
      const [row] = await reader
        .select(columns)
        .from(evidence)
        .innerJoin(debts, eq(debts.id, evidence.debtId))
        .innerJoin(uploads, eq(uploads.id, evidence.id))
        .where(eq(evidence.id, id));
      return row;
    },

    async claimOf(reader: Reader, evidenceId: Id): Promise<Claim | undefined> {
      const [row] = await reader
        .select(claim)
        .from(reviews)
        .where(and(eq(reviews.evidenceId, evidenceId), isNull(reviews.endedAt)));
      return row;
    },

    async sentenceOf(reader: Reader, evidenceId: Id): Promise<SpokenSentence | undefined> {
      const [row] = await reader
        .select({
          text: sentences.text,
          words: sentences.words,
          language: sentences.language,
          day: sentences.day,
        })
        .from(uploads)
        .innerJoin(sentences, eq(sentences.id, uploads.sentenceId))
        .where(eq(uploads.id, evidenceId));
      return row;
    },

    /** The last ones of a debt, the oldest first. */
    async decidedOf(reader: Reader, debtId: Id, limit: number): Promise<DecidedReview[]> {
      const rows = await reader
        .select({
          evidenceId: reviews.evidenceId,
          decision: reviews.decision,
          reason: reviews.reason,
          decidedAt: reviews.endedAt,
        })
        .from(reviews)
        .innerJoin(evidence, eq(evidence.id, reviews.evidenceId))
        .where(and(eq(evidence.debtId, debtId), isNotNull(reviews.decision)))
        .orderBy(sql`${reviews.endedAt} desc, ${reviews.id} desc`)
        .limit(limit);
      return rows
        .toReversed()
        .flatMap(({ decision, decidedAt, ...row }) =>
          decision && decidedAt ? [{ ...row, decision, decidedAt }] : [],
        );
    },

    /** What waits for a decision, the oldest first, without debts of the operator himself. */
    async queue(
      reader: Reader,
      query: {
        readonly operatorId: Id;
        readonly after: QueuePosition | undefined;
        readonly limit: number;
      },
    ): Promise<QueuedEvidence[]> {
      const { operatorId, after, limit } = query;
      const rows = await reader
        .select({ ...columns, claim })
        .from(evidence)
        .innerJoin(debts, eq(debts.id, evidence.debtId))
        .innerJoin(uploads, eq(uploads.id, evidence.id))
        .leftJoin(reviews, and(eq(reviews.evidenceId, evidence.id), isNull(reviews.endedAt)))
        .where(
          and(
            eq(evidence.state, "submitted"),
            ne(debts.lenderId, operatorId),
            or(isNull(debts.borrowerId), ne(debts.borrowerId, operatorId)),
            after &&
              sql`(${evidence.submittedAt}, ${evidence.id}) > (${after.submittedAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(asc(evidence.submittedAt), asc(evidence.id))
        .limit(limit);
      return rows;
    },

    /** Of all that waits for a decision. */
    async waiting(
      reader: Reader,
    ): Promise<{ readonly size: number; readonly oldest: Instant | null }> {
      const [row] = await reader
        .select({ size: sql<number>`count(*)::int` })
        .from(evidence)
        .where(eq(evidence.state, "submitted"));
      const [first] = await reader
        .select({ submittedAt: evidence.submittedAt })
        .from(evidence)
        .where(eq(evidence.state, "submitted"))
        .orderBy(asc(evidence.submittedAt), asc(evidence.id))
        .limit(1);
      return { size: row?.size ?? 0, oldest: first?.submittedAt ?? null };
    },

    async add(tx: Tx, evidenceId: Id, added: Claim): Promise<void> {
      const { reviewId: id, operatorId, claimedAt, claimEndsAt } = added;
      await tx.insert(reviews).values({ id, evidenceId, operatorId, claimedAt, claimEndsAt });
    },

    async renew(tx: Tx, reviewId: Id, claimEndsAt: Instant): Promise<void> {
      await tx.update(reviews).set({ claimEndsAt }).where(eq(reviews.id, reviewId));
    },

    async end(tx: Tx, reviewId: Id, endedAt: Instant, decided?: Decided): Promise<void> {
      await tx
        .update(reviews)
        .set({ endedAt, ...decided })
        .where(eq(reviews.id, reviewId));
    },

    /** What became of a recording. */
    async decide(
      tx: Tx,
      evidenceId: Id,
      became: Pick<
        typeof evidence.$inferSelect,
        "state" | "decidedAt" | "sealExpectedBy" | "destroyAfter"
      >,
    ): Promise<void> {
      await tx.update(evidence).set(became).where(eq(evidence.id, evidenceId));
    },

    /** Claims whose time is over, or whose recording waits for no decision any more; by id. */
    lapsed(
      reader: Reader,
      now: Instant,
      { after, limit }: { readonly after: Id | undefined; readonly limit: number },
    ): Promise<{ readonly reviewId: Id; readonly evidenceId: Id; readonly debtId: Id }[]> {
      return reader
        .select({ reviewId: reviews.id, evidenceId: evidence.id, debtId: evidence.debtId })
        .from(reviews)
        .innerJoin(evidence, eq(evidence.id, reviews.evidenceId))
        .where(
          and(
            isNull(reviews.endedAt),
            or(lte(reviews.claimEndsAt, now), ne(evidence.state, "submitted")),
            after && gt(reviews.id, after),
          ),
        )
        .orderBy(asc(reviews.id))
        .limit(limit);
    },

    /** Parties of debts; for whoever records something of them. */
    partiesOf(
      reader: Reader,
      debtIds: readonly Id[],
    ): Promise<{ readonly id: Id; readonly lenderId: Id; readonly borrowerId: Id | null }[]> {
      return reader
        .select({ id: debts.id, lenderId: debts.lenderId, borrowerId: debts.borrowerId })
        .from(debts)
        .where(inArray(debts.id, [...debtIds]));
    },
  };
}
