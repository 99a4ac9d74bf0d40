import { and, asc, desc, eq, isNull, lt, not, notExists, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { evidence, integrityChecks } from "./evidence-tables.ts";

export type IntegrityCheck = typeof integrityChecks.$inferSelect;

export type IntegrityRepository = ReturnType<typeof createIntegrityRepository>;

/** Whether recordings still lie in the store as they were submitted. */
export function createIntegrityRepository() {
  return {
    async add(tx: Tx, check: IntegrityCheck): Promise<void> {
      await tx.insert(integrityChecks).values(check);
    },

    async last(reader: Reader, evidenceId: Id): Promise<IntegrityCheck | undefined> {
      const [row] = await reader
        .select()
        .from(integrityChecks)
        .where(eq(integrityChecks.evidenceId, evidenceId))
        .orderBy(desc(integrityChecks.checkedAt), desc(integrityChecks.id))
        .limit(1);
      return row;
    },

    /** When the damage was found that the last check still found; undefined = it found none, or there was no check. */
    async damagedSince(reader: Reader, evidenceId: Id): Promise<Instant | undefined> {
      const later = alias(integrityChecks, "later");
      const isLater = sql`(${later.checkedAt}, ${later.id}) > (${integrityChecks.checkedAt}, ${integrityChecks.id})`;
      const laterIntact = reader
        .select({ id: later.id })
        .from(later)
        .where(and(eq(later.evidenceId, evidenceId), later.intact, isLater));
      const [row] = await reader
        .select({ checkedAt: integrityChecks.checkedAt })
        .from(integrityChecks)
        .where(
          and(
            eq(integrityChecks.evidenceId, evidenceId),
            not(integrityChecks.intact),
            notExists(laterIntact),
          ),
        )
        .orderBy(asc(integrityChecks.checkedAt), asc(integrityChecks.id))
        .limit(1);
      return row?.checkedAt;
    },

    /** Recordings that are kept, and of which nobody has looked at a byte since; by id. */
    due(
      reader: Reader,
      since: Instant,
      page: { readonly after: Id | undefined; readonly limit: number },
    ): Promise<{ readonly evidenceId: Id }[]> {
      const { after, limit } = page;
      return reader
        .select({ evidenceId: evidence.id })
        .from(evidence)
        .where(
          and(
            isNull(evidence.destroyedAt),
            isNull(evidence.destroyingAt),
            lt(evidence.submittedAt, since),
            sql`not exists (select 1 from ${integrityChecks}
              where ${integrityChecks.evidenceId} = ${evidence.id}
                and ${integrityChecks.checkedAt} >= ${since}::timestamptz)`,
            after && sql`${evidence.id} > ${after}::uuid`,
          ),
        )
        .orderBy(asc(evidence.id))
        .limit(limit);
    },
  };
}
