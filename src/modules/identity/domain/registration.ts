import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import { addSeconds, type Instant, secondsBetween } from "#platform/kernel/time";
import { identityErrors } from "../errors.ts";

/** How long a code works. */
export const codeSeconds = 600;
/** The next code may be asked for so long after the last one. */
export const resendSeconds = 60;
/** Of one registration, also over changes of its address. */
export const maxCodes = 5;
/** Mails overtake each other: so many of the newest codes work. */
export const validCodes = 2;
/** Guesses that a code bears. */
export const attemptsPerCode = 5;
/** So long after its last code has expired a registration can still get a new one. */
export const renewableSeconds = 3600;

/** Somebody who has not proved the address yet. */
export type Registration = {
  readonly id: Id;
  readonly address: string;
  readonly addressKey: string;
  readonly displayName: string;
  /** Null once it has become a user's. */
  readonly passwordHash: string | null;
  readonly locale: string;
  readonly timeZone: string;
  readonly baseCurrency: CurrencyCode;
  readonly termsVersion: string;
  /** The address has an account: looks like any other and never becomes a user. */
  readonly decoy: boolean;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly userId: Id | null;
  readonly newestCode: { readonly number: number; readonly sentAt: Instant };
};

/** What a client is told: the same for every registration. */
export type RegistrationReceipt = {
  readonly id: Id;
  /** When the code that was just sent stops to work. */
  readonly expiresAt: Instant;
  /** From when on another one may be asked for. */
  readonly resendAfter: Instant;
};

export const receiptOf = (id: Id, sentAt: Instant): RegistrationReceipt => ({
  id,
  expiresAt: addSeconds(sentAt, codeSeconds),
  resendAfter: addSeconds(sentAt, resendSeconds),
});

/**
 * Throws unless the registration can get another code: `identity.registration_not_found` (404) when it is unknown,
 * complete or too old, `identity.codes_used_up` (409).
 */
export function requireRenewable(
  registration: Registration | undefined,
  now: Instant,
): asserts registration is Registration {
  const isPending =
    registration &&
    registration.userId === null &&
    addSeconds(registration.expiresAt, renewableSeconds) > now;
  if (!isPending)
    throw identityErrors.fail("registration_not_found", "There is no such registration any more.");
  if (registration.newestCode.number >= maxCodes)
    throw identityErrors.fail("codes_used_up", "Start a new registration to get another code.");
}

/** Throws `identity.resend_too_early` (429) within {@link resendSeconds} of the last code. */
export function requirePause({ newestCode }: Registration, now: Instant): void {
  const retryAfterSeconds = resendSeconds - secondsBetween(newestCode.sentAt, now);
  if (retryAfterSeconds > 0)
    throw identityErrors.fail("resend_too_early", "Wait a moment before you ask for another.", {
      retryAfterSeconds,
    });
}

/** Six digits as people copy them from a mail; null = not the shape of a code. */
export function readCode(typed: string): string | null {
  const digits = typed.replace(/[\s-]/gu, "");
  return /^[0-9]{6}$/.test(digits) ? digits : null;
}
