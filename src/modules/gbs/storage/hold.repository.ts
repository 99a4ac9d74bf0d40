import { and, desc, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { LegalHold, LegalHoldState } from "../domain/legal-hold.ts";
import { legalHolds } from "./tables.ts";

export type HoldPosition = { readonly proposedAt: Instant; readonly id: Id };

export type HoldRepository = ReturnType<typeof createHoldRepository>;

/** What administrators have agreed to keep. Written by whoever holds the lock of the debt's row. */
export function createHoldRepository() {
  return {
    /** False when the debt has one that is not over. */
    async add(
      tx: Tx,
      hold: Pick<LegalHold, "id" | "debtId" | "reason" | "proposedBy" | "proposedAt">,
    ): Promise<boolean> {
      const rows = await tx
        .insert(legalHolds)
        .values(hold)
        .onConflictDoNothing()
        .returning({ id: legalHolds.id });
      return rows.length > 0;
    },

    async find(reader: Reader, id: Id): Promise<LegalHold | undefined> {
      const [row] = await reader.select().from(legalHolds).where(eq(legalHolds.id, id));
      return row;
    },

    /** The one of a debt that is not over. */
    async findOpen(reader: Reader, debtId: Id): Promise<LegalHold | undefined> {
      const [row] = await reader
        .select()
        .from(legalHolds)
        .where(and(eq(legalHolds.debtId, debtId), isNull(legalHolds.releasedAt)));
      return row;
    },

    async save(tx: Tx, { id, ...hold }: LegalHold): Promise<void> {
      await tx.update(legalHolds).set(hold).where(eq(legalHolds.id, id));
    },

    /** The newest first. */
    list(
      reader: Reader,
      query: {
        readonly state: LegalHoldState | undefined;
        readonly after: HoldPosition | undefined;
        readonly limit: number;
      },
    ): Promise<LegalHold[]> {
      const { state, after, limit } = query;
      return reader
        .select()
        .from(legalHolds)
        .where(
          and(
            state && inState[state],
            after &&
              sql`(${legalHolds.proposedAt}, ${legalHolds.id}) < (${after.proposedAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(desc(legalHolds.proposedAt), desc(legalHolds.id))
        .limit(limit);
    },
  };
}

const { confirmedAt, releaseProposedAt, releasedAt } = legalHolds;
/** As domain/legal-hold.ts tells the state. */
const inState: Readonly<Record<LegalHoldState, SQL>> = {
  proposed: sql`${confirmedAt} is null and ${releasedAt} is null`,
  in_force: sql`${confirmedAt} is not null and ${releaseProposedAt} is null and ${releasedAt} is null`,
  release_proposed: sql`${releaseProposedAt} is not null and ${releasedAt} is null`,
  released: sql`${confirmedAt} is not null and ${releasedAt} is not null`,
  dropped: sql`${confirmedAt} is null and ${releasedAt} is not null`,
};
