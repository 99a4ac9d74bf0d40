import fc from "fast-check";
import { type GrantablePlan, grantablePlans, maxGrantDays } from "#modules/billing/domain/grant";
import { addSeconds, type Instant, parseInstant } from "#platform/kernel/time";

export const grantsBegin = parseInstant("2026-11-01T00:00:00Z");

/** A grant as a person would tell it: seconds from {@link grantsBegin}. */
export type ToldGrant = {
  readonly plan: GrantablePlan;
  readonly from: number;
  readonly seconds: number;
  /** After so many seconds of its time; null = never. */
  readonly revokedAfter: number | null;
};

/** Few enough moments that beginnings, ends, revocations and questions meet in the same one. */
const moment = fc.integer({ min: 0, max: 12 });
/** A step is as long as makes the longest grant the longest that is allowed. */
const stepSeconds = (maxGrantDays * 86_400) / 12;

export const momentOf = (step: number): Instant => addSeconds(grantsBegin, step * stepSeconds);
export const anyMoment = fc.integer({ min: -1, max: 26 }).map(momentOf);

export const toldGrant: fc.Arbitrary<ToldGrant> = fc
  .tuple(
    fc.constantFrom(...grantablePlans),
    moment,
    fc.integer({ min: 1, max: 12 }),
    fc.option(moment, { nil: null }),
  )
  .map(([plan, from, length, revoked]) => ({
    plan,
    from: from * stepSeconds,
    seconds: length * stepSeconds,
    revokedAfter: revoked === null || revoked >= length ? null : revoked * stepSeconds,
  }));

export const grantTimes = (told: ToldGrant) => ({
  plan: told.plan,
  grantedAt: addSeconds(grantsBegin, told.from),
  expiresAt: addSeconds(grantsBegin, told.from + told.seconds),
  revokedAt:
    told.revokedAfter === null ? null : addSeconds(grantsBegin, told.from + told.revokedAfter),
});
export type GrantTimes = ReturnType<typeof grantTimes>;

/** The rule in the plainest words: whoever has a running Pro has Pro, and so on down to what everybody has. */
export function naivePlan(defaultPlan: string, grants: readonly GrantTimes[], at: Instant): string {
  const has = (plan: string) =>
    defaultPlan === plan ||
    grants.some(
      (grant) =>
        grant.plan === plan &&
        grant.grantedAt <= at &&
        at < grant.expiresAt &&
        (grant.revokedAt === null || at < grant.revokedAt),
    );
  if (has("pro")) return "pro";
  return has("plus") ? "plus" : "free";
}
