import { and, asc, count, eq, inArray, lte, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant, LocalDate } from "#platform/kernel/time";
import { schedules } from "./tables.ts";

export type StoredSchedule = typeof schedules.$inferSelect;

export type ScheduleRepository = ReturnType<typeof createScheduleRepository>;

export function createScheduleRepository() {
  return {
    /** Of anybody. */
    async find(reader: Reader, id: Id): Promise<StoredSchedule | undefined> {
      const [row] = await reader.select().from(schedules).where(eq(schedules.id, id));
      return row;
    },

    /** The oldest first. */
    list(
      reader: Reader,
      query: {
        readonly createdBy: Id;
        readonly bookIds: readonly Id[];
        readonly after: { readonly createdAt: Instant; readonly id: Id } | undefined;
        readonly limit: number;
      },
    ): Promise<StoredSchedule[]> {
      const { createdBy, bookIds, after, limit } = query;
      return reader
        .select()
        .from(schedules)
        .where(
          and(
            eq(schedules.createdBy, createdBy),
            inArray(schedules.bookId, [...bookIds]),
            after &&
              sql`(${schedules.createdAt}, ${schedules.id}) > (${after.createdAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(asc(schedules.createdAt), asc(schedules.id))
        .limit(limit);
    },

    async countOf(tx: Tx, userId: Id): Promise<number> {
      const [row] = await tx
        .select({ all: count() })
        .from(schedules)
        .where(eq(schedules.createdBy, userId));
      return row?.all ?? 0;
    },

    async add(tx: Tx, added: typeof schedules.$inferInsert): Promise<void> {
      await tx.insert(schedules).values(added);
    },

    /** Undefined when it is no longer as it was seen. */
    async change(
      tx: Tx,
      seen: { readonly id: Id; readonly version: number },
      changes: Partial<typeof schedules.$inferInsert>,
      at: Instant,
    ): Promise<StoredSchedule | undefined> {
      const [row] = await tx
        .update(schedules)
        .set({ ...changes, version: sql`${schedules.version} + 1`, updatedAt: at })
        .where(and(eq(schedules.id, seen.id), eq(schedules.version, seen.version)))
        .returning();
      return row;
    },

    async remove(tx: Tx, seen: { readonly id: Id; readonly version: number }): Promise<boolean> {
      const rows = await tx
        .delete(schedules)
        .where(and(eq(schedules.id, seen.id), eq(schedules.version, seen.version)))
        .returning({ id: schedules.id });
      return rows.length > 0;
    },

    /** Whose report is due; the longest first. */
    due(reader: Reader, now: Instant, limit: number): Promise<StoredSchedule[]> {
      return reader
        .select()
        .from(schedules)
        .where(lte(schedules.nextAt, now))
        .orderBy(asc(schedules.nextAt), asc(schedules.id))
        .limit(limit);
    },

    /** False when somebody else has done it, or has changed the schedule since. The version stays: nobody decided anything. */
    async advance(
      tx: Tx,
      seen: { readonly id: Id; readonly version: number; readonly nextOn: LocalDate },
      next: { readonly nextOn: LocalDate; readonly nextAt: Instant },
    ): Promise<boolean> {
      const rows = await tx
        .update(schedules)
        .set(next)
        .where(
          and(
            eq(schedules.id, seen.id),
            eq(schedules.version, seen.version),
            eq(schedules.nextOn, seen.nextOn),
          ),
        )
        .returning({ id: schedules.id });
      return rows.length > 0;
    },
  };
}
