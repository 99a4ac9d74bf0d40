import type { RequestContext } from "#platform/kernel/context";
import { type AppError, invalidField } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { IdentityDeps, Origin } from "../deps.ts";
import { displayNameKey } from "../domain/display-name-key.ts";
import { type Registration, readCode } from "../domain/registration.ts";
import { guessesAt, guessesBy } from "../domain/registration-limits.ts";
import { identityErrors } from "../errors.ts";
import { createSession } from "./create-session.ts";
import { profileOf } from "./get-profile.ts";
import { issueTokens, type TokenSet } from "./issue-tokens.ts";

type Deps = Pick<
  IdentityDeps,
  "settings" | "attempts" | "registrations" | "codes" | "users" | "events"
> &
  Parameters<typeof createSession>[0] &
  Parameters<typeof issueTokens>[0] &
  Parameters<typeof profileOf>[0];

export type VerifyRegistrationInput = {
  readonly registrationId: Id;
  readonly code: string;
  readonly origin: Origin;
};

/** Who has just become a user, signed in. Holds secrets. */
export type SignedUp = {
  readonly user: Awaited<ReturnType<typeof profileOf>>;
  readonly session: TokenSet;
};

/**
 * Makes a user of a registration whose code came back. Errors: `identity.code_wrong` (422) for a wrong, expired or
 * used-up code, and for a registration that is unknown or a decoy; `identity.address_taken` (409) for whoever has the
 * right code of an address that has become a user meanwhile, perhaps by this very registration: that person can log in.
 * By client `limit.exceeded` (429).
 */
export async function verifyRegistration(
  deps: Deps,
  ctx: RequestContext,
  input: VerifyRegistrationInput,
): Promise<SignedUp> {
  const { registrationId, origin } = input;
  const code = readCode(input.code);
  if (code === null) throw invalidField("/code", "Must be the six digits of the mail.");
  const registration = await requireProof(deps, ctx, registrationId, code, origin.client);

  const userId = deps.ids.next();
  const grant = await deps.db.transact(ctx, async (tx) => {
    const locked = await deps.registrations.lock(tx, registrationId);
    // What was proved is the address that the code went to.
    if (locked?.addressKey !== registration.addressKey) throw wrongCode();
    const { passwordHash } = locked;
    if (passwordHash === null) throw addressTaken();
    const now = deps.clock.now();
    if (!(await deps.users.insert(tx, newUser(userId, locked, now)))) throw addressTaken();
    await deps.users.insertCredentials(tx, { userId, passwordHash, changedAt: now });
    await deps.registrations.complete(tx, registrationId, userId);
    await deps.events.publish(tx, "identity.user_registered.v1", { userId });
    return createSession(deps, tx, { userId, origin, authenticatedAt: now });
  });
  const [user, session] = await Promise.all([
    profileOf(deps, ctx, { userId }),
    issueTokens(deps, ctx, grant),
  ]);
  return { user, session };
}

/** The registration whose code this is. Costs an attempt of the client, of the mailbox and of the code if it is not. */
async function requireProof(
  deps: Deps,
  ctx: RequestContext,
  registrationId: Id,
  code: string,
  client: string,
): Promise<Registration> {
  const byClient = guessesBy(client, deps.settings.clientAttemptsPerHour);
  await deps.attempts.require(ctx, byClient);
  const registration = await deps.registrations.find(deps.db.read, registrationId);
  if (!registration) throw wrongCode();
  const atAddress = guessesAt(registration.addressKey);
  if (!(await deps.attempts.take(ctx, atAddress)).allowed) throw wrongCode();

  // The request's Idempotency-Key belongs to the user that may come of it.
  const { idempotency: _, ...guess } = ctx;
  const working = await deps.db.transact(guess, (tx) =>
    deps.registrations.takeAttempt(tx, registrationId, deps.clock.now()),
  );
  const right = working.filter(({ number, mac }) =>
    deps.codes.matches({ registrationId, number }, code, mac),
  );
  if (right.length === 0 || registration.decoy) throw wrongCode();
  await deps.attempts.giveBack(ctx, [...byClient, ...atAddress]);
  return registration;
}

const newUser = (id: Id, registration: Registration, now: Registration["createdAt"]) => ({
  id,
  address: registration.address,
  addressKey: registration.addressKey,
  displayName: registration.displayName,
  displayNameKey: displayNameKey(registration.displayName),
  status: "active" as const,
  roles: ["user" as const],
  locale: registration.locale,
  timeZone: registration.timeZone,
  baseCurrency: registration.baseCurrency,
  mutedCategories: [],
  termsVersion: registration.termsVersion,
  termsAcceptedAt: registration.createdAt,
  hasSecondFactor: false,
  createdAt: now,
  updatedAt: now,
});

const wrongCode = (): AppError =>
  identityErrors.fail("code_wrong", "The code is wrong or has expired.", {
    fields: [{ path: "/code", detail: "Is wrong or has expired." }],
  });

const addressTaken = (): AppError =>
  identityErrors.fail("address_taken", "This address has an account by now: log in.");
