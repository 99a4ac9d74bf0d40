import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { addSeconds, type Instant } from "#platform/kernel/time";
import type { IdentityDeps, Origin } from "../deps.ts";
import { type Address, parseAddress } from "../domain/address.ts";
import {
  codeSeconds,
  type Registration,
  type RegistrationReceipt,
  receiptOf,
  requirePause,
  requireRenewable,
} from "../domain/registration.ts";
import { mailsTo, registrationsBy } from "../domain/registration-limits.ts";
import { sendRegistrationCode } from "./send-registration-code.ts";

type Deps = Pick<
  IdentityDeps,
  | "db"
  | "clock"
  | "settings"
  | "attempts"
  | "domainNames"
  | "users"
  | "registrations"
  | "codes"
  | "notify"
>;

type Input = { readonly registrationId: Id; readonly origin: Origin };

/**
 * Mails another code; the one before it still works. Errors: `identity.registration_not_found` (404),
 * `identity.codes_used_up` (409), `identity.resend_too_early` (429), by client `limit.exceeded` (429).
 */
export const resendRegistrationCode = (
  deps: Deps,
  ctx: RequestContext,
  input: Input,
): Promise<RegistrationReceipt> => renew(deps, ctx, input, null);

/**
 * Corrects a mistyped address and mails a code there; codes that went to the old one are worth nothing any more. The
 * pause between two codes protects a mailbox, so another mailbox need not wait for it. Errors as above, and
 * `input.invalid` (422).
 */
export async function changeRegistrationAddress(
  deps: Deps,
  ctx: RequestContext,
  input: Input & { readonly email: string },
): Promise<RegistrationReceipt> {
  return renew(deps, ctx, input, parseAddress(deps.domainNames, input.email));
}

async function renew(
  deps: Deps,
  ctx: RequestContext,
  { registrationId: id, origin }: Input,
  changed: Address | null,
): Promise<RegistrationReceipt> {
  const { clientAttemptsPerHour } = deps.settings;
  await deps.attempts.require(ctx, registrationsBy(origin.client, clientAttemptsPerHour));
  const seen = await deps.registrations.find(deps.db.read, id);
  const { addressKey } = requireNextCode(seen, changed, deps.clock.now());
  const { allowed } = await deps.attempts.take(ctx, mailsTo(addressKey));

  return deps.db.transact(ctx, async (tx) => {
    const registration = await deps.registrations.lock(tx, id);
    const sentAt = deps.clock.now();
    const target = requireNextCode(registration, changed, sentAt);
    const { address, isOther, number, displayName, locale } = target;
    const owner = await deps.users.byAddressKey(tx, target.addressKey);
    if (isOther) await deps.registrations.endCodes(tx, id, sentAt);
    await deps.registrations.renew(tx, id, {
      ...{ address, addressKey: target.addressKey },
      decoy: owner !== undefined,
      expiresAt: addSeconds(sentAt, codeSeconds),
    });
    const code = { number, sentAt, ownerId: owner?.id ?? null };
    // Counted for the mailbox that it was asked for: another change may have come in between.
    const mailed = allowed && target.addressKey === addressKey;
    const recipient = { id, address, displayName, locale };
    await sendRegistrationCode(deps, tx, recipient, { ...code, mailed });
    return receiptOf(id, sentAt);
  });
}

/** Where the next code of a registration goes, or why there is none. */
function requireNextCode(
  registration: Registration | undefined,
  changed: Address | null,
  now: Instant,
) {
  requireRenewable(registration, now);
  const { address, addressKey } = changed ?? registration;
  const isOther = addressKey !== registration.addressKey;
  if (!isOther) requirePause(registration, now);
  const { displayName, locale, newestCode } = registration;
  return { address, addressKey, isOther, displayName, locale, number: newestCode.number + 1 };
}
