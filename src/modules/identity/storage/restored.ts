import { isNull } from "drizzle-orm";
import type { Tx } from "#platform/db/database";
import type { Instant } from "#platform/kernel/time";
import type { SessionEnd } from "../domain/session.ts";
import { passwordResets, sessionSecrets, sessions } from "./tables.ts";

const restored: SessionEnd = "restored";

/**
 * Ends everything that opens an account without its password: a backup does not know what was revoked after it. People
 * sign in again.
 */
export async function endRestoredAccess(tx: Tx, now: Instant): Promise<void> {
  await tx
    .update(sessions)
    .set({ endedAt: now, endReason: restored })
    .where(isNull(sessions.endedAt));
  await tx.delete(sessionSecrets);
  await tx.delete(passwordResets);
}
