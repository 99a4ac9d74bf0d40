import type { Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import { addSeconds, type Instant } from "#platform/kernel/time";
import type { IdentityDeps } from "../deps.ts";
import { codeSeconds, type Registration } from "../domain/registration.ts";

/**
 * Stores a new code and mails it in the caller's transaction; to an address that has an account the owner is told
 * instead. Without `mailed` nobody is told anything. All of it is the same work.
 */
export async function sendRegistrationCode(
  deps: Pick<IdentityDeps, "codes" | "registrations" | "notify">,
  tx: Tx,
  registration: Pick<Registration, "id" | "address" | "displayName" | "locale">,
  code: {
    readonly number: number;
    readonly mailed: boolean;
    readonly sentAt: Instant;
    readonly ownerId: Id | null;
  },
): Promise<void> {
  const { id, address, displayName, locale } = registration;
  const { number, mailed, sentAt, ownerId } = code;
  const digits = deps.codes.generate();
  await deps.registrations.addCode(tx, {
    ...{ registrationId: id, number, mailed, sentAt },
    mac: deps.codes.mac({ registrationId: id, number }, digits),
    expiresAt: addSeconds(sentAt, codeSeconds),
  });
  if (!mailed) return;
  if (ownerId !== null) {
    // By his own name and in his language: nothing of what a stranger typed reaches him.
    await deps.notify(tx, "identity.address_in_use", { userId: ownerId }, {});
    return;
  }
  const recipient = { name: displayName, address, locale };
  const minutes = String(codeSeconds / 60);
  await deps.notify(tx, "identity.registration_code", recipient, { code: digits, minutes });
}
