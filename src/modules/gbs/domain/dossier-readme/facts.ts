import type { Instant } from "#platform/kernel/time";

/** What a dossier's README says of it. */
export type ReadmeFacts = {
  /** The debt's id. */
  readonly debt: string;
  /** Where our public keys are published. */
  readonly keysAddress: string;
  /** "n:hash". */
  readonly head: string;
  /** When the damage was found for which the recording is left out, that its reader would have; null = it is not. */
  readonly damagedSince: Instant | null;
};

/** In UTC, for readers of any zone. */
export const minuteOf = (at: Instant): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
