import { addSeconds, type Instant } from "#platform/kernel/time";
import { identityErrors } from "../errors.ts";

/**
 * How long a new secret waits for its first code. Enough to install an app; too short for a secret that somebody saw
 * in a session left open to be confirmed by him some other day.
 */
export const pendingSeconds = 900;

type Stored = { readonly createdAt: Instant; readonly confirmedAt: Instant | null };

/** Gives the factor that a first code may confirm. Throws `second_factor_exists` or `second_factor_missing` (409). */
export function requirePending<F extends Stored>(factor: F | null, now: Instant): F {
  if (factor?.confirmedAt) throw secondFactorExists();
  if (!factor || addSeconds(factor.createdAt, pendingSeconds) <= now) throw secondFactorMissing();
  return factor;
}

export const secondFactorExists = () =>
  identityErrors.fail(
    "second_factor_exists",
    "A second factor is set up. Remove it before you set up another one.",
  );

export const secondFactorMissing = () =>
  identityErrors.fail("second_factor_missing", "Set up a second factor first.");
