import { isNull, sql } from "drizzle-orm";
import type { Tx } from "#platform/db/database";
import type { Instant } from "#platform/kernel/time";
import { shares } from "./tables.ts";

/** Revokes every link: a backup does not know which ones were revoked after it. Owners make new ones. */
export async function revokeRestoredShares(tx: Tx, now: Instant): Promise<void> {
  await tx
    .update(shares)
    .set({ revokedAt: now, version: sql`${shares.version} + 1` })
    .where(isNull(shares.revokedAt));
}
