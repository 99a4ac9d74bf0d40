import { invalidField } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { PlanCode } from "../contract.ts";

/** Plans that can be given: everybody has the smallest one. */
export const grantablePlans = ["plus", "pro"] as const satisfies readonly PlanCode[];
export type GrantablePlan = (typeof grantablePlans)[number];

export const maxGrantDays = 366;
export const maxReasonLength = 500;
/** Active at the same time, of one user. */
export const maxActiveGrants = 20;
const secondsPerDay = 86_400;

/** A plan given to somebody for a while. */
export type Grant = {
  readonly id: Id;
  readonly userId: Id;
  readonly plan: GrantablePlan;
  readonly reason: string;
  /** A user's id, or the name of a command. */
  readonly grantedBy: string;
  readonly grantedAt: Instant;
  readonly expiresAt: Instant;
  readonly revokedAt: Instant | null;
  readonly revokedBy: string | null;
  readonly revokedReason: string | null;
};

export type GrantStatus = "active" | "expired" | "revoked";

export function grantStatus(
  grant: Pick<Grant, "expiresAt" | "revokedAt">,
  at: Instant,
): GrantStatus {
  if (grant.revokedAt !== null && grant.revokedAt <= at) return "revoked";
  return grant.expiresAt <= at ? "expired" : "active";
}

/** What whoever gives a plan has to say. Faults are 422 that name the field. */
export function checkGrant(input: {
  readonly plan: string;
  readonly days: number;
  readonly reason: string;
}): { readonly plan: GrantablePlan; readonly seconds: number; readonly reason: string } {
  const plan = grantablePlans.find((one) => one === input.plan);
  if (!plan) throw invalidField("plan", `Must be one of ${grantablePlans.join(", ")}.`);
  const { days } = input;
  if (!Number.isInteger(days) || days < 1 || days > maxGrantDays)
    throw invalidField("days", `Must be a whole number of days from 1 to ${maxGrantDays}.`);
  return { plan, seconds: days * secondsPerDay, reason: checkReason(input.reason) };
}

/** The user reads it, so it is there, and it is one line. */
export function checkReason(text: string): string {
  const reason = text.trim();
  if (reason === "" || reason.length > maxReasonLength)
    throw invalidField("reason", `Must have 1 to ${maxReasonLength} characters.`);
  if (/\p{Cc}/u.test(reason) || !reason.isWellFormed())
    throw invalidField("reason", "Must be one line of text.");
  return reason;
}
