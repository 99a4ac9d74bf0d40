import type { Id } from "#platform/kernel/ids";

/**
 * A code has a million values and three of them are valid at a time: five tries are free, then each waits longer. By
 * user, whoever tries: only those come so far who have the password or a session.
 */
const triesOfUser = {
  name: "second_factor",
  kind: "delay",
  free: 5,
  firstDelaySeconds: 30,
  maxDelaySeconds: 3600,
  forgetAfterSeconds: 86_400,
} as const;

const triesOfClient = {
  name: "second_factor_client",
  kind: "window",
  windowSeconds: 3600,
} as const;

/** Whose attempts a try of a code is counted against. */
export const secondFactorAttempts = (
  of: { readonly userId: Id; readonly client: string },
  clientAttemptsPerHour: number,
) => [
  { rule: triesOfUser, subject: of.userId },
  { rule: { ...triesOfClient, limit: clientAttemptsPerHour }, subject: of.client },
];
