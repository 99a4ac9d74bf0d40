import { t } from "elysia";
import {
  cursor,
  id,
  instant,
  localDate,
  oneOf,
  orNull,
  pageLimit,
  pageOf,
  text,
  wholeNumber,
} from "#platform/http/schemas";
import { maxReasonLength, maxShownReviews } from "../bounds.ts";
import { record } from "./debt-schemas.ts";

/** The largest that GBS_VIDEO_MAX_BYTES can be. */
const maxVideoBytes = 5_368_709_120;
const maxSendBacksShown = 1_000;
const maxSentenceLength = 5_000;
const maxWordLength = 50;
const sentenceWords = 4;

export const evidenceParams = t.Object({ id: id({ description: "Of the recording." }) });
export const queueQuery = t.Object({ limit: pageLimit, cursor });

const states = ["submitted", "approved", "sent_back", "refused", "dropped"] as const;
const decisions = ["approve", "send_back", "refuse"] as const;

const item = {
  id: id({ description: "Of the recording." }),
  debtId: id(),
  state: oneOf(states, {
    description: "`submitted` waits for a decision; `dropped`: the debt ended before one.",
    examples: ["submitted"],
  }),
  submittedAt: instant(),
  sendBacks: wholeNumber({
    ...{ minimum: 0, maximum: maxSendBacksShown, examples: [0] },
    description: "How often earlier recordings of this debt came back to the borrower.",
  }),
  mediaType: t.String({ description: "By its content.", examples: ["video/webm"] }),
  sizeBytes: wholeNumber({ minimum: 1, maximum: maxVideoBytes, examples: [48_000_000] }),
  claim: orNull(
    record({
      operatorId: id(),
      isOwn: t.Boolean({ description: "It is you who has it.", examples: [true] }),
      claimedAt: instant(),
      claimEndsAt: instant({ description: "By itself; claim again to keep it." }),
    }),
    { description: "Who has it at present." },
  ),
};

export const queuePage = pageOf(record(item));

export const reviewItemSchema = record({
  ...item,
  sha256: t.String({
    pattern: "^[0-9a-f]{64}$",
    description: "Of the recording as it was sent.",
    examples: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
  }),
  decidedAt: orNull(instant()),
  sentence: orNull(
    record({
      text: t.String({ maxLength: maxSentenceLength, examples: ["I, Mehmet Demir, owe …"] }),
      words: t.Array(t.String({ maxLength: maxWordLength, examples: ["anchor"] }), {
        maxItems: sentenceWords,
        description: "Drawn for this recording: nobody can have known them before.",
      }),
      language: t.String({ maxLength: 8, examples: ["en"] }),
      day: localDate({ description: "The day that is spoken." }),
    }),
    {
      description:
        "What has to be said in it, which names both parties and what is owed: to the operator who has claimed it, until it is decided. Null to everybody else, and afterwards.",
    },
  ),
  decisions: t.Array(
    record({
      evidenceId: id({ description: "Of which recording of the debt." }),
      decision: oneOf(decisions, { examples: ["send_back"] }),
      reason: orNull(
        t.String({ maxLength: maxReasonLength, examples: ["The face is in the dark."] }),
      ),
      decidedAt: instant(),
    }),
    { maxItems: maxShownReviews, description: "About this debt's recordings, the oldest first." },
  ),
});

const point = (description: string) => t.Boolean({ description, examples: [true] });

export const decisionBody = t.Object({
  decision: oneOf(decisions, {
    description:
      "`send_back` asks the borrower for another recording, at most three times; `refuse` ends the debt.",
    examples: ["approve"],
  }),
  checklist: t.Object(
    {
      faceVisible: point("One face is seen throughout."),
      sentenceSpoken: point("The whole sentence is spoken."),
      wordsMatch: point("The four words are those of the sentence."),
      unedited: point("There is no cut, and nothing is laid over picture or sound."),
    },
    { additionalProperties: false, description: "An approval needs all four." },
  ),
  reason: t.Optional(
    text(maxReasonLength, {
      minLength: 1,
      description:
        "For the borrower to read, and of a refusal for the lender, too; needed for all but an approval, which has none.",
      examples: ["The third word cannot be understood."],
    }),
  ),
});
