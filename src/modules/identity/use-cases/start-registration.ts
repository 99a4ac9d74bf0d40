import type { RequestContext } from "#platform/kernel/context";
import { invalidField, readAll } from "#platform/kernel/errors";
import { parseLocale } from "#platform/kernel/locale";
import { type CurrencyCode, parseCurrencyCode } from "#platform/kernel/money";
import { addSeconds } from "#platform/kernel/time";
import type { IdentityDeps, Origin } from "../deps.ts";
import { parseAddress, readAddress } from "../domain/address.ts";
import { parseDisplayName } from "../domain/display-name.ts";
import { codeSeconds, type RegistrationReceipt, receiptOf } from "../domain/registration.ts";
import { mailsTo, registrationsBy } from "../domain/registration-limits.ts";
import { parseTimeZone } from "../domain/time-zone.ts";
import { checkPassword } from "./check-password.ts";
import { sendRegistrationCode } from "./send-registration-code.ts";

const defaultLocale = "en";
const defaultTimeZone = "UTC";
const defaultCurrency = "USD";

type Deps = Pick<
  IdentityDeps,
  | "db"
  | "clock"
  | "ids"
  | "settings"
  | "attempts"
  | "domainNames"
  | "passwordStrength"
  | "passwords"
  | "isCurrency"
  | "users"
  | "registrations"
  | "codes"
  | "notify"
>;

export type StartRegistrationInput = {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
  /** The version of the terms that the person has seen. */
  readonly acceptedTerms: string;
  readonly locale?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly baseCurrency?: string | undefined;
  readonly origin: Origin;
};

/**
 * Mails a code to an address; nothing of a user exists before it comes back. The answer and the work are the same
 * whether or not the address has an account. Every fault of the input is told before anything is counted, hashed or
 * mailed. Errors: `input.invalid` (422) naming the fields; by client `limit.exceeded` (429); `cpu.busy` (503).
 */
export async function startRegistration(
  deps: Deps,
  ctx: RequestContext,
  input: StartRegistrationInput,
): Promise<RegistrationReceipt> {
  const { address, password, ...person } = readInput(deps, input);
  const { clientAttemptsPerHour } = deps.settings;
  await deps.attempts.require(ctx, registrationsBy(input.origin.client, clientAttemptsPerHour));
  const passwordHash = await deps.passwords.hash(password);
  const { allowed } = await deps.attempts.take(ctx, mailsTo(address.addressKey));

  const id = deps.ids.next();
  return deps.db.transact(ctx, async (tx) => {
    const createdAt = deps.clock.now();
    const owner = await deps.users.byAddressKey(tx, address.addressKey);
    const registration = {
      ...{ id, ...address, ...person, passwordHash, createdAt },
      decoy: owner !== undefined,
      expiresAt: addSeconds(createdAt, codeSeconds),
    };
    await deps.registrations.insert(tx, registration);
    await sendRegistrationCode(deps, tx, registration, {
      ...{ number: 1, mailed: allowed, sentAt: createdAt },
      ownerId: owner?.id ?? null,
    });
    return receiptOf(id, createdAt);
  });
}

function readInput(deps: Deps, input: StartRegistrationInput) {
  return readAll({
    address: () => parseAddress(deps.domainNames, input.email),
    displayName: () => parseDisplayName(input.displayName),
    password: () => readPassword(deps, input),
    termsVersion: () => readTerms(deps, input.acceptedTerms),
    locale: () => parseLocale(input.locale ?? defaultLocale, "/locale"),
    timeZone: () => parseTimeZone(input.timeZone ?? defaultTimeZone, "/timeZone"),
    baseCurrency: () => readCurrency(deps, input.baseCurrency ?? defaultCurrency),
  });
}

function readPassword(deps: Deps, { password, email, displayName }: StartRegistrationInput) {
  const address = readAddress(deps.domainNames, email)?.address ?? "";
  checkPassword(deps, "/password", password, { address, displayName });
  return password;
}

function readTerms({ settings }: Deps, accepted: string): string {
  if (accepted !== settings.termsVersion)
    throw invalidField("/acceptedTerms", "Must be the version of the terms in force.");
  return accepted;
}

function readCurrency({ isCurrency }: Deps, text: string): CurrencyCode {
  const code = parseCurrencyCode(text, "/baseCurrency");
  if (!isCurrency(code)) throw invalidField("/baseCurrency", "Is not a currency that we know.");
  return code;
}
