import type { Tx } from "#platform/db/database";
import { addSeconds } from "#platform/kernel/time";
import type { IdentityDeps } from "../deps.ts";
import { renewableSeconds } from "../domain/registration.ts";

/** Forgets at most `limit` registrations, hashes of passwords included, that cannot be completed any more. */
export const purgeRegistrations = (
  { clock, registrations }: Pick<IdentityDeps, "clock" | "registrations">,
  tx: Tx,
  limit: number,
): Promise<number> => registrations.purge(tx, addSeconds(clock.now(), -renewableSeconds), limit);
