import type { Tx } from "#platform/db/database";
import { addSeconds } from "#platform/kernel/time";
import type { IdentityDeps } from "../deps.ts";

/** Kept so long after their end, for whoever asks what happened to an account. */
const keptSeconds = 86_400;

/** Forgets at most `limit` links that have expired a day ago, used or not; gives how many. */
export const purgePasswordResets = (
  { clock, passwordResets }: Pick<IdentityDeps, "clock" | "passwordResets">,
  tx: Tx,
  limit: number,
): Promise<number> => passwordResets.purge(tx, addSeconds(clock.now(), -keptSeconds), limit);
