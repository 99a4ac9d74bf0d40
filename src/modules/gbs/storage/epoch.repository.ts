import { and, asc, eq, inArray, isNull, lte, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant, LocalDate } from "#platform/kernel/time";
import type { ReviewEpoch } from "../domain/epochs.ts";
import { reviewEpochs } from "./evidence-tables.ts";

export type EpochRepository = ReturnType<typeof createEpochRepository>;

/** Public halves of the keys that recordings are wrapped to while they are reviewed. */
export function createEpochRepository() {
  const columns = {
    id: reviewEpochs.id,
    week: reviewEpochs.week,
    recipient: reviewEpochs.recipient,
  };
  return {
    async ofWeek(reader: Reader, week: LocalDate): Promise<ReviewEpoch | undefined> {
      const [row] = await reader
        .select(columns)
        .from(reviewEpochs)
        .where(and(eq(reviewEpochs.week, week), isNull(reviewEpochs.destroyedAt)));
      return row;
    },

    /** False when the week has one already. */
    async add(tx: Tx, epoch: ReviewEpoch, createdAt: Instant): Promise<boolean> {
      const rows = await tx
        .insert(reviewEpochs)
        .values({ ...epoch, createdAt })
        .onConflictDoNothing()
        .returning({ id: reviewEpochs.id });
      return rows.length > 0;
    },

    /** Of weeks until `lastWeek`, to which nothing is wrapped that anybody may still have to open. */
    async unused(reader: Reader, lastWeek: LocalDate, limit: number): Promise<Id[]> {
      const rows = await reader
        .select({ id: reviewEpochs.id })
        .from(reviewEpochs)
        .where(
          and(
            lte(reviewEpochs.week, lastWeek),
            isNull(reviewEpochs.destroyedAt),
            sql`not exists (
              select 1 from gbs.uploads u left join gbs.evidence e on e.id = u.id
              where u.epoch_id = ${reviewEpochs.id} and u.cleared_at is null
                and e.sealed_at is null and e.destroyed_at is null)`,
          ),
        )
        .orderBy(asc(reviewEpochs.week))
        .limit(limit);
      return rows.map(({ id }) => id);
    },

    async setDestroyed(tx: Tx, ids: readonly Id[], at: Instant): Promise<void> {
      await tx
        .update(reviewEpochs)
        .set({ destroyedAt: at })
        .where(inArray(reviewEpochs.id, [...ids]));
    },

    /** Of these, those whose private half has to exist. */
    async standing(reader: Reader, ids: readonly Id[]): Promise<Id[]> {
      if (ids.length === 0) return [];
      const rows = await reader
        .select({ id: reviewEpochs.id })
        .from(reviewEpochs)
        .where(and(inArray(reviewEpochs.id, [...ids]), isNull(reviewEpochs.destroyedAt)));
      return rows.map(({ id }) => id);
    },
  };
}
