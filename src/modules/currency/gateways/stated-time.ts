import {
  addSeconds,
  type Instant,
  isInstant,
  isLocalDate,
  parseInstant,
  startOfUtcDay,
} from "#platform/kernel/time";
import type { Fail } from "./feed.ts";

/** How far a provider's clock may be ahead of ours. */
export const clockToleranceSeconds = 300;

export const isFuture = (at: Instant, now: Instant): boolean =>
  at > addSeconds(now, clockToleranceSeconds);

/** The instant a provider states (ISO 8601 with a zone); "malformed" when it is none, "future_date" when it is to come. */
export function statedInstant(value: unknown, now: Instant, fail: Fail): Instant {
  if (typeof value !== "string" || !isInstant(value))
    throw fail("malformed", "the time of the rates is missing or unreadable");
  return notFuture(parseInstant(value), now, fail);
}

/** The day a provider states, as midnight UTC: see {@link ProviderQuotes.asOf}. Fails like {@link statedInstant}. */
export function statedDay(value: unknown, now: Instant, fail: Fail): Instant {
  if (typeof value !== "string" || !isLocalDate(value))
    throw fail("malformed", "the date of the rates is missing or unreadable");
  return notFuture(startOfUtcDay(value), now, fail);
}

function notFuture(at: Instant, now: Instant, fail: Fail): Instant {
  if (isFuture(at, now)) throw fail("future_date", "the rates are dated in the future");
  return at;
}
