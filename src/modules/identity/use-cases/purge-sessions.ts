import type { Tx } from "#platform/db/database";
import { addSeconds } from "#platform/kernel/time";
import type { IdentityDeps } from "../deps.ts";

/** Kept so long after their end, for whoever asks what happened to an account. */
const keptSessionSeconds = 30 * 86_400;
/** Much longer than any token lives. */
const keptRevocationSeconds = 86_400;

/** Forgets at most `limit` sessions that are long over; gives how many. */
export const purgeSessions = (
  { clock, sessions }: Pick<IdentityDeps, "clock" | "sessions">,
  tx: Tx,
  limit: number,
): Promise<number> => sessions.purge(tx, addSeconds(clock.now(), -keptSessionSeconds), limit);

/** Forgets at most `limit` revocations that nobody reads any more; gives how many. */
export const purgeRevocations = (
  { clock, revocations }: Pick<IdentityDeps, "clock" | "revocations">,
  tx: Tx,
  limit: number,
): Promise<number> => revocations.purge(tx, addSeconds(clock.now(), -keptRevocationSeconds), limit);
