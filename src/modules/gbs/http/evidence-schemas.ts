import { t } from "elysia";
import { id, instant, localDate, oneOf, orNull, text, wholeNumber } from "#platform/http/schemas";
import { maxKeyTextLength, maxReasonLength } from "../bounds.ts";
import { record } from "./debt-schemas.ts";

const maxVersionLength = 50;
const maxConsentLength = 5_000;
const maxSentenceLength = 4_000;
const maxWordLength = 20;
const maxItems = 10;
const maxWords = 10;
export const maxBytes = Number.MAX_SAFE_INTEGER;

export const consentVersion = text(maxVersionLength, {
  minLength: 1,
  description: "Of the text on being recorded that you agree to.",
  examples: ["2026-11-2"],
});
const language = t.String({ maxLength: 2, description: "en, de or tr.", examples: ["tr"] });
const consentText = t.String({ maxLength: maxConsentLength });
export const recordingConsent = record({
  version: consentVersion,
  texts: record({ en: consentText, de: consentText, tr: consentText }),
});

export const acceptanceBody = t.Object({
  recordingConsent: t.Optional(consentVersion),
});

export const sentence = record({
  id: id(),
  text: t.String({
    ...{ maxLength: maxSentenceLength, examples: ["My name is Mehmet Demir. Today is …"] },
    description: "What you say, word by word.",
  }),
  words: t.Array(t.String({ maxLength: maxWordLength, examples: ["acorn"] }), {
    ...{ maxItems: maxWords, description: "The random ones in it." },
  }),
  language,
  day: localDate({ description: "The day that is spoken." }),
  expiresAt: instant({ description: "An upload that says it begins before." }),
});

export const upload = record({
  id: id(),
  debtId: id(),
  state: oneOf(["receiving", "checking", "submitted", "discarded"], {
    description:
      "`checking`: all bytes are there; `submitted`: it has become evidence; `discarded`: it never will, begin a new one.",
    examples: ["receiving"],
  }),
  fault: orNull(
    oneOf(["cancelled", "diverged", "expired", "not_a_video", "damaged", "no_longer_wanted"], {
      examples: ["expired"],
    }),
    { description: "Why it was discarded." },
  ),
  lengthBytes: wholeNumber({ minimum: 1, maximum: maxBytes, examples: [52_428_800] }),
  offsetBytes: wholeNumber({
    ...{ minimum: 0, maximum: maxBytes, examples: [4_194_304] },
    description: "Durable: go on there.",
  }),
  expiresAt: instant({ description: "All bytes are there before." }),
});

export const recipient = text(maxKeyTextLength, {
  ...{ minLength: 1, examples: ["age1m6zjs2nfpvmt06t4ek7j27zdt5p99znqzezuwsal8vm9c8j2la7qy9u5v3"] },
  description: "An X25519 recipient of age. Never the secret key that belongs to it.",
});

const item = record({
  id: id(),
  state: oneOf(["submitted", "approved", "sent_back", "refused", "dropped"], {
    description: "`submitted`: waits for an operator; `dropped`: the debt ended before.",
    examples: ["approved"],
  }),
  access: oneOf(["review", "revealed", "not_sealed", "sealed", "destroyed"], {
    description:
      "Who can open it. `review`: we can, for operators; `revealed`: the lender was shown a key and has not typed it back; `not_sealed`: he has not done so in 30 days; `sealed`: the lender alone; `destroyed`: nobody.",
    examples: ["sealed"],
  }),
  submittedAt: instant(),
  decidedAt: orNull(instant()),
  reason: orNull(t.String({ maxLength: maxReasonLength, examples: ["The words are missing."] }), {
    description: "Why it came back or was refused.",
  }),
  sha256: t.String({
    ...{ pattern: "^[0-9a-f]{64}$", description: "Of the recording as it was sent." },
    examples: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
  }),
  sizeBytes: wholeNumber({ minimum: 1, maximum: maxBytes, examples: [52_428_800] }),
  mediaType: t.String({
    ...{ maxLength: 20, description: "video/mp4, video/quicktime or video/webm, by its content." },
    examples: ["video/mp4"],
  }),
  acknowledgedAt: orNull(instant()),
  sealedAt: orNull(instant()),
  destroyedAt: orNull(instant()),
  integrity: orNull(record({ checkedAt: instant(), intact: t.Boolean({ examples: [true] }) }), {
    description: "The last check of the stored bytes.",
  }),
});

export const debtEvidence = record({
  debtId: id(),
  kind: oneOf(["none", "video"], { examples: ["video"] }),
  consent: orNull(record({ version: consentVersion, givenAt: instant() })),
  sentence: orNull(sentence, {
    description: "The borrower's, while he is asked for a recording; null to the lender.",
  }),
  upload: orNull(upload, {
    description: "The borrower's last one, unless it has become evidence; null to the lender.",
  }),
  recipient: orNull(
    record({
      recipient,
      askedAt: instant(),
      provenAt: orNull(instant(), { description: "It counts from then on." }),
    }),
    {
      description: "The lender's: a key of his own that he has named. Null to the borrower.",
    },
  ),
  items: t.Array(item, { maxItems, description: "The newest first." }),
});
