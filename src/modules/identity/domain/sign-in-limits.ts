/**
 * Whoever forgot which password it was has five tries; then each waits longer, up to a quarter of an hour. By address
 * key, with or without an account behind it, so that the wait tells nothing.
 */
const triesOfAccount = {
  name: "sign_in",
  kind: "delay",
  free: 5,
  firstDelaySeconds: 30,
  maxDelaySeconds: 900,
  forgetAfterSeconds: 86_400,
} as const;

const triesOfClient = { name: "sign_in_client", kind: "window", windowSeconds: 3600 } as const;

/** Whose attempts a try of a password is counted against: signing in, step-up and the change of a password alike. */
export const signInAttempts = (
  of: { readonly addressKey: string; readonly client: string },
  clientAttemptsPerHour: number,
) => [
  { rule: triesOfAccount, subject: of.addressKey },
  { rule: { ...triesOfClient, limit: clientAttemptsPerHour }, subject: of.client },
];
