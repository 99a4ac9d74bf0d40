import { and, asc, eq, isNotNull, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { evidence, lenderHeaders, uploads } from "./evidence-tables.ts";
import { debts, disputes, legalHolds } from "./tables.ts";

/** A recording, with what its bytes are found and opened by. */
export type KeptRecording = typeof evidence.$inferSelect & {
  /** Its own id: the vault knows it by the upload that it was. */
  readonly uploadId: Id;
  /** 16 bytes, hex. */
  readonly payloadNonce: string;
  readonly epochId: Id;
};

type Page = { readonly after: Id | undefined; readonly limit: number };
/** Which recording, of which debt. */
export type OfDebt = { readonly id: Id; readonly debtId: Id };

export type HandOverRepository = ReturnType<typeof createHandOverRepository>;

const noKeyTypedBack = and(
  eq(evidence.state, "approved"),
  isNull(evidence.acknowledgedAt),
  isNull(evidence.sealedAt),
  isNull(evidence.destroyingAt),
);

/** What becomes of recordings after their decision. Written by whoever holds the lock of the debt's row. */
export function createHandOverRepository() {
  const kept = (reader: Reader, which: SQL | undefined) =>
    reader
      .select({
        row: evidence,
        payloadNonce: uploads.payloadNonce,
        epochId: uploads.epochId,
      })
      .from(evidence)
      .innerJoin(uploads, eq(uploads.id, evidence.id))
      .where(which)
      .limit(1)
      .then(([found]): KeptRecording | undefined => {
        if (!found) return undefined;
        const { row, ...beside } = found;
        return { ...row, ...beside, uploadId: row.id };
      });

  return {
    find: (reader: Reader, id: Id): Promise<KeptRecording | undefined> =>
      kept(reader, eq(evidence.id, id)),

    /** The one that binds the debt. */
    approvedOf: (reader: Reader, debtId: Id): Promise<KeptRecording | undefined> =>
      kept(
        reader,
        // The first in the words of the partial index.
        sql`${evidence.debtId} = ${debtId}::uuid and ${evidence.state} in ('submitted', 'approved')
          and ${evidence.state} = 'approved'`,
      ),

    async setAcknowledged(tx: Tx, id: Id, at: Instant): Promise<void> {
      await tx.update(evidence).set({ acknowledgedAt: at }).where(eq(evidence.id, id));
    },

    async setSealed(tx: Tx, id: Id, at: Instant): Promise<void> {
      await tx.update(evidence).set({ sealedAt: at }).where(eq(evidence.id, id));
    },

    async setReminded(tx: Tx, id: Id, keyReminders: number): Promise<void> {
      await tx.update(evidence).set({ keyReminders }).where(eq(evidence.id, id));
    },

    /** Approved, and the lender has typed no key back; reminded less often than that, and decided by then; by id. */
    toRemind(
      reader: Reader,
      { reminders, decidedBy }: { readonly reminders: number; readonly decidedBy: Instant },
      { after, limit }: Page,
    ): Promise<OfDebt[]> {
      return reader
        .select({ id: evidence.id, debtId: evidence.debtId })
        .from(evidence)
        .where(
          and(
            noKeyTypedBack,
            lte(evidence.decidedAt, decidedBy),
            lte(evidence.keyReminders, reminders - 1),
            after && sql`${evidence.id} > ${after}::uuid`,
          ),
        )
        .orderBy(asc(evidence.id))
        .limit(limit);
    },

    /** What waits to be sealed, and has waited since; by id. */
    toSeal(reader: Reader, since: Instant, { after, limit }: Page): Promise<OfDebt[]> {
      return reader
        .select({ id: evidence.id, debtId: evidence.debtId })
        .from(evidence)
        .where(
          and(
            eq(evidence.state, "approved"),
            isNull(evidence.sealedAt),
            isNull(evidence.destroyingAt),
            or(
              lte(evidence.acknowledgedAt, since),
              sql`exists (select 1 from ${lenderHeaders}
                where ${lenderHeaders.evidenceId} = ${evidence.id}
                  and ${lenderHeaders.kind} = 'recipient' and ${lenderHeaders.madeAt} <= ${since}::timestamptz)`,
            ),
            after && sql`${evidence.id} > ${after}::uuid`,
          ),
        )
        .orderBy(asc(evidence.id))
        .limit(limit);
    },

    /** Approved, and no key to it was typed back; by id. */
    unsealed(reader: Reader, { after, limit }: Page): Promise<OfDebt[]> {
      return reader
        .select({ id: evidence.id, debtId: evidence.debtId })
        .from(evidence)
        .where(and(noKeyTypedBack, after && sql`${evidence.id} > ${after}::uuid`))
        .orderBy(asc(evidence.id))
        .limit(limit);
    },

    /** Of a debt that has ended: what binds it is kept until then. */
    async keepUntil(tx: Tx, debtId: Id, until: Instant): Promise<void> {
      await tx
        .update(evidence)
        .set({ destroyAfter: until })
        .where(and(eq(evidence.debtId, debtId), eq(evidence.state, "approved")));
    },

    /**
     * Whose time has come, without those that a legal hold keeps, or an open dispute what was approved, unless their
     * destruction has begun; by id.
     */
    toDestroy(
      reader: Reader,
      now: Instant,
      { after, limit }: Page,
    ): Promise<(OfDebt & Pick<KeptRecording, "state">)[]> {
      return reader
        .select({ id: evidence.id, debtId: evidence.debtId, state: evidence.state })
        .from(evidence)
        .innerJoin(debts, eq(debts.id, evidence.debtId))
        .where(
          and(
            // In the words of the partial index.
            sql`${evidence.destroyAfter} is not null and ${evidence.destroyedAt} is null`,
            lte(evidence.destroyAfter, now),
            or(isNotNull(evidence.destroyingAt), isFree),
            after && sql`${evidence.id} > ${after}::uuid`,
          ),
        )
        .orderBy(asc(evidence.id))
        .limit(limit);
    },

    /** False when something keeps it after all. From then on nothing does. */
    async beginDestroying(tx: Tx, id: Id, now: Instant): Promise<boolean> {
      const rows = await tx
        .update(evidence)
        .set({ destroyingAt: sql`coalesce(${evidence.destroyingAt}, ${now}::timestamptz)` })
        .where(
          and(
            eq(evidence.id, id),
            isNull(evidence.destroyedAt),
            lte(evidence.destroyAfter, now),
            or(isNotNull(evidence.destroyingAt), isFree),
          ),
        )
        .returning({ id: evidence.id });
      return rows.length > 0;
    },

    async setDestroyed(tx: Tx, id: Id, at: Instant): Promise<void> {
      await tx.update(evidence).set({ destroyedAt: at }).where(eq(evidence.id, id));
    },
  };
}

/** A hold is in force until its release is confirmed (domain/legal-hold.ts). */
const isFree = sql`not exists (select 1 from ${legalHolds}
    where ${legalHolds.debtId} = ${evidence.debtId}
      and ${legalHolds.confirmedAt} is not null and ${legalHolds.releasedAt} is null)
  and not (${evidence.state} = 'approved' and exists (select 1 from ${disputes}
    where ${disputes.debtId} = ${evidence.debtId} and ${disputes.withdrawnAt} is null))`;
