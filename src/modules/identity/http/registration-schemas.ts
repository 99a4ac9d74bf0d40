import { t } from "elysia";
import { currencyCode, id, instant, text, wholeNumber } from "#platform/http/schemas";
import { profile } from "./profile-schemas.ts";
import { tokenSet } from "./token-schemas.ts";

const email = (description?: string) =>
  text(320, {
    minLength: 3,
    examples: ["emir@example.org"],
    ...(description === undefined ? {} : { description }),
  });

export const startRegistrationBody = t.Object({
  email: email("One mail address; letters of any script are fine."),
  password: text(256, {
    minLength: 10,
    description:
      "10 to 128 characters; not a common one, and not made of the name or the mail address.",
    examples: ["tulip-anvil-harbour-9"],
  }),
  displayName: text(200, {
    minLength: 1,
    description: "1 to 40 characters of any script; others may have the same.",
    examples: ["Emir Kaya"],
  }),
  acceptedTerms: text(40, {
    minLength: 1,
    description: "The version of the terms in force, as the registration rules state it.",
    examples: ["2026-11-01"],
  }),
  locale: t.Optional(
    text(35, {
      minLength: 2,
      description: "BCP 47; decides the language of mails. Default: en.",
      examples: ["tr-TR"],
    }),
  ),
  timeZone: t.Optional(
    text(64, {
      minLength: 1,
      description: "IANA name. Default: UTC.",
      examples: ["Europe/Istanbul"],
    }),
  ),
  baseCurrency: t.Optional(currencyCode({ description: "Default: USD.", examples: ["TRY"] })),
});

export const registrationParams = t.Object({ id: id() });

export const changeAddressBody = t.Object({ email: email() });

export const verificationBody = t.Object({
  code: text(20, {
    minLength: 6,
    description: "The six digits of the mail; spaces between them do not matter.",
    examples: ["042917"],
  }),
});

/** The same whether or not the address has an account. */
export const registrationReceipt = t.Object({
  id: id({ description: "Of the registration: needed with the code." }),
  expiresAt: instant({ description: "When the code that was just sent stops to work." }),
  resendAfter: instant({ description: "From when on another code may be asked for." }),
});

export const signedUp = t.Object({ user: profile, session: tokenSet });

const seconds = (description: string, example: number) =>
  wholeNumber({ minimum: 0, maximum: 86_400, description, examples: [example] });
const characters = (example: number) =>
  wholeNumber({ minimum: 1, maximum: 1_000, examples: [example] });

export const registrationRules = t.Object({
  termsVersion: t.String({ examples: ["2026-11-01"] }),
  password: t.Object({ minCharacters: characters(10), maxCharacters: characters(128) }),
  displayName: t.Object({ maxCharacters: characters(40) }),
  code: t.Object({
    validSeconds: seconds("How long a code works.", 600),
    resendSeconds: seconds("How long to wait before asking for another code.", 60),
  }),
  languages: t.Array(t.String({ examples: ["en"] }), {
    maxItems: 20,
    description: "Of mails; whoever has another locale gets the first.",
    examples: [["en", "tr", "de"]],
  }),
});
